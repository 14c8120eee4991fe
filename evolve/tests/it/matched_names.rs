//! Renames the types of a writer schema to the names that the comparison matched.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use signalbook_model::{Definition, Name, Schema, Type};
use signalbook_resolve::compat::{BranchChooser, FieldMatch, Graph, Id, Names, Node};

/// A writer and a reader schema whose exact names match where the comparison matches aliases and simple
/// names. The names of types and fields are not on the wire, so the data are the same.
pub(crate) struct MatchedNames {
    pub(crate) writer: Schema,
    pub(crate) reader: Schema,
}

impl MatchedNames {
    /// Renames the definitions and fields of `writer` to those of `reader` that read them. Returns `None` if
    /// one name is not enough: a definition or a field is read by several, or two definitions are read by
    /// one.
    pub(crate) fn new(writer: &Schema, reader: &Schema) -> Option<Self> {
        let (writers, readers) = (Graph::new(writer), Graph::new(reader));
        let mut matching = Matching {
            chooser: BranchChooser::new(&readers, &writers),
            writers: &writers,
            readers: &readers,
            definitions: BTreeMap::new(),
            fields: BTreeMap::new(),
            seen: HashSet::new(),
            open: vec![(readers.root, writers.root)],
        };
        matching.find();
        let (definitions, fields) = (only(matching.definitions)?, only(matching.fields)?);
        let is_bare = reader.definitions.keys().any(|name| name.namespace().is_empty());
        let names = writer.definitions.keys().enumerate().map(|(index, name)| {
            let unmatched =
                || Name::in_namespace(if is_bare { "" } else { "unmatched" }, &format!("Z{index}"));
            (name.clone(), definitions.get(name).cloned().unwrap_or_else(unmatched))
        });
        let names: BTreeMap<Name, Name> = names.collect();
        if names.values().collect::<BTreeSet<_>>().len() < names.len() {
            return None;
        }
        let mut renamed = Schema { root: with_names(&writer.root, &names), definitions: BTreeMap::new() };
        for (name, definition) in &writer.definitions {
            let mut definition = without_aliases(definition.clone());
            if let Definition::Record(record) = &mut definition {
                for (index, field) in record.fields.iter_mut().enumerate() {
                    let unmatched = || format!("unmatched{index}");
                    field.name = fields.get(&(name.clone(), index)).cloned().unwrap_or_else(unmatched);
                    field.ty = with_names(&field.ty, &names);
                    field.default = None;
                }
            }
            renamed.definitions.insert(names[name].clone(), definition);
        }
        let mut reader = reader.clone();
        for definition in reader.definitions.values_mut() {
            *definition = without_aliases(definition.clone());
        }
        Some(Self { writer: renamed, reader })
    }
}

/// Finds the names in the reader schema of the writer's definitions and fields.
struct Matching<'a> {
    chooser: BranchChooser<'a>,
    writers: &'a Graph<'a>,
    readers: &'a Graph<'a>,
    definitions: BTreeMap<Name, BTreeSet<Name>>,
    /// By the writer's record and the index of the field.
    fields: BTreeMap<(Name, usize), BTreeSet<String>>,
    seen: HashSet<(Id, Id)>,
    /// Pairs of types that have not been compared.
    open: Vec<(Id, Id)>,
}

impl Matching<'_> {
    fn find(&mut self) {
        let (readers, writers) = (self.readers, self.writers);
        while let Some((read, written)) = self.open.pop() {
            if !self.seen.insert((read, written)) {
                continue;
            }
            match (readers.node(read), writers.node(written)) {
                (_, Node::Union(branches)) => {
                    self.open.extend(writers.branches(*branches).iter().map(|branch| (read, *branch)));
                }
                (Node::Union(_), _) => {
                    let choice = self.chooser.choose(read, written);
                    self.open.extend(choice.map(|choice| (choice.branch, written)));
                }
                (Node::Array(read), Node::Array(written)) | (Node::Map(read), Node::Map(written)) => {
                    self.open.push((*read, *written));
                }
                (Node::Record(record), Node::Record(written)) => {
                    if !self.definition(&record.names, &written.names) {
                        continue;
                    }
                    for field in readers.fields(record) {
                        if let FieldMatch::Field(found) = writers.match_field(written, field, 0) {
                            let key = (written.names.full.clone(), found);
                            self.fields.entry(key).or_default().insert(field.name.to_owned());
                            self.open.push((field.ty, writers.fields(written)[found].ty));
                        }
                    }
                }
                (Node::Enum(read), Node::Enum(written)) => {
                    self.definition(&read.names, &written.names);
                }
                (Node::Fixed(read), Node::Fixed(written)) => {
                    self.definition(&read.names, &written.names);
                }
                _ => {}
            }
        }
    }

    /// Records that the reader's definition reads the writer's, if it accepts the name.
    fn definition(&mut self, reader: &Names<'_>, writer: &Names<'_>) -> bool {
        let accepts = reader.accept(writer);
        if accepts {
            self.definitions.entry(writer.full.clone()).or_default().insert(reader.full.clone());
        }
        accepts
    }
}

/// Returns the only value of each key, or `None` if a key has several.
fn only<K: Ord, V: Ord>(all: BTreeMap<K, BTreeSet<V>>) -> Option<BTreeMap<K, V>> {
    let single = |mut values: BTreeSet<V>| values.pop_first().filter(|_| values.is_empty());
    all.into_iter().map(|(key, values)| Some((key, single(values)?))).collect()
}

fn with_names(ty: &Type, names: &BTreeMap<Name, Name>) -> Type {
    match ty {
        Type::Named(name) => Type::Named(names.get(name).unwrap_or(name).clone()),
        Type::Array(items) => Type::array(with_names(items, names)),
        Type::Map(values) => Type::map(with_names(values, names)),
        Type::Union(branches) => {
            Type::Union(branches.iter().map(|branch| with_names(branch, names)).collect())
        }
        Type::Annotated(annotated) => with_names(&annotated.ty, names),
        Type::Primitive(_) | Type::Logical(_) => ty.clone(),
    }
}

fn without_aliases(mut definition: Definition) -> Definition {
    match &mut definition {
        Definition::Record(record) => {
            record.aliases.clear();
            record.fields.iter_mut().for_each(|field| field.aliases.clear());
        }
        Definition::Enum(definition) => definition.aliases.clear(),
        Definition::Fixed(fixed) => fixed.aliases.clear(),
    }
    definition
}
