mod build;
mod name_index;

use std::collections::BTreeMap;

use signalbook_model::{Definition, FixedLogical, Json, Logical, Name, Primitive, Type};

use self::name_index::Index;
use super::names::Names;

/// A schema prepared for comparison: its types are the nodes of a graph, and references are followed.
///
/// Build it once if a schema is compared with several others; [`check`](super::check) builds it on each call.
#[derive(Debug)]
pub struct Graph<'s> {
    /// The root type.
    pub root: Id,
    /// The definitions of the schema. The node of each has the same index.
    pub definitions: &'s BTreeMap<Name, Definition>,
    nodes: Vec<Node<'s>>,
    branches: Vec<Id>,
    fields: Vec<Field<'s>>,
    /// The logical types, in the order of the types that have one.
    logicals: Vec<(Id, Logical)>,
}

/// A type of a schema.
///
/// A definition is one node wherever it is used. Every other type is a node for each place in the schema
/// where it is written. This is how the reference identifies types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(crate) u32);

/// What a type is, without its logical type and attributes.
///
/// This enum is exhaustive: Avro has no other types, and a comparison must decide about each.
#[derive(Debug)]
pub enum Node<'s> {
    /// A primitive type.
    Primitive(Primitive),
    /// An array, and the type of its items.
    Array(Id),
    /// A map, and the type of its values.
    Map(Id),
    /// A union: [`Graph::branches`] has its branches.
    Union(GraphRange),
    /// A record.
    Record(Box<Record<'s>>),
    /// An enum.
    Enum(Box<Enum<'s>>),
    /// A fixed type.
    Fixed(Box<Fixed<'s>>),
    /// A reference to a definition that the schema does not have. It matches nothing.
    Undefined(&'s Name),
}

/// A record. [`Graph::fields`] has its fields.
#[derive(Debug)]
pub struct Record<'s> {
    /// The names of the record.
    pub names: Names<'s>,
    fields: GraphRange,
    by_name: Index,
}

/// An enum.
#[derive(Debug)]
pub struct Enum<'s> {
    /// The names of the enum.
    pub names: Names<'s>,
    /// The symbols, in the order of their indices.
    pub symbols: &'s [String],
    /// The symbol that replaces an unknown one.
    pub fallback: Option<&'s str>,
    by_name: Index,
}

/// A fixed type.
#[derive(Debug)]
pub struct Fixed<'s> {
    /// The names of the type.
    pub names: Names<'s>,
    /// The size in bytes.
    pub size: usize,
    /// The logical type.
    pub logical: Option<FixedLogical>,
}

/// A field of a record.
#[derive(Debug)]
#[non_exhaustive]
pub struct Field<'s> {
    /// The name.
    pub name: &'s str,
    /// The aliases.
    pub aliases: &'s [String],
    /// The type.
    pub ty: Id,
    /// The default.
    pub default: Option<&'s Json>,
}

/// The field of a writer's record that a reader's field reads, found by name and aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldMatch {
    /// The writer has no such field.
    Missing,
    /// The field with this index.
    Field(usize),
    /// At least these two fields.
    Ambiguous(usize, usize),
}

/// A range in one of the lists of a [`Graph`].
#[derive(Clone, Copy, Debug)]
pub struct GraphRange {
    start: usize,
    end: usize,
}

impl<'s> Graph<'s> {
    /// Returns the number of types.
    #[allow(clippy::len_without_is_empty, reason = "a graph has a root")]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns every type, in the order of [`Id::index`].
    pub fn ids(&self) -> impl Iterator<Item = Id> + use<> {
        let count = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        (0..count).map(Id)
    }

    /// Returns what the type is.
    pub fn node(&self, id: Id) -> &Node<'s> {
        &self.nodes[id.index()]
    }

    /// Returns the logical type of a primitive type.
    pub fn logical(&self, id: Id) -> Option<Logical> {
        let found = self.logicals.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.logicals[found].1)
    }

    /// Returns the branches of a union.
    pub fn branches(&self, union: GraphRange) -> &[Id] {
        &self.branches[union.start..union.end]
    }

    /// Returns the fields of a record.
    pub fn fields(&self, record: &Record<'s>) -> &[Field<'s>] {
        &self.fields[record.fields.start..record.fields.end]
    }

    /// Returns the records, in the order of their names.
    pub fn records(&self) -> impl Iterator<Item = &Record<'s>> {
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

    /// Returns the type as in the schema, without attributes.
    pub fn ty(&self, id: Id) -> Type {
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

    /// Returns which field of the writer's `record` the reader's `field` reads: the only one that it
    /// [accepts](Field::accepts). `self` is the writer's graph. The field with the index `expected` is tried
    /// first.
    pub fn match_field(&self, record: &Record<'s>, field: &Field<'_>, expected: usize) -> FieldMatch {
        let fields = self.fields(record);
        let find = |name| record.by_name.find(fields.len(), |index| fields[index].name, name, expected);
        let own = find(field.name);
        let Some(first) = own.or_else(|| field.aliases.iter().find_map(|alias| find(alias))) else {
            return FieldMatch::Missing;
        };
        // The same alias may be listed twice, but an alias must not repeat the field's own name.
        let is_known = |alias: &&String| own.is_none() && *alias == fields[first].name;
        match field.aliases.iter().filter(|alias| !is_known(alias)).find_map(|alias| find(alias)) {
            Some(second) => FieldMatch::Ambiguous(first, second),
            None => FieldMatch::Field(first),
        }
    }

    /// Returns whether the type is an enum with a default.
    pub fn has_fallback(&self, id: Id) -> bool {
        matches!(self.node(id), Node::Enum(definition) if definition.fallback.is_some())
    }

    /// Returns whether both types are the same. Definitions are compared by name.
    pub fn is_same_type(&self, id: Id, others: &Graph<'_>, other: Id) -> bool {
        match (self.node(id), others.node(other)) {
            (Node::Array(part), Node::Array(other)) | (Node::Map(part), Node::Map(other)) => {
                self.is_same_type(*part, others, *other)
            }
            (Node::Union(branches), Node::Union(other)) => {
                let (branches, other) = (self.branches(*branches), others.branches(*other));
                branches.len() == other.len()
                    && branches
                        .iter()
                        .zip(other)
                        .all(|(branch, other)| self.is_same_type(*branch, others, *other))
            }
            (node, other_node) => node.is_exactly(other_node) && self.logical(id) == others.logical(other),
        }
    }

    /// Returns whether the reader's type `reader` reads the type `writer` of another graph, as far as
    /// primitive types and collections of them show it. Definitions are not compared.
    pub(super) fn reads_plainly(&self, reader: Id, writers: &Graph<'_>, writer: Id) -> bool {
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
}

impl Field<'_> {
    /// Returns whether the name of the writer's field is the name or an alias of this field.
    pub fn accepts(&self, writer: &Field<'_>) -> bool {
        self.name == writer.name || self.aliases.iter().any(|alias| alias == writer.name)
    }
}

impl Id {
    /// Returns the index of the type among those of its graph.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl<'s> Node<'s> {
    /// Returns the names of a definition.
    pub fn names(&self) -> Option<&Names<'s>> {
        match self {
            Self::Record(record) => Some(&record.names),
            Self::Enum(definition) => Some(&definition.names),
            Self::Fixed(fixed) => Some(&fixed.names),
            Self::Primitive(_) | Self::Array(_) | Self::Map(_) | Self::Union(_) | Self::Undefined(_) => None,
        }
    }

    /// Returns whether both are the same primitive type, both arrays, both maps, or definitions of the same
    /// kind and full name.
    fn is_exactly(&self, other: &Node<'_>) -> bool {
        match (self, other) {
            (Self::Primitive(primitive), Node::Primitive(other)) => primitive == other,
            (Self::Array(_), Node::Array(_)) | (Self::Map(_), Node::Map(_)) => true,
            _ => self.definitions(other).is_some_and(|(names, other)| names.full == other.full),
        }
    }

    /// Returns whether both are definitions of the same kind, and the names of this one do not accept the
    /// writer's.
    pub fn is_other_definition(&self, writer: &Node<'_>) -> bool {
        self.definitions(writer).is_some_and(|(reader, writer)| !reader.accept(writer))
    }

    /// Returns the names of both if they are definitions of the same kind.
    pub fn definitions<'n, 'o>(&'n self, other: &'n Node<'o>) -> Option<(&'n Names<'s>, &'n Names<'o>)> {
        match (self, other) {
            (Self::Record(record), Node::Record(other)) => Some((&record.names, &other.names)),
            (Self::Enum(definition), Node::Enum(other)) => Some((&definition.names, &other.names)),
            (Self::Fixed(fixed), Node::Fixed(other)) => Some((&fixed.names, &other.names)),
            (
                Self::Primitive(_)
                | Self::Array(_)
                | Self::Map(_)
                | Self::Union(_)
                | Self::Record(_)
                | Self::Enum(_)
                | Self::Fixed(_)
                | Self::Undefined(_),
                _,
            ) => None,
        }
    }

    /// Returns whether the node may be used in several places.
    pub(super) fn is_shared(&self) -> bool {
        match self {
            Self::Record(_) | Self::Enum(_) | Self::Fixed(_) | Self::Undefined(_) => true,
            Self::Primitive(_) | Self::Array(_) | Self::Map(_) | Self::Union(_) => false,
        }
    }
}

impl Enum<'_> {
    /// Returns the symbols of `writer` that this enum does not have, in the writer's order.
    pub fn missing<'a>(&'a self, writer: &'a Enum<'_>) -> impl Iterator<Item = &'a str> {
        let symbols = writer.symbols.iter().enumerate();
        symbols
            .filter(|(index, symbol)| self.find(symbol, *index).is_none())
            .map(|(_, symbol)| symbol.as_str())
    }

    /// Returns the index of a symbol. The index `expected` is tried first.
    pub fn find(&self, symbol: &str, expected: usize) -> Option<usize> {
        self.by_name.find(self.symbols.len(), |index| &self.symbols[index], symbol, expected)
    }
}
