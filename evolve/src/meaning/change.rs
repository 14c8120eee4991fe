use std::collections::HashMap;
use std::collections::hash_map::Entry;

use signalbook_diagnostics::Rule;
use signalbook_model::{DefaultForm, Direction, Name, Schema};

use crate::Graph;
use crate::explain::pair_finding::Pointers;
use crate::meaning::compare::Meaning;
use crate::pointers::{Location, PointerIndex};
use crate::sides::Sides;

/// A change of meaning between an old and a new version: data can be read, but as other values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The rule that the change violates, from [`RULES`](crate::RULES).
    pub rule: &'static Rule,
    /// The directions in which the meaning changes, `Backward` first.
    pub directions: Vec<Direction>,
    /// The record that contains it, in the new version or, if that does not have it, in the old one. `None`
    /// at the root.
    pub record: Option<Name>,
    /// The field of that record.
    pub field: Option<String>,
    /// The locations in both schemas.
    pub pointers: Pointers,
    /// The message, in one line.
    pub title: String,
    /// The missing alias with which new readers would find the field under its old name.
    pub alias: Option<String>,
    /// The locations in the new and in the old version.
    pub(crate) locations: [Location; 2],
}

/// Returns the changes of meaning between `old` and `new`.
///
/// Incompatibilities are not included: see [`check`](crate::check). Types are paired as in decoding: fields
/// by name and the reader's aliases, a union's branch by its type, then by promotion. Defaults in titles are
/// in Avro's form.
pub fn changes(new: &Schema, old: &Schema) -> Vec<Change> {
    let (new_graph, old_graph) = (Graph::new(new), Graph::new(old));
    let (new, old) = (PointerIndex::new(new, &new_graph), PointerIndex::new(old, &old_graph));
    changes_between(&new, &old, DefaultForm::Avro)
}

/// As [`changes`].
pub(crate) fn changes_between<'a>(
    new: &'a PointerIndex<'a>,
    old: &'a PointerIndex<'a>,
    form: DefaultForm,
) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut known = HashMap::new();
    for direction in [Direction::Backward, Direction::Forward] {
        for change in Meaning::new(Sides { new, old, direction, form }).changes() {
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
