use std::fmt;

use signalbook_model::{Direction, Schema};

use crate::Graph;

/// The order in which services can adopt a new version of an event.
///
/// This enum is exhaustive: there are no other combinations of the two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rollout {
    /// Each version reads the other's events.
    AnyOrder,
    /// The new version reads old events, but not the reverse.
    ConsumersFirst,
    /// The old version reads new events, but not the reverse. Consumers follow when all old events have been
    /// read.
    ProducersFirst,
    /// Neither version reads the other's events. [`migration`](crate::migration) may find an intermediate
    /// one.
    NotInOneStep,
}

/// Returns the order in which services can adopt the new version.
pub fn rollout(new: &Schema, old: &Schema) -> Rollout {
    let (new, old) = (Graph::new(new), Graph::new(old));
    Rollout::of([new.check(&old).is_compatible(), old.check(&new).is_compatible()])
}

impl Rollout {
    /// Returns the rollout, given whether the new version reads old events and whether the old one reads new
    /// events.
    pub fn of([backward, forward]: [bool; 2]) -> Self {
        match (backward, forward) {
            (true, true) => Self::AnyOrder,
            (true, false) => Self::ConsumersFirst,
            (false, true) => Self::ProducersFirst,
            (false, false) => Self::NotInOneStep,
        }
    }

    /// Returns the rollout if events must not be read in these directions either.
    #[must_use]
    pub fn without(self, directions: &[Direction]) -> Self {
        let reads = |direction| self.directions().contains(&direction) && !directions.contains(&direction);
        Self::of([reads(Direction::Backward), reads(Direction::Forward)])
    }

    /// Returns the directions in which events can be read.
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
            Self::ProducersFirst => "producers first, consumers when all older events have been read",
            Self::NotInOneStep => "not in one step",
        })
    }
}
