use super::ResolveProblem;
use super::program::{Op, Symbols};
use crate::compat::Id;

/// How a value of a pair of types is read, before it is known which values do not change. Drafts refer to
/// each other by the number of their pair.
#[derive(Debug)]
pub(super) enum Draft {
    /// The bytes stay the same.
    Same,
    /// An operation that refers to no other.
    Change(Op),
    Symbols(Symbols),
    Never(ResolveProblem),
    Array(usize),
    Map(usize),
    /// For each branch of the writer's union the branch of the reader's type, if that is a union, and the
    /// draft of the value; then the number of the reader's branches.
    Union(Vec<(Option<u32>, usize)>, usize),
    /// The branch of the reader's union, and the draft of the value, for a type of the writer that is not a
    /// union.
    Tagged(u32, usize),
    /// The sources of the reader's fields in order, and the number of the writer's fields.
    Record(Vec<Source>, usize),
}

/// The source of a reader's field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// The writer's field with this index.
    Field { index: usize, pair: usize },
    /// A default: this range of the literals.
    Default { start: usize, end: usize },
}

/// A type of the writer and a type of the reader.
pub(super) type Pair = (Id, Id);
