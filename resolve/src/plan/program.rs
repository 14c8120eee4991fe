use std::ops::Range;

use signalbook_model::Name;

use super::ResolveProblem;
use super::shapes::Shapes;
use super::skip::Leaves;
use crate::compat::Id;

/// What a plan does, as data: operations that refer to each other by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) shapes: Shapes,
    pub(super) leaves: Leaves,
    pub(super) root: OpId,
    /// Whether no value becomes another, so that whoever knows the reader's types reads each where it stands.
    pub(super) in_place: bool,
    pub(super) ops: Vec<Op>,
    pub(super) steps: Vec<Step>,
    pub(super) visits: Vec<Visit>,
    pub(super) branches: Vec<Branch>,
    /// Encoded defaults and symbols.
    pub(super) literals: Vec<u8>,
    pub(super) problems: Vec<ResolveProblem>,
    /// The symbols that the reader's enums lack, which have the indices after each one's own.
    pub(super) unknown_symbols: Vec<Box<str>>,
}

pub(super) type OpId = u32;

/// How a value of the writer's becomes one of the reader's.
#[derive(Clone, Debug)]
pub(super) enum Op {
    /// By its bytes as they stand.
    Copy(Id),
    /// By its bytes as they stand, if they are UTF-8.
    Text,
    /// By its bytes as they stand, which are an int's.
    IntToLong,
    IntToFloat,
    IntToDouble,
    LongToFloat,
    LongToDouble,
    FloatToDouble,
    /// A number of other units, as a long.
    Scale(Box<Scale>),
    /// A decimal of more digits after the point; in a fixed of this size, else in bytes.
    Decimal {
        rescale: Rescale,
        size: Option<usize>,
        types: Box<Types>,
    },
    /// By the reader's index of its symbol.
    Symbol(Box<Symbols>),
    Array(OpId),
    Map(OpId),
    /// By what its branch becomes.
    Union {
        branches: Range<u32>,
        /// Whether the reader's type is a union as well.
        is_union: bool,
    },
    /// As a branch of the reader's union.
    Tagged(Branch),
    Record {
        steps: Range<u32>,
        kept: u32,
        visits: Range<u32>,
    },
    /// Not at all.
    Never(u32),
}

impl Op {
    /// Whether it makes another value of one.
    pub(super) fn converts(&self) -> bool {
        match self {
            Self::IntToFloat
            | Self::IntToDouble
            | Self::LongToFloat
            | Self::LongToDouble
            | Self::FloatToDouble
            | Self::Scale(_)
            | Self::Decimal { .. } => true,
            Self::Copy(_)
            | Self::Text
            | Self::IntToLong
            | Self::Symbol(_)
            | Self::Array(_)
            | Self::Map(_)
            | Self::Union { .. }
            | Self::Tagged(_)
            | Self::Record { .. }
            | Self::Never(_) => false,
        }
    }
}

/// An exact conversion of units.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    /// Whether the writer's number is an int.
    pub(super) is_int: bool,
    pub(super) factor: i64,
    pub(super) types: Types,
}

/// An exact conversion of decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rescale {
    /// How many more digits there are after the point.
    pub(super) digits: u32,
    /// How many digits there may be in all.
    pub(super) precision: u32,
}

/// What messages call the types of a conversion.
#[derive(Clone, Debug)]
pub(super) struct Types {
    pub(super) writer: String,
    pub(super) reader: String,
}

/// What the symbols of a writer's enum become.
#[derive(Clone, Debug)]
pub(super) struct Symbols {
    pub(super) writer: Name,
    pub(super) reader: Name,
    /// The reader's index for each of the writer's; none for a symbol that the reader lacks.
    pub(super) indices: Vec<Option<u32>>,
    /// The same as the program's literals.
    pub(super) literals: Vec<Option<Range<u32>>>,
}

/// What a branch of the writer's union becomes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    /// The branch of the reader's union, if it is one.
    pub(super) tag: Option<u32>,
    pub(super) op: OpId,
    /// Whether its value stands there as the reader has it.
    pub(super) is_same: bool,
}

/// One step through a record that is written anew. Fields are the writer's.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Writes fields that follow each other as they stand.
    Copy(Range<u32>),
    /// Writes what the next field becomes.
    Field { field: u32, op: OpId },
    /// Passes over fields.
    Skip(Range<u32>),
    /// Passes over a field and remembers where it stands.
    Keep { field: u32, slot: u32 },
    /// Writes what a field becomes that was passed over; again, if another of the reader's fields read it before.
    Kept { field: u32, slot: u32, op: OpId, again: bool },
    /// Writes defaults.
    Literal(Range<u32>),
}

/// One step through a record that is read where it stands, in the writer's order.
#[derive(Clone, Debug)]
pub(super) enum Visit {
    /// The reader's field with this place, and what becomes of its value, if that stands there otherwise than the reader has it.
    Field { field: u32, op: Option<OpId> },
    /// Fields of the writer's that the reader lacks, and their leaves.
    Skip { fields: Range<u32>, leaves: Range<u32> },
    /// A field that the writer lacks. These come last.
    Default { field: u32, literal: Range<u32> },
}

impl Program {
    #[inline]
    pub(super) fn literal(&self, literal: &Range<u32>) -> &[u8] {
        &self.literals[literal.start as usize..literal.end as usize]
    }
}
