mod build;
mod choose;
mod names;

use std::fmt;

use signalbook_model::{FixedLogical, Json, Logical, Name, Primitive, Type};

pub(crate) use self::choose::{choose, same_type};
pub(crate) use self::names::Names;
use crate::compat::index::Index;

/// A schema made ready to be compared: its types as nodes of a graph, references followed.
///
/// Make it once where a schema is compared with several others; [`check`](crate::check) makes it for each call.
#[derive(Debug)]
pub struct Graph<'s> {
    pub(crate) root: Id,
    nodes: Vec<Node<'s>>,
    branches: Vec<Id>,
    fields: Vec<Field<'s>>,
    /// The logical types, in the order of the types that have one.
    logicals: Vec<(Id, Logical)>,
}

/// A type of a schema.
///
/// A definition is one node wherever it is used, every other type is a node for each place where it stands: the identity
/// that the reference gives to types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(usize);

/// What a type is, without its logical type and attributes.
#[derive(Debug)]
pub(crate) enum Node<'s> {
    Primitive(Primitive),
    Array(Id),
    Map(Id),
    Union(Span),
    Record(Box<Record<'s>>),
    Enum(Box<Enum<'s>>),
    Fixed(Box<Fixed<'s>>),
    /// A reference to a definition that the schema lacks; matches nothing.
    Undefined(&'s Name),
}

#[derive(Debug)]
pub(crate) struct Record<'s> {
    pub(crate) names: Names<'s>,
    fields: Span,
    by_name: Index,
}

#[derive(Debug)]
pub(crate) struct Enum<'s> {
    pub(crate) names: Names<'s>,
    pub(crate) symbols: &'s [String],
    pub(crate) fallback: Option<&'s str>,
    by_name: Index,
}

#[derive(Debug)]
pub(crate) struct Fixed<'s> {
    pub(crate) names: Names<'s>,
    pub(crate) size: usize,
    pub(crate) logical: Option<FixedLogical>,
}

#[derive(Debug)]
pub(crate) struct Field<'s> {
    pub(crate) name: &'s str,
    pub(crate) aliases: &'s [String],
    pub(crate) ty: Id,
    pub(crate) default: Option<&'s Json>,
}

/// What a reader's field is in the writer's record, by its name and its aliases.
pub(crate) enum Written {
    /// No field.
    Never,
    /// The field with this place.
    As(usize),
    /// These two fields, and perhaps more.
    Twice(usize, usize),
}

/// A stretch of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: usize,
    end: usize,
}

impl<'s> Graph<'s> {
    /// How many types there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Every type.
    pub(crate) fn ids(&self) -> impl Iterator<Item = Id> + use<> {
        (0..self.nodes.len()).map(Id)
    }

    /// The logical type of a simple type.
    pub(crate) fn logical(&self, id: Id) -> Option<Logical> {
        let found = self.logicals.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.logicals[found].1)
    }

    pub(crate) fn node(&self, id: Id) -> &Node<'s> {
        &self.nodes[id.0]
    }

    pub(crate) fn branches(&self, span: Span) -> &[Id] {
        &self.branches[span.start..span.end]
    }

    pub(crate) fn fields(&self, record: &Record<'s>) -> &[Field<'s>] {
        &self.fields[record.fields.start..record.fields.end]
    }

    /// The records, in the order of their names.
    pub(crate) fn records(&self) -> impl Iterator<Item = &Record<'s>> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Record(record) => Some(&**record),
            Node::Primitive(_)
            | Node::Array(_)
            | Node::Map(_)
            | Node::Union(_)
            | Node::Enum(_)
            | Node::Fixed(_)
            | Node::Undefined(_) => None,
        })
    }

    /// The type itself.
    pub(crate) fn ty(&self, id: Id) -> Type {
        match self.node(id) {
            Node::Primitive(primitive) => self.logical(id).map_or_else(|| (*primitive).into(), Type::Logical),
            Node::Array(items) => Type::array(self.ty(*items)),
            Node::Map(values) => Type::map(self.ty(*values)),
            Node::Union(branches) => {
                Type::Union(self.branches(*branches).iter().map(|branch| self.ty(*branch)).collect())
            }
            Node::Record(it) => Type::Named(it.names.full.clone()),
            Node::Enum(it) => Type::Named(it.names.full.clone()),
            Node::Fixed(it) => Type::Named(it.names.full.clone()),
            Node::Undefined(name) => Type::Named((*name).clone()),
        }
    }

    /// What findings call the type: `` `int` ``, `an array`, `` `Card` or `Cash` ``.
    pub(crate) fn label(&self, id: Id) -> String {
        match self.node(id) {
            Node::Primitive(primitive) => format!("`{}`", primitive.name()),
            Node::Array(_) => "an array".to_owned(),
            Node::Map(_) => "a map".to_owned(),
            Node::Union(branches) => {
                let branches = self.branches(*branches).iter().map(|branch| self.label(*branch));
                branches.collect::<Vec<_>>().join(" or ")
            }
            Node::Record(it) => format!("`{}`", it.names.full.simple()),
            Node::Enum(it) => format!("`{}`", it.names.full.simple()),
            Node::Fixed(it) => format!("`{}`", it.names.full.simple()),
            Node::Undefined(name) => format!("`{name}`"),
        }
    }

    /// Which field of `record`, the writer's, the reader's `field` reads. The field of its name is looked for at `expected`
    /// first.
    pub(crate) fn written(&self, record: &Record<'s>, field: &Field<'_>, expected: usize) -> Written {
        let fields = self.fields(record);
        let find = |name| record.by_name.find(fields.len(), |place| fields[place].name, name, expected);
        let own = find(field.name);
        let Some(first) = own.or_else(|| field.aliases.iter().find_map(|alias| find(alias))) else {
            return Written::Never;
        };
        // An alias that is listed again is none; one that repeats the field's own name is.
        let is_known = |alias: &&String| own.is_none() && *alias == fields[first].name;
        match field.aliases.iter().filter(|alias| !is_known(alias)).find_map(|alias| find(alias)) {
            Some(second) => Written::Twice(first, second),
            None => Written::As(first),
        }
    }

    /// Whether the type is an enum with a default.
    pub(crate) fn has_fallback(&self, id: Id) -> bool {
        matches!(self.node(id), Node::Enum(definition) if definition.fallback.is_some())
    }

    /// Whether `reader` reads the type `writer` of another graph, as far as simple types and their collections can say. If
    /// so, then without a look at any definition.
    pub(crate) fn reads_plainly(&self, reader: Id, writers: &Graph<'_>, writer: Id) -> bool {
        match (self.node(reader), writers.node(writer)) {
            (Node::Primitive(reader), Node::Primitive(writer)) => reader.reads(*writer),
            (Node::Array(reader), Node::Array(writer)) | (Node::Map(reader), Node::Map(writer)) => {
                self.reads_plainly(*reader, writers, *writer)
            }
            (_, Node::Union(branches)) => {
                writers.branches(*branches).iter().all(|writer| self.reads_plainly(reader, writers, *writer))
            }
            (Node::Union(branches), Node::Primitive(writer)) => self
                .branches(*branches)
                .iter()
                .map_while(|branch| self.primitive(*branch))
                .any(|reader| reader.reads(*writer)),
            (
                Node::Primitive(_)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Union(_)
                | Node::Record(_)
                | Node::Enum(_)
                | Node::Fixed(_)
                | Node::Undefined(_),
                _,
            ) => false,
        }
    }

    fn primitive(&self, id: Id) -> Option<Primitive> {
        match self.node(id) {
            Node::Primitive(primitive) => Some(*primitive),
            Node::Array(_)
            | Node::Map(_)
            | Node::Union(_)
            | Node::Record(_)
            | Node::Enum(_)
            | Node::Fixed(_)
            | Node::Undefined(_) => None,
        }
    }

    /// Writes what messages call the type.
    pub(crate) fn describe(&self, id: Id, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node(id) {
            Node::Primitive(primitive) => write!(f, "`{}`", primitive.name()),
            Node::Array(_) => f.write_str("array"),
            Node::Map(_) => f.write_str("map"),
            Node::Union(_) => f.write_str("union"),
            Node::Record(it) => write!(f, "record `{}`", it.names.full),
            Node::Enum(it) => write!(f, "enum `{}`", it.names.full),
            Node::Fixed(it) => write!(f, "fixed `{}`", it.names.full),
            Node::Undefined(name) => write!(f, "undefined type `{name}`"),
        }
    }
}

impl Id {
    /// The place of the type among those of its graph.
    pub(crate) fn place(self) -> usize {
        self.0
    }
}

impl Node<'_> {
    /// Whether both are the same simple type, arrays or maps of whatever, or definitions of one kind and one full name.
    pub(crate) fn is_exactly(&self, other: &Node<'_>) -> bool {
        match (self, other) {
            (Self::Primitive(new), Node::Primitive(old)) => new == old,
            (Self::Array(_), Node::Array(_)) | (Self::Map(_), Node::Map(_)) => true,
            (Self::Record(new), Node::Record(old)) => new.names.full == old.names.full,
            (Self::Enum(new), Node::Enum(old)) => new.names.full == old.names.full,
            (Self::Fixed(new), Node::Fixed(old)) => new.names.full == old.names.full,
            _ => false,
        }
    }

    /// Whether both are definitions of one kind, and this one's names are the writer's.
    pub(crate) fn accepts(&self, writer: &Node<'_>) -> bool {
        match (self, writer) {
            (Self::Record(new), Node::Record(old)) => new.names.accept(&old.names),
            (Self::Enum(new), Node::Enum(old)) => new.names.accept(&old.names),
            (Self::Fixed(new), Node::Fixed(old)) => new.names.accept(&old.names),
            _ => false,
        }
    }

    /// Whether both are definitions of one kind, and this one's names are not the writer's.
    pub(crate) fn is_another(&self, writer: &Node<'_>) -> bool {
        let same_kind = matches!(
            (self, writer),
            (Self::Record(_), Node::Record(_))
                | (Self::Enum(_), Node::Enum(_))
                | (Self::Fixed(_), Node::Fixed(_))
        );
        same_kind && !self.accepts(writer)
    }

    /// Whether several places may share the node.
    pub(crate) fn is_shared(&self) -> bool {
        match self {
            Self::Record(_) | Self::Enum(_) | Self::Fixed(_) | Self::Undefined(_) => true,
            Self::Primitive(_) | Self::Array(_) | Self::Map(_) | Self::Union(_) => false,
        }
    }
}

impl Enum<'_> {
    /// The symbols of `writer` that this enum lacks, in the writer's order.
    pub(crate) fn lacks<'a>(&'a self, writer: &'a Enum<'_>) -> impl Iterator<Item = &'a str> {
        writer
            .symbols
            .iter()
            .enumerate()
            .filter(|(place, symbol)| !self.has(symbol, *place))
            .map(|(_, symbol)| symbol.as_str())
    }

    fn has(&self, symbol: &str, expected: usize) -> bool {
        self.by_name.find(self.symbols.len(), |place| &self.symbols[place], symbol, expected).is_some()
    }
}
