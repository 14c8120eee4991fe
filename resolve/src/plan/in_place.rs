//! How a decoder that knows the reader's types goes along a plan.

use std::ops::Range;
use std::slice;

use super::pass::{Pass, pass_short};
use super::program::{Branch, Op, OpId, Program, Visit};
use crate::wire::Cursor;

/// How one value of the writer's becomes one of the reader's, for a decoder that reads it where it stands.
///
/// [`Plan::in_place`](crate::Plan::in_place) gives that of the whole datum, and each gives those of its parts. The decoder knows the
/// reader's types; where the plan asks for what its type is not, it gives up. Nothing here says what is wrong with bytes:
/// [`Plan::transcode`](crate::Plan::transcode) does.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
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

/// What becomes of a value of one branch.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'p> {
    /// The branch of the reader's union, if its type is one.
    pub tag: Option<usize>,
    /// How the value is read, where it does not stand there as the reader has it.
    pub place: Option<Place<'p>>,
}

/// The fields of a record, in the order in which they stand.
#[derive(Clone, Debug)]
pub struct Fields<'p> {
    program: &'p Program,
    visits: slice::Iter<'p, Visit>,
}

/// The next field of a record.
#[derive(Clone, Copy, Debug)]
pub enum Field<'p> {
    /// The reader's field with this place stands there; and how it is read, where that is otherwise than the reader has it.
    Value(usize, Option<Place<'p>>),
    /// The writer lacks the reader's field, whose default is this. These come last.
    Default(usize, &'p [u8]),
    /// The reader lacks what stands there.
    Skip(Skip<'p>),
}

/// Fields that the reader lacks.
#[derive(Clone, Copy, Debug)]
pub struct Skip<'p> {
    program: &'p Program,
    fields: &'p Range<u32>,
    leaves: &'p Range<u32>,
}

/// What a decoder has not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Rest<'p> {
    /// The bytes.
    pub bytes: &'p [u8],
    /// How many values of zero bytes may come.
    pub empty: usize,
}

impl<'p> Place<'p> {
    pub(super) fn root(program: &'p Program) -> Self {
        Self { program, op: program.root }
    }

    /// Whether a value stands there as the reader has it.
    #[inline]
    pub fn is_same(self) -> bool {
        matches!(self.op(), Op::Copy(_) | Op::Text)
    }

    /// Whether an int stands there, of no more than 32 bits, for a long.
    #[inline]
    pub fn is_int(self) -> bool {
        matches!(self.op(), Op::IntToLong)
    }

    /// Where the index of a symbol of the writer's stands: what is to be read in its place.
    pub fn symbols(self) -> Option<Symbols<'p>> {
        let Op::Symbol(symbols) = self.op() else { return None };
        Some(Symbols { program: self.program, literals: &symbols.literals })
    }

    /// Where an array stands: how its items are read.
    pub fn items(self) -> Option<Self> {
        let Op::Array(items) = self.op() else { return None };
        Some(self.at(*items))
    }

    /// Where a map stands: how its values are read.
    pub fn values(self) -> Option<Self> {
        let Op::Map(values) = self.op() else { return None };
        Some(self.at(*values))
    }

    /// Where a value stands, and no index before it, that is one of a branch of the reader's union: the branch, and how it is read.
    #[inline]
    pub fn branch(self) -> Option<Chosen<'p>> {
        let Op::Tagged(branch) = self.op() else { return None };
        Some(Chosen::of(self.program, branch))
    }

    /// Where the index of a branch of the writer's stands: its branches.
    #[inline]
    pub fn branches(self) -> Option<Branches<'p>> {
        let Op::Union { branches, is_union } = self.op() else { return None };
        Some(Branches { program: self.program, span: branches, is_union: *is_union })
    }

    /// Where a record stands: how its fields are read.
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
    /// The symbols that enums of the reader's lack, as [`Plan::unknown_symbols`](crate::Plan::unknown_symbols) has them.
    #[inline]
    pub fn unknown(self) -> &'p [Box<str>] {
        &self.program.unknown_symbols
    }

    /// The reader's value for the symbol with the writer's index; none where there is no such symbol, or none of the reader's for it.
    #[inline]
    pub fn bytes(self, index: usize) -> Option<&'p [u8]> {
        let literal = self.literals.get(index)?.as_ref()?;
        Some(self.program.literal(literal))
    }
}

impl<'p> Branches<'p> {
    /// Whether the reader's type is a union as well.
    #[inline]
    pub fn is_union(self) -> bool {
        self.is_union
    }

    /// What becomes of a value of the branch with this index; none where the writer's union has no such branch.
    #[inline]
    pub fn get(self, index: usize) -> Option<Chosen<'p>> {
        // What is too large for a number here is no index either.
        let place = self.span.start.checked_add(u32::try_from(index).ok()?)?;
        let branch = self.program.branches[..self.span.end as usize].get(place as usize)?;
        Some(Chosen::of(self.program, branch))
    }
}

impl<'p> Chosen<'p> {
    #[inline]
    fn of(program: &'p Program, branch: &Branch) -> Self {
        let place = if branch.is_same { None } else { Some(Place { program, op: branch.op }) };
        Self { tag: branch.tag.map(|tag| tag as usize), place }
    }
}

impl Fields<'_> {
    /// Has no next field any more.
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
            Visit::Field { field, op } => Field::Value(*field as usize, op.map(|op| Place { program, op })),
            Visit::Default { field, literal } => Field::Default(*field as usize, program.literal(literal)),
            Visit::Skip { fields, leaves } => Field::Skip(Skip { program, fields, leaves }),
        })
    }
}

impl<'p> Skip<'p> {
    /// Passes over them, if a glance tells how many bytes each has.
    #[inline]
    pub fn pass_short(self, bytes: &'p [u8]) -> Option<&'p [u8]> {
        pass_short(self.program.leaves.of_span(self.leaves), bytes)
    }

    /// Passes over them; none where the bytes are no such values.
    pub fn pass(self, rest: Rest<'p>) -> Option<Rest<'p>> {
        // Each byte accounts for a value of none, as in every datum.
        let empty = rest.empty.saturating_add(rest.bytes.len());
        let input = Cursor::with_zero_sized(rest.bytes, empty);
        let mut pass = Pass::new(self.program, input, false);
        pass.fields(self.fields.start, self.fields.end).ok()?;
        let bytes = pass.input.rest();
        // The bytes that are left account for what they hold, not for what was passed over.
        let empty = pass.input.zero_sized_left().checked_sub(bytes.len())?;
        Some(Rest { bytes, empty: empty.min(rest.empty) })
    }
}
