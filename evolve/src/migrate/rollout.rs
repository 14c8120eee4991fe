use std::fmt;

use signalbook_model::{Direction, Schema};

use crate::Graph;

/// In which order the services that use an event can take up a new version of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rollout {
    /// Each reads what the other writes.
    AnyOrder,
    /// The new version reads old events, but not the reverse.
    ConsumersFirst,
    /// The old version reads new events, but not the reverse: consumers follow once no old event is left to
    /// be read.
    ProducersFirst,
    /// Neither reads the other's: [`way`](crate::way) says what to do.
    NotInOneStep,
}

/// In which order the new version can be taken up, as the two verdicts decide it.
pub fn rollout(new: &Schema, old: &Schema) -> Rollout {
    let (new, old) = (Graph::new(new), Graph::new(old));
    Rollout::of([new.check(&old).is_compatible(), old.check(&new).is_compatible()])
}

impl Rollout {
    /// What follows from whether the new version reads the old one's events, and the old one the new one's.
    pub fn of([backward, forward]: [bool; 2]) -> Self {
        match (backward, forward) {
            (true, true) => Self::AnyOrder,
            (true, false) => Self::ConsumersFirst,
            (false, true) => Self::ProducersFirst,
            (false, false) => Self::NotInOneStep,
        }
    }

    /// The directions in which data can be read.
    pub(crate) fn directions(self) -> &'static [Direction] {
        match self {
            Self::AnyOrder => &[Direction::Backward, Direction::Forward],
            Self::ConsumersFirst => &[Direction::Backward],
            Self::ProducersFirst => &[Direction::Forward],
            Self::NotInOneStep => &[],
        }
    }
}

impl fmt::Display for Rollout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnyOrder => "any order",
            Self::ConsumersFirst => "consumers first",
            Self::ProducersFirst => "producers first, consumers once no older event is left",
            Self::NotInOneStep => "not in one step",
        })
    }
}
