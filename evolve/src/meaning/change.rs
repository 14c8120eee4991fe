use std::collections::HashMap;
use std::collections::hash_map::Entry;

use signalbook_diagnostics::Rule;
use signalbook_model::{Direction, Name, Schema};

use crate::Graph;
use crate::explain::pair_finding::Pointers;
use crate::explain::pointers::{Location, PointerIndex};
use crate::meaning::compare::Meaning;

/// Something between an old version and a new one that alters what data mean, though they can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The rule that it breaks; one of [`RULES`](crate::RULES).
    pub rule: &'static Rule,
    /// Who reads other than what was written, `Backward` first: readers on the new version of old events, or
    /// the reverse.
    pub directions: Vec<Direction>,
    /// The record of the new version, or of the old one where the new lacks it, in which it was found; none
    /// at the root.
    pub record: Option<Name>,
    /// The field of that record.
    pub field: Option<String>,
    /// Where it is in both schemas.
    pub pointers: Pointers,
    /// What was found, in a line that can be understood alone.
    pub title: String,
    /// The alias that would let new readers find the field under its old name, where that was lost.
    pub alias: Option<String>,
    /// Where it is in the new and in the old version.
    pub(crate) locations: [Location; 2],
}

/// Everything between `old` and `new` that alters what data mean, though they can be read.
///
/// What cannot be read at all is [`check`](crate::check)'s to say. Types are paired as the decoder does it:
/// fields by name and the reader's aliases, a union's branch by its type, then by promotion.
pub fn changes(new: &Schema, old: &Schema) -> Vec<Change> {
    let (new, old) = (Graph::new(new), Graph::new(old));
    changes_between(&PointerIndex::new(&new), &PointerIndex::new(&old))
}

/// As [`changes`].
pub(crate) fn changes_between<'a>(new: &'a PointerIndex<'a>, old: &'a PointerIndex<'a>) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut known = HashMap::new();
    for direction in [Direction::Backward, Direction::Forward] {
        for change in Meaning::new(new, old, direction).changes() {
            let key = (change.rule.id, change.pointers.clone(), change.title.clone());
            match known.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(changes.len());
                    changes.push(change);
                }
                Entry::Occupied(entry) => {
                    let directions = &mut changes[*entry.get()].directions;
                    if directions.last() != Some(&direction) {
                        directions.push(direction);
                    }
                }
            }
        }
    }
    changes
}
