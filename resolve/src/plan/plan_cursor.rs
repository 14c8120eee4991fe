//! Lets a decoder that knows the reader's types follow a plan.

use std::ops::Range;
use std::slice;

use super::program::{Branch, Op, OpId, Program, Visit};
use super::skipper::{Skipper, skip_short};
use crate::wire::Cursor;

/// How a decoder reads one value of the writer in place.
///
/// [`Plan::in_place`](crate::Plan::in_place) returns the cursor of the whole datum, and each cursor returns
/// those of its parts. If a cursor does not match the type that the decoder expects, the decoder gives up.
/// Errors in the bytes are not reported here, but by [`Plan::transcode`](crate::Plan::transcode).
#[derive(Clone, Copy, Debug)]
pub struct PlanCursor<'p> {
    program: &'p Program,
    op: OpId,
}

/// The symbols of a writer's enum.
#[derive(Clone, Copy, Debug)]
pub struct Symbols<'p> {
    program: &'p Program,
    literals: &'p [Option<Range<u32>>],
}

/// The branches of a writer's union.
#[derive(Clone, Copy, Debug)]
pub struct Branches<'p> {
    program: &'p Program,
    span: &'p Range<u32>,
    is_union: bool,
}

/// How a value of one branch is read.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'p> {
    /// The branch of the reader's type, if that is a union.
    pub tag: Option<usize>,
    /// How the value is read. `None` if its bytes are the same for the reader.
    pub cursor: Option<PlanCursor<'p>>,
}

/// The fields of a record, in the order of the writer.
#[derive(Clone, Debug)]
pub struct Fields<'p> {
    program: &'p Program,
    visits: slice::Iter<'p, Visit>,
}

/// The next field of a record.
#[derive(Clone, Copy, Debug)]
pub enum Field<'p> {
    /// The reader's field with this index, and how its value is read, unless its bytes are the same for the
    /// reader.
    Value(usize, Option<PlanCursor<'p>>),
    /// The reader's field with this index, which the writer does not have, and its encoded default. These are
    /// last.
    Default(usize, &'p [u8]),
    /// Fields that the reader does not have.
    Skip(Skip<'p>),
}

/// Fields that the reader does not have.
#[derive(Clone, Copy, Debug)]
pub struct Skip<'p> {
    program: &'p Program,
    fields: &'p Range<u32>,
    leaves: &'p Range<u32>,
}

/// The input that a decoder has not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Rest<'p> {
    /// The bytes.
    pub bytes: &'p [u8],
    /// The number of values of zero bytes that may still be read.
    pub empty: usize,
}

impl<'p> PlanCursor<'p> {
    pub(super) fn root(program: &'p Program) -> Self {
        Self { program, op: program.root }
    }

    /// Returns whether the bytes are the same for the reader.
    #[inline]
    pub fn is_same(self) -> bool {
        matches!(self.op(), Op::Copy(_) | Op::Text)
    }

    /// Returns whether the value is an int that is read as a long. It must fit into 32 bits.
    #[inline]
    pub fn is_int(self) -> bool {
        matches!(self.op(), Op::IntToLong)
    }

    /// Returns how symbols are read, if the value is the index of a symbol of the writer.
    pub fn symbols(self) -> Option<Symbols<'p>> {
        let Op::Symbol(symbols) = self.op() else { return None };
        Some(Symbols { program: self.program, literals: &symbols.literals })
    }

    /// Returns how items are read, if the value is an array.
    pub fn items(self) -> Option<Self> {
        let Op::Array(items) = self.op() else { return None };
        Some(self.at(*items))
    }

    /// Returns how values are read, if the value is a map.
    pub fn values(self) -> Option<Self> {
        let Op::Map(values) = self.op() else { return None };
        Some(self.at(*values))
    }

    /// Returns the branch of the reader's union and how the value is read, if the writer's type is not a
    /// union.
    #[inline]
    pub fn branch(self) -> Option<Chosen<'p>> {
        let Op::Tagged(branch) = self.op() else { return None };
        Some(Chosen::of(self.program, branch))
    }

    /// Returns the writer's branches, if the value begins with the index of a branch.
    #[inline]
    pub fn branches(self) -> Option<Branches<'p>> {
        let Op::Union { branches, is_union } = self.op() else { return None };
        Some(Branches { program: self.program, span: branches, is_union: *is_union })
    }

    /// Returns how fields are read, if the value is a record.
    #[inline]
    pub fn fields(self) -> Option<Fields<'p>> {
        let Op::Record { visits, .. } = self.op() else { return None };
        let visits = self.program.visits[visits.start as usize..visits.end as usize].iter();
        Some(Fields { program: self.program, visits })
    }

    #[inline]
    fn op(self) -> &'p Op {
        &self.program.ops[self.op as usize]
    }

    #[inline]
    fn at(self, op: OpId) -> Self {
        Self { op, ..self }
    }
}

impl<'p> Symbols<'p> {
    /// Returns [`Plan::unknown_symbols`](crate::Plan::unknown_symbols).
    #[inline]
    pub fn unknown(self) -> &'p [Box<str>] {
        &self.program.unknown_symbols
    }

    /// Returns the encoded symbol of the reader for the writer's `index`. Returns `None` if the writer's enum
    /// does not have the index, or the reader's enum does not have the symbol.
    #[inline]
    pub fn bytes(self, index: usize) -> Option<&'p [u8]> {
        let literal = self.literals.get(index)?.as_ref()?;
        Some(self.program.literal(literal))
    }
}

impl<'p> Branches<'p> {
    /// Returns whether the reader's type is also a union.
    #[inline]
    pub fn is_union(self) -> bool {
        self.is_union
    }

    /// Returns how a value of the branch with this index is read. Returns `None` if the writer's union does
    /// not have the branch.
    #[inline]
    pub fn get(self, index: usize) -> Option<Chosen<'p>> {
        let index = self.span.start.checked_add(u32::try_from(index).ok()?)?;
        let branch = self.program.branches[..self.span.end as usize].get(index as usize)?;
        Some(Chosen::of(self.program, branch))
    }
}

impl<'p> Chosen<'p> {
    #[inline]
    fn of(program: &'p Program, branch: &Branch) -> Self {
        let cursor = if branch.is_same { None } else { Some(PlanCursor { program, op: branch.op }) };
        Self { tag: branch.tag.map(|tag| tag as usize), cursor }
    }
}

impl Fields<'_> {
    /// Drops the remaining fields.
    pub fn stop(&mut self) {
        self.visits = [].iter();
    }
}

impl<'p> Iterator for Fields<'p> {
    type Item = Field<'p>;

    #[inline]
    fn next(&mut self) -> Option<Field<'p>> {
        let program = self.program;
        Some(match self.visits.next()? {
            Visit::Field { field, op } => {
                Field::Value(*field as usize, op.map(|op| PlanCursor { program, op }))
            }
            Visit::Default { field, literal } => Field::Default(*field as usize, program.literal(literal)),
            Visit::Skip { fields, leaves } => Field::Skip(Skip { program, fields, leaves }),
        })
    }
}

impl<'p> Skip<'p> {
    /// Skips the fields if they are short. Returns the bytes after them.
    #[inline]
    pub fn skip_short(self, bytes: &'p [u8]) -> Option<&'p [u8]> {
        skip_short(self.program.leaves.of_span(self.leaves), bytes)
    }

    /// Skips the fields. Returns `None` if the bytes are not values of them.
    pub fn skip(self, rest: Rest<'p>) -> Option<Rest<'p>> {
        // Each byte of a datum allows for one value of zero bytes.
        let empty = rest.empty.saturating_add(rest.bytes.len());
        let input = Cursor::with_zero_sized(rest.bytes, empty);
        let mut skipper = Skipper::new(self.program, input, false);
        skipper.fields(self.fields.start, self.fields.end).ok()?;
        let bytes = skipper.input.rest();
        // The remaining bytes do not allow for values that were skipped.
        let empty = skipper.input.zero_sized_left().checked_sub(bytes.len())?;
        Some(Rest { bytes, empty: empty.min(rest.empty) })
    }
}
