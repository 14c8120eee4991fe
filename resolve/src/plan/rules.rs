use signalbook_model::{Field, Name};

use super::graph::{Graph, Node, RecordNode};
use super::renamed::Renamed;

/// By which names a reader's types and fields find a writer's.
pub(super) enum Rules<'s> {
    /// Those of the reference's checker: simple names, and the aliases of each definition and field.
    Checker,
    /// Those of the reference's reader: full names, after the reader's aliases renamed the writer's schema.
    Reader(Renamed<'s>),
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

impl Rules<'_> {
    /// How a reader's definition is called beside a writer's, if both are definitions.
    pub(super) fn closeness(&self, reader: &Node<'_>, writer: &Node<'_>) -> Closeness {
        let (Some((reader, definition)), Some((writer, _))) = (definition(reader), definition(writer)) else {
            return Closeness::Other;
        };
        let (writer, is_alias) = match self {
            Self::Checker => (writer, definition.iter().any(|alias| reader.is_alias(alias, writer))),
            Self::Reader(renamed) => (renamed.name(writer), false),
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

    /// How many names [`closeness`](Self::closeness) looks at.
    pub(super) fn names(&self, reader: &Node<'_>) -> usize {
        match self {
            Self::Checker => 1 + definition(reader).map_or(0, |(_, aliases)| aliases.len()),
            Self::Reader(_) => 1,
        }
    }

    /// How many names [`written`](Self::written) looks at.
    pub(super) fn field_names(&self, field: &Field) -> usize {
        match self {
            Self::Checker => 1 + field.aliases.len(),
            Self::Reader(_) => 1,
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

    /// What the reader's `field` is in the writer's `record`.
    pub(super) fn written(&self, graph: &Graph<'_>, record: &RecordNode<'_>, field: &Field) -> Written {
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
                renamed.field(record.name, &field.name).map_or(Written::Never, Written::As)
            }
        }
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
