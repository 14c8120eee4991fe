use std::ops::Range;

use super::number;
use super::shapes::{Shape, Shapes};
use crate::compat::Id;

/// One step of skipping a value. The nested records of a value are flattened into a list of leaves, which are
/// skipped one after the other without a look-up of types.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leaf {
    /// A value of zero bytes.
    Nothing,
    Boolean,
    Int,
    Long,
    /// A length and as many bytes.
    Block,
    /// A value of this many bytes.
    Fixed(u32),
    /// The index of a symbol, of this many symbols.
    Enum(u32),
    /// The index of one of two branches. `null` is the index of the null; for the other branch, `rest` leaves
    /// follow.
    Nullable {
        null: u32,
        rest: u32,
    },
    /// A value that is skipped by its type, which is `level` levels below the record.
    Other {
        shape: Id,
        level: u32,
    },
}

/// The leaves of every record of a schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaves {
    all: Vec<Leaf>,
    /// The range of leaves for each part that is a field.
    spans: Vec<(u32, u32)>,
}

/// When a record has this many leaves, further records in it are not flattened.
const MOST_LEAVES: usize = 256;

/// A record with more fields than this is not flattened into another one.
const MOST_FIELDS: usize = 64;

/// The number of levels that are flattened into a record.
pub(super) const MOST_LEVELS: u32 = 16;

impl Leaves {
    pub(super) fn new(shapes: &Shapes) -> Self {
        let mut leaves = Self { all: Vec::new(), spans: vec![(0, 0); shapes.parts.len()] };
        for (id, shape) in (0..).map(Id).zip(&shapes.types) {
            let Shape::Record(fields) = shape else { continue };
            let mut flat = Flat { shapes, begin: leaves.all.len(), all: &mut leaves.all, within: vec![id] };
            for field in fields.clone() {
                let start = number(flat.all.len());
                flat.add(shapes.parts[field as usize], 0);
                leaves.spans[field as usize] = (start, number(flat.all.len()));
            }
        }
        leaves
    }

    /// Returns the leaves of the fields from `start` to `end` of one record.
    #[inline]
    pub(super) fn fields(&self, start: u32, end: u32) -> &[Leaf] {
        self.of_span(&self.span(start, end))
    }

    /// Returns the range of the leaves of the fields from `start` to `end`.
    #[inline]
    pub(super) fn span(&self, start: u32, end: u32) -> Range<u32> {
        if start == end {
            return 0..0;
        }
        self.spans[start as usize].0..self.spans[end as usize - 1].1
    }

    #[inline]
    pub(super) fn of_span(&self, span: &Range<u32>) -> &[Leaf] {
        &self.all[span.start as usize..span.end as usize]
    }
}

/// Flattens a record.
struct Flat<'a> {
    shapes: &'a Shapes,
    all: &'a mut Vec<Leaf>,
    /// The index of its first leaf.
    begin: usize,
    /// The records that contain the value. A record is not flattened into itself.
    within: Vec<Id>,
}

impl Flat<'_> {
    fn add(&mut self, id: Id, level: u32) {
        let leaf = match &self.shapes.types[id.0 as usize] {
            Shape::Null | Shape::Fixed(0) => Leaf::Nothing,
            Shape::Record(fields) if fields.is_empty() => Leaf::Nothing,
            Shape::Boolean => Leaf::Boolean,
            Shape::Int => Leaf::Int,
            Shape::Long => Leaf::Long,
            Shape::Block => Leaf::Block,
            Shape::Fixed(size) if u32::try_from(*size).is_ok() => Leaf::Fixed(number(*size)),
            Shape::Enum { count, .. } => Leaf::Enum(number(*count)),
            Shape::Union(branches) if branches.len() == 2 && level < MOST_LEVELS => {
                let parts = &self.shapes.parts[branches.start as usize..branches.end as usize];
                let is_null = |part: &Id| matches!(self.shapes.types[part.0 as usize], Shape::Null);
                match (is_null(&parts[0]), is_null(&parts[1])) {
                    (true, false) => return self.nullable(0, parts[1], level),
                    (false, true) => return self.nullable(1, parts[0], level),
                    (true, true) | (false, false) => Leaf::Other { shape: id, level },
                }
            }
            Shape::Record(fields)
                if fields.len() <= MOST_FIELDS
                    && level < MOST_LEVELS
                    && self.all.len() - self.begin < MOST_LEAVES
                    && !self.within.contains(&id) =>
            {
                self.within.push(id);
                for field in fields.clone() {
                    self.add(self.shapes.parts[field as usize], level + 1);
                }
                self.within.pop();
                return;
            }
            Shape::Fixed(_)
            | Shape::Array(_)
            | Shape::Map(_)
            | Shape::Union(_)
            | Shape::Record(_)
            | Shape::Undefined(_) => Leaf::Other { shape: id, level },
        };
        self.all.push(leaf);
    }

    fn nullable(&mut self, null: u32, other: Id, level: u32) {
        let index = self.all.len();
        self.all.push(Leaf::Nullable { null, rest: 0 });
        self.add(other, level + 1);
        let rest = number(self.all.len() - index - 1);
        self.all[index] = Leaf::Nullable { null, rest };
    }
}
