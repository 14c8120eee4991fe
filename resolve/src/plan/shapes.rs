use std::ops::Range;

use signalbook_model::{Name, Primitive};

use super::number;
use crate::compat::{Graph, Id, Node};

/// The types of the writer's schema, as needed to skip and check values. They have the ids of its graph.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes {
    pub(super) types: Vec<Shape>,
    /// The branches of unions, and the fields of records.
    pub(super) parts: Vec<Id>,
    /// The name of each part that is a field.
    pub(super) names: Vec<Box<str>>,
}

/// A type of the writer's schema.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Null,
    Boolean,
    Int,
    Long,
    /// A length and as many bytes.
    Block,
    Fixed(usize),
    Enum {
        name: Name,
        count: usize,
    },
    Array(Id),
    Map(Id),
    Union(Range<u32>),
    Record(Range<u32>),
    Undefined(Name),
}

impl Shapes {
    pub(super) fn new(graph: &Graph<'_>) -> Self {
        let mut shapes = Self::default();
        for id in graph.ids() {
            let shape = match graph.node(id) {
                Node::Primitive(primitive) => match primitive {
                    Primitive::Null => Shape::Null,
                    Primitive::Boolean => Shape::Boolean,
                    Primitive::Int => Shape::Int,
                    Primitive::Long => Shape::Long,
                    Primitive::Float => Shape::Fixed(4),
                    Primitive::Double => Shape::Fixed(8),
                    Primitive::Bytes | Primitive::String => Shape::Block,
                },
                Node::Array(items) => Shape::Array(*items),
                Node::Map(values) => Shape::Map(*values),
                Node::Union(branches) => {
                    Shape::Union(shapes.add(graph.branches(*branches).iter().map(|branch| (*branch, ""))))
                }
                Node::Record(record) => {
                    Shape::Record(shapes.add(graph.fields(record).iter().map(|field| (field.ty, field.name))))
                }
                Node::Enum(definition) => {
                    Shape::Enum { name: definition.names.full.clone(), count: definition.symbols.len() }
                }
                Node::Fixed(fixed) => Shape::Fixed(fixed.size),
                Node::Undefined(name) => Shape::Undefined((*name).clone()),
            };
            shapes.types.push(shape);
        }
        shapes
    }

    fn add<'n>(&mut self, parts: impl Iterator<Item = (Id, &'n str)>) -> Range<u32> {
        let start = number(self.parts.len());
        for (part, name) in parts {
            self.parts.push(part);
            self.names.push(name.into());
        }
        start..number(self.parts.len())
    }
}
