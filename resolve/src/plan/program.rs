use std::ops::Range;

use signalbook_model::Name;

use super::ResolveProblem;
use super::shapes::Shapes;
use super::skip_ops::Leaves;
use crate::compat::Id;

/// The operations of a plan, which refer to each other by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) shapes: Shapes,
    pub(super) leaves: Leaves,
    pub(super) root: OpId,
    /// Whether a decoder can read the writer's data in place.
    pub(super) in_place: bool,
    pub(super) ops: Vec<Op>,
    pub(super) steps: Vec<Segment>,
    pub(super) visits: Vec<Visit>,
    pub(super) branches: Vec<Branch>,
    /// Encoded defaults and symbols.
    pub(super) literals: Vec<u8>,
    pub(super) problems: Vec<ResolveProblem>,
    /// The symbols that the reader's enums do not have. Their indices follow those of the enum's own symbols.
    pub(super) unknown_symbols: Vec<Box<str>>,
}

pub(super) type OpId = u32;

/// How a value of the writer becomes a value of the reader.
#[derive(Clone, Debug)]
pub(super) enum Op {
    /// Copies the bytes.
    Copy(Id),
    /// Copies the bytes if they are UTF-8.
    Text,
    /// Copies the bytes of an int.
    IntToLong,
    IntToFloat,
    IntToDouble,
    LongToFloat,
    LongToDouble,
    FloatToDouble,
    /// Converts a number to other units, as a long.
    Scale(Box<Scale>),
    /// Converts a decimal to one with more digits after the point, in a fixed of this size, or in bytes.
    Decimal {
        rescale: Rescale,
        size: Option<usize>,
        types: Box<Types>,
    },
    /// Writes the reader's index of the symbol.
    Symbol(Box<Symbols>),
    Array(OpId),
    Map(OpId),
    /// Runs the operation of the branch that was written.
    Union {
        branches: Range<u32>,
        /// Whether the reader's type is also a union.
        is_union: bool,
    },
    /// Writes a branch of the reader's union.
    Tagged(Branch),
    Record {
        steps: Range<u32>,
        kept: u32,
        visits: Range<u32>,
    },
    /// Fails with this problem.
    Never(u32),
}

impl Op {
    /// Returns whether it converts a value, so that the bytes are not those of the writer.
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
    /// The number of digits that are added after the point.
    pub(super) digits: u32,
    /// The largest number of digits in all.
    pub(super) precision: u32,
}

/// The types of a conversion, described for messages.
#[derive(Clone, Debug)]
pub(super) struct Types {
    pub(super) writer: String,
    pub(super) reader: String,
}

/// How the symbols of a writer's enum are read.
#[derive(Clone, Debug)]
pub(super) struct Symbols {
    pub(super) writer: Name,
    pub(super) reader: Name,
    /// The reader's index for each symbol of the writer, or `None` if the reader does not have the symbol.
    pub(super) indices: Vec<Option<u32>>,
    /// The encoded indices, in the program's literals.
    pub(super) literals: Vec<Option<Range<u32>>>,
}

/// How a value of a branch of the writer's union is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    /// The branch of the reader's type, if that is a union.
    pub(super) tag: Option<u32>,
    pub(super) op: OpId,
    /// Whether the bytes of the value stay the same.
    pub(super) is_same: bool,
}

/// One step of rewriting a record. Fields are the writer's.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// Copies consecutive fields.
    Copy(Range<u32>),
    /// Rewrites the next field.
    Field { field: u32, op: OpId },
    /// Skips fields.
    Skip(Range<u32>),
    /// Skips a field and remembers its position.
    Keep { field: u32, slot: u32 },
    /// Rewrites a field that was skipped, `again` if another of the reader's fields read it before.
    Kept { field: u32, slot: u32, op: OpId, again: bool },
    /// Writes defaults.
    Literal(Range<u32>),
}

/// One step of decoding a record in place, in the writer's order.
#[derive(Clone, Debug)]
pub(super) enum Visit {
    /// The reader's field with this index, and how its value is read, unless its bytes stay the same.
    Field { field: u32, op: Option<OpId> },
    /// Fields of the writer that the reader does not have, and their leaves.
    Skip { fields: Range<u32>, leaves: Range<u32> },
    /// A field that the writer does not have. These steps are last.
    Default { field: u32, literal: Range<u32> },
}

impl Program {
    #[inline]
    pub(super) fn literal(&self, literal: &Range<u32>) -> &[u8] {
        &self.literals[literal.start as usize..literal.end as usize]
    }
}
