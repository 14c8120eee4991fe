use std::collections::{HashMap, HashSet};

use signalbook_model::{Field, Name};

use super::PlanError;
use super::graph::{Graph, Id, Node, RecordNode};

/// By which names a reader's types and fields find a writer's.
pub(super) enum Rules<'s> {
    /// Those of the reference's checker: simple names, and the aliases of each definition and field.
    Checker,
    /// Those of the reference's reader: full names, after the reader's aliases renamed the writer's schema.
    Reader(Renamed<'s>),
}

/// What the reader's aliases make of the writer's names.
#[derive(Default)]
pub(super) struct Renamed<'s> {
    definitions: HashMap<Id, &'s Name>,
    /// The places of the fields, for records of which some were renamed.
    fields: HashMap<Id, HashMap<&'s str, usize>>,
}

/// How a reader's definition is called beside a writer's. The order is from far to near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Closeness {
    Other,
    /// Their simple names are equal.
    Simple,
    /// An alias of the reader's is the writer's full name.
    Alias,
    /// Their full names are equal.
    Exact,
}

/// What a reader's field is in the writer's record.
pub(super) enum Written {
    /// No field.
    Never,
    /// The field with this place.
    As(usize),
    /// More than one field.
    Twice,
}

impl<'s> Rules<'s> {
    /// The rules of the reference's reader.
    ///
    /// # Errors
    /// A writer's record of which two fields get one name.
    pub(super) fn reader(writer: &Graph<'s>, reader: &Graph<'s>) -> Result<Self, PlanError> {
        let aliases = Aliases::of(reader);
        let mut renamed = Renamed::default();
        for (id, node) in (0..).map(Id).zip(writer.nodes()) {
            let (Node::Record(RecordNode { name, .. }) | Node::Enum(name, _) | Node::Fixed(name, _)) = node
            else {
                continue;
            };
            // The reference applies the aliases twice, so that two fields that change names keep theirs.
            let mut new_name = *name;
            let mut fields = None;
            for _ in 0..2 {
                new_name = aliases.definitions.get(new_name.as_str()).copied().unwrap_or(new_name);
                if let (Node::Record(record), Some(names)) = (node, aliases.fields.get(new_name)) {
                    fields = Some(rename_fields(record, fields.as_deref(), names)?);
                }
            }
            if new_name != *name {
                renamed.definitions.insert(id, new_name);
            }
            if let Some(fields) = fields {
                renamed.fields.insert(id, fields.into_iter().zip(0..).collect());
            }
        }
        Ok(Self::Reader(renamed))
    }

    /// How a reader's definition is called beside a writer's, if both are definitions.
    pub(super) fn closeness(&self, reader: &Node<'_>, (id, writer): (Id, &Node<'_>)) -> Closeness {
        let (Some((reader, definition)), Some((writer, _))) = (definition(reader), definition(writer)) else {
            return Closeness::Other;
        };
        let (writer, is_alias) = match self {
            Self::Checker => (writer, definition.iter().any(|alias| is_alias(alias, reader, writer))),
            Self::Reader(renamed) => (renamed.definitions.get(&id).copied().unwrap_or(writer), false),
        };
        if reader == writer {
            Closeness::Exact
        } else if is_alias {
            Closeness::Alias
        } else if reader.simple() == writer.simple() {
            Closeness::Simple
        } else {
            Closeness::Other
        }
    }

    /// Whether a reader's enum or fixed that is called so reads the writer's as a branch of a union; elsewhere a simple name
    /// will do.
    pub(super) fn accept_branch(&self, closeness: Closeness) -> bool {
        match self {
            Self::Checker => closeness > Closeness::Other,
            Self::Reader(_) => closeness == Closeness::Exact,
        }
    }

    /// What the reader's `field` is in the writer's record `id`.
    pub(super) fn written(
        &self,
        graph: &Graph<'_>,
        (id, record): (Id, &RecordNode<'_>),
        field: &Field,
    ) -> Written {
        match self {
            Self::Checker => {
                let find = |name: &String| graph.field(record, name);
                let mut aliases = field.aliases.iter().filter_map(find);
                match find(&field.name).or_else(|| aliases.next()) {
                    None => Written::Never,
                    // An alias that is the field's own name makes it ambiguous; one that is listed again does not.
                    Some(place) => {
                        let is_own = record.record.fields[place].name == field.name;
                        let is_other = |other| is_own || other != place;
                        if aliases.any(is_other) { Written::Twice } else { Written::As(place) }
                    }
                }
            }
            Self::Reader(renamed) => {
                let place = match renamed.fields.get(&id) {
                    Some(fields) => fields.get(field.name.as_str()).copied(),
                    None => graph.field(record, &field.name),
                };
                place.map_or(Written::Never, Written::As)
            }
        }
    }
}

/// The aliases of a reader's schema, those that come later in place of earlier ones.
struct Aliases<'s> {
    definitions: HashMap<String, &'s Name>,
    /// By the full name of the reader's record: its fields by alias.
    fields: HashMap<&'s Name, HashMap<&'s str, &'s str>>,
}

impl<'s> Aliases<'s> {
    fn of(reader: &Graph<'s>) -> Self {
        let mut aliases = Self { definitions: HashMap::new(), fields: HashMap::new() };
        let mut seen = vec![false; reader.len()];
        let mut open = vec![reader.root];
        while let Some(id) = open.pop() {
            let node = reader.node(id);
            if let Some((name, own)) = definition(node) {
                aliases.definitions.extend(own.iter().map(|alias| (full(alias, name), name)));
            }
            if std::mem::replace(&mut seen[id.0 as usize], true) {
                continue;
            }
            match node {
                Node::Record(record) => {
                    for field in record.record.fields.iter().filter(|field| !field.aliases.is_empty()) {
                        let renamed = field.aliases.iter().map(|alias| (alias.as_str(), field.name.as_str()));
                        aliases.fields.entry(record.name).or_default().extend(renamed);
                    }
                    open.extend(reader.fields(record).iter().rev());
                }
                Node::Union(branches) => open.extend(reader.branches(branches).iter().rev()),
                Node::Array(part) | Node::Map(part) => open.push(*part),
                Node::Primitive(..) | Node::Enum(..) | Node::Fixed(..) | Node::Undefined(_) => {}
            }
        }
        aliases
    }
}

/// The names of a record's fields, which may be renamed already, by the reader's aliases for it.
fn rename_fields<'s>(
    record: &RecordNode<'s>,
    renamed: Option<&[&'s str]>,
    names: &HashMap<&'s str, &'s str>,
) -> Result<Vec<&'s str>, PlanError> {
    let own = record.record.fields.iter().enumerate();
    let old = own.map(|(place, field)| renamed.map_or(field.name.as_str(), |renamed| renamed[place]));
    let new: Vec<_> = old.map(|name| names.get(name).copied().unwrap_or(name)).collect();
    let mut seen = HashSet::new();
    match new.iter().find(|name| !seen.insert(**name)) {
        Some(twice) => Err(PlanError::Ambiguous { record: record.name.clone(), field: (*twice).to_owned() }),
        None => Ok(new),
    }
}

/// The name and the aliases of a node that is a definition.
fn definition<'n>(node: &Node<'n>) -> Option<(&'n Name, &'n [String])> {
    match node {
        Node::Record(node) => Some((node.name, &node.record.aliases)),
        Node::Enum(name, definition) => Some((name, &definition.aliases)),
        Node::Fixed(name, definition) => Some((name, &definition.aliases)),
        Node::Primitive(..) | Node::Array(_) | Node::Map(_) | Node::Union(_) | Node::Undefined(_) => None,
    }
}

/// Whether `alias`, of the definition `own`, is `full`. One of the empty namespace (`.Old`) within another is nobody's
/// name: the checker keeps its dot.
fn is_alias(alias: &str, own: &Name, full: &Name) -> bool {
    match alias.rsplit_once('.') {
        Some(("", simple)) => own.namespace().is_empty() && full.as_str() == simple,
        Some(_) => full.as_str() == alias,
        None => full.simple() == alias && full.namespace() == own.namespace(),
    }
}

/// The full name that `alias` of the definition `own` is.
fn full(alias: &str, own: &Name) -> String {
    match alias.rsplit_once('.') {
        Some(("", simple)) => simple.to_owned(),
        Some(_) => alias.to_owned(),
        None => Name::in_namespace(own.namespace(), alias).as_str().to_owned(),
    }
}
