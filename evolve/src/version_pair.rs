use std::cell::OnceCell;

use signalbook_model::{Direction, Schema};

use crate::Graph;
use crate::explain::explainer::Explainer;
use crate::explain::pair_finding::PairFinding;
use crate::explain::pointers::PointerIndex;
use crate::meaning::change::{Change, changes_between};
use crate::witness::incompatibility_witness::{Sides, Witness};
use crate::witness::meaning_witness::MeaningWitnesses;

/// A new and an old version of a schema, which are compared in both directions.
pub struct VersionPair<'a> {
    new: (&'a Schema, PointerIndex<'a>),
    old: (&'a Schema, PointerIndex<'a>),
}

/// Makes the witnesses of changes of meaning. See [`VersionPair::witnesses`].
pub struct Witnesses<'a> {
    pair: &'a VersionPair<'a>,
    backward: OnceCell<MeaningWitnesses<'a>>,
    forward: OnceCell<MeaningWitnesses<'a>>,
}

impl<'a> VersionPair<'a> {
    /// Creates a pair. Each version is a schema with its graph.
    pub fn new(new: (&'a Schema, &'a Graph<'a>), old: (&'a Schema, &'a Graph<'a>)) -> Self {
        Self { new: (new.0, PointerIndex::new(new.1)), old: (old.0, PointerIndex::new(old.1)) }
    }

    /// Returns the root causes of why one version cannot read data of the other, in the order of the reader's
    /// schema.
    ///
    /// The versions must be incompatible in this direction.
    pub fn incompatibilities(&self, direction: Direction) -> Vec<PairFinding> {
        Explainer::new(&self.new.1, &self.old.1, direction).findings(self.sides(direction))
    }

    /// Returns the changes of meaning between the versions, in both directions.
    pub fn changes(&self) -> Vec<Change> {
        changes_between(&self.new.1, &self.old.1)
    }

    /// Returns the maker of witnesses for [`changes`](Self::changes).
    pub fn witnesses(&'a self) -> Witnesses<'a> {
        Witnesses { pair: self, backward: OnceCell::new(), forward: OnceCell::new() }
    }

    fn sides(&self, direction: Direction) -> Sides<'a> {
        let (reader, writer) = match direction {
            Direction::Backward => (self.new.0, self.old.0),
            Direction::Forward => (self.old.0, self.new.0),
        };
        Sides { reader, writer, direction }
    }
}

impl Witnesses<'_> {
    /// Returns the smallest event that shows the change, or `None` if it takes a third version to show it.
    pub fn of(&self, change: &Change) -> Option<Witness> {
        let [new, old] = change.locations;
        let (new_pointers, old_pointers) = (&self.pair.new.1, &self.pair.old.1);
        change.directions.iter().find_map(|direction| match direction {
            Direction::Backward => {
                let sides = || MeaningWitnesses::new(self.pair.sides(*direction), new_pointers, old_pointers);
                self.backward.get_or_init(sides).witness(change.rule, new, old)
            }
            Direction::Forward => {
                let sides = || MeaningWitnesses::new(self.pair.sides(*direction), old_pointers, new_pointers);
                self.forward.get_or_init(sides).witness(change.rule, old, new)
            }
        })
    }
}
