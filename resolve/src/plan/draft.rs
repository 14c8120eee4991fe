use super::ResolveProblem;
use super::program::{Op, Symbols};
use crate::compat::Id;

/// What is to become of a pair of types, before it is known which values need no change.
///
/// Other pairs are meant by their numbers.
#[derive(Debug)]
pub(super) enum Draft {
    /// The bytes are the same, whatever becomes of others.
    Same,
    /// A change that is whole in itself.
    Change(Op),
    Symbols(Symbols),
    Never(ResolveProblem),
    Array(usize),
    Map(usize),
    /// Each branch of the writer's union: the branch of the reader's, if that is one, and what becomes of the value; and how many
    /// branches the reader has.
    Union(Vec<(Option<u32>, usize)>, usize),
    /// The same for a type of the writer's that is no union.
    Tagged(u32, usize),
    /// The reader's fields in order, and how many the writer has.
    Record(Vec<Source>, usize),
}

/// Where a reader's field comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// The writer's field with this place.
    Written { place: usize, pair: usize },
    /// A default: this stretch of the literals.
    Default { start: usize, end: usize },
}

/// A pair of types: the writer's, the reader's.
pub(super) type Pair = (Id, Id);
