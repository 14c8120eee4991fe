use std::cell::OnceCell;

use signalbook_model::{DefaultForm, Direction, Schema};

use crate::explain::explainer::explain;
use crate::meaning::change::changes_between;
use crate::pointers::PointerIndex;
use crate::sides::Sides;
use crate::witness::meaning_witness::MeaningWitnesses;
use crate::{Change, Graph, PairFinding, Witness};

/// A new and an old version of a schema, which are compared in both directions.
pub struct VersionPair<'a> {
    new: PointerIndex<'a>,
    old: PointerIndex<'a>,
    form: DefaultForm,
}

/// Makes the witnesses of changes of meaning. See [`VersionPair::witnesses`].
pub struct Witnesses<'a> {
    pair: &'a VersionPair<'a>,
    backward: OnceCell<MeaningWitnesses<'a>>,
    forward: OnceCell<MeaningWitnesses<'a>>,
}

impl<'a> VersionPair<'a> {
    /// Creates a pair. Each version is a schema with its graph. Messages have values in the form of a
    /// registry.
    pub fn new(new: (&'a Schema, &'a Graph<'a>), old: (&'a Schema, &'a Graph<'a>)) -> Self {
        let form = DefaultForm::Registry;
        Self { new: PointerIndex::new(new.0, new.1), old: PointerIndex::new(old.0, old.1), form }
    }

    /// As [`new`](Self::new), but messages have values in Avro's form.
    pub(crate) fn of_schemas(new: (&'a Schema, &'a Graph<'a>), old: (&'a Schema, &'a Graph<'a>)) -> Self {
        Self { form: DefaultForm::Avro, ..Self::new(new, old) }
    }

    /// Returns the root causes of why one version cannot read data of the other, in the order of the reader's
    /// schema.
    ///
    /// The versions must be incompatible in this direction.
    pub fn incompatibilities(&self, direction: Direction) -> Vec<PairFinding> {
        explain(self.sides(direction))
    }

    /// Returns the changes of meaning between the versions, in both directions.
    pub fn changes(&self) -> Vec<Change> {
        changes_between(&self.new, &self.old, self.form)
    }

    /// Returns the maker of witnesses for [`changes`](Self::changes).
    pub fn witnesses(&'a self) -> Witnesses<'a> {
        Witnesses { pair: self, backward: OnceCell::new(), forward: OnceCell::new() }
    }

    fn sides(&self, direction: Direction) -> Sides<'_> {
        Sides { new: &self.new, old: &self.old, direction, form: self.form }
    }
}

impl Witnesses<'_> {
    /// Returns the smallest event that shows the change, or `None` if it takes a third version to show it.
    pub fn of(&self, change: &Change) -> Option<Witness> {
        change.directions.iter().find_map(|&direction| {
            let sides = self.pair.sides(direction);
            let witnesses = match direction {
                Direction::Backward => &self.backward,
                Direction::Forward => &self.forward,
            };
            let (reader, writer) = sides.ordered(change.locations[0], change.locations[1]);
            witnesses.get_or_init(|| MeaningWitnesses::new(sides)).witness(change.rule, reader, writer)
        })
    }
}
