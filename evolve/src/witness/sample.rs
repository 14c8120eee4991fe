use std::collections::BTreeMap;

use signalbook_data::Value;
use signalbook_model::{Logical, Primitive, PrimitiveValue};
use signalbook_resolve::compat::{Field, Graph, Id, Node};

use crate::pointers::Segment;

/// The largest depth of a value in a message.
const MAX_DEPTH: usize = signalbook_data::MAX_DEPTH / 4;

/// The largest size of a value in a message: its bytes, and one for each value in it, because some have no
/// bytes.
const LARGEST: usize = 4096;

/// The smallest values of a schema's types.
pub(crate) struct Samples<'a> {
    graph: &'a Graph<'a>,
    /// The size of the smallest value of each type, or `None` if the type contains itself in every value.
    sizes: Vec<Option<usize>>,
}

impl<'a> Samples<'a> {
    pub(crate) fn new(graph: &'a Graph<'a>) -> Self {
        let mut samples = Self { graph, sizes: vec![None; graph.len()] };
        // Each round measures types that nest one level deeper. The number of rounds limits the depth of
        // values.
        for _ in 0..MAX_DEPTH {
            let sizes = graph.ids().map(|id| samples.measure(id)).collect();
            if std::mem::replace(&mut samples.sizes, sizes) == samples.sizes {
                break;
            }
        }
        samples
    }

    /// Returns the smallest value of the type, if there is one and it is not larger than [`LARGEST`].
    pub(crate) fn value(&self, id: Id) -> Option<Value> {
        self.size(id).filter(|size| *size <= LARGEST)?;
        Some(match self.graph.node(id) {
            Node::Primitive(primitive) => empty_value(*primitive, self.graph.logical(id)).into(),
            Node::Array(_) => Value::Array(Vec::new()),
            Node::Map(_) => Value::Map(BTreeMap::new()),
            Node::Union(branches) => {
                let branches = self.graph.branches(*branches).iter().enumerate();
                let known =
                    branches.filter_map(|(index, branch)| Some((self.size(*branch)?, index, *branch)));
                let (_, index, branch) = known.min()?;
                Value::Union(index, Box::new(self.value(branch)?))
            }
            Node::Record(record) => {
                let fields = self.graph.fields(record).iter().map(|field| self.value(field.ty));
                Value::Record(fields.collect::<Option<_>>()?)
            }
            Node::Enum(_) => Value::Enum(0),
            Node::Fixed(fixed) => Value::Fixed(vec![0; fixed.size]),
            Node::Undefined(_) => return None,
        })
    }

    /// Returns the size of the smallest value of the type, in the unit of [`LARGEST`].
    fn size(&self, id: Id) -> Option<usize> {
        self.sizes[id.index()]
    }

    /// Returns the smallest value of the root type that contains `end` at the end of the segments, or `None`
    /// if it is too deep or too large to show.
    pub(crate) fn around(&self, segments: &[Segment], end: &Value) -> Option<Value> {
        if segments.len() > MAX_DEPTH { None } else { self.around_in(self.graph.root, segments, end) }
    }

    fn around_in(&self, id: Id, segments: &[Segment], end: &Value) -> Option<Value> {
        let [segment, rest @ ..] = segments else { return Some(end.clone()) };
        Some(match (*segment, self.graph.node(id)) {
            (Segment::Items, Node::Array(items)) => Value::Array(vec![self.around_in(*items, rest, end)?]),
            (Segment::Values, Node::Map(values)) => {
                Value::Map(BTreeMap::from([(String::new(), self.around_in(*values, rest, end)?)]))
            }
            (Segment::Branch(index), Node::Union(branches)) => {
                let branch = self.graph.branches(*branches).get(index)?;
                Value::Union(index, Box::new(self.around_in(*branch, rest, end)?))
            }
            (Segment::Field(index), Node::Record(record)) => {
                let fields = || self.graph.fields(record).iter().enumerate();
                let mut sizes =
                    fields().filter(|(other, _)| *other != index).map(|(_, field)| self.size(field.ty));
                sizes
                    .try_fold(0_usize, |sum, size| Some(sum.saturating_add(size?)))
                    .filter(|size| *size <= LARGEST)?;
                let value = |(other, field): (usize, &Field<'_>)| {
                    if other == index { self.around_in(field.ty, rest, end) } else { self.value(field.ty) }
                };
                Value::Record(fields().map(value).collect::<Option<_>>()?)
            }
            (Segment::Items | Segment::Values | Segment::Branch(_) | Segment::Field(_), _) => return None,
        })
    }

    fn measure(&self, id: Id) -> Option<usize> {
        match self.graph.node(id) {
            Node::Primitive(Primitive::Null) => Some(1),
            Node::Primitive(Primitive::Float) => Some(5),
            Node::Primitive(Primitive::Double) => Some(9),
            Node::Primitive(primitive @ (Primitive::Bytes | Primitive::String)) => {
                match empty_value(*primitive, self.graph.logical(id)) {
                    PrimitiveValue::Bytes(bytes) => Some(2 + bytes.len()),
                    PrimitiveValue::String(text) => Some(2 + text.len()),
                    _ => None,
                }
            }
            Node::Primitive(Primitive::Boolean | Primitive::Int | Primitive::Long)
            | Node::Array(_)
            | Node::Map(_)
            | Node::Enum(_) => Some(2),
            Node::Union(branches) => {
                let sizes = self.graph.branches(*branches).iter().filter_map(|branch| self.size(*branch));
                Some(sizes.min()?.saturating_add(2))
            }
            Node::Record(record) => self
                .graph
                .fields(record)
                .iter()
                .try_fold(1_usize, |sum, field| Some(sum.saturating_add(self.size(field.ty)?))),
            Node::Fixed(fixed) => Some(fixed.size.saturating_add(1)),
            Node::Undefined(_) => None,
        }
    }
}

/// Returns the smallest value of a primitive type that its logical type allows.
pub(crate) fn empty_value(primitive: Primitive, logical: Option<Logical>) -> PrimitiveValue<'static> {
    match (primitive, logical) {
        (Primitive::Null, _) => PrimitiveValue::Null,
        (Primitive::Boolean, _) => PrimitiveValue::Boolean(false),
        (Primitive::Int, _) => PrimitiveValue::Int(0),
        (Primitive::Long, _) => PrimitiveValue::Long(0),
        (Primitive::Float, _) => PrimitiveValue::Float(0.0),
        (Primitive::Double, _) => PrimitiveValue::Double(0.0),
        (Primitive::Bytes, Some(Logical::Decimal { .. })) => PrimitiveValue::Bytes(vec![0]),
        // One byte, which is 0, and the scale 0.
        (Primitive::Bytes, Some(Logical::BigDecimal)) => PrimitiveValue::Bytes(vec![2, 0, 0]),
        (Primitive::Bytes, _) => PrimitiveValue::Bytes(Vec::new()),
        (Primitive::String, Some(Logical::Uuid)) => PrimitiveValue::String(NIL),
        (Primitive::String, _) => PrimitiveValue::String(""),
    }
}

/// The UUID without a bit.
const NIL: &str = "00000000-0000-0000-0000-000000000000";
