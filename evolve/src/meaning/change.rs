use std::collections::HashMap;
use std::collections::hash_map::Entry;

use signalbook_diagnostics::{Finding, Fix, Pointers, Rule};
use signalbook_model::{Direction, Name, Path, Schema};

use crate::Graph;
use crate::explain::pointers::Places;
use crate::explain::registry_names::Origins;
use crate::meaning::compare::Meaning;
use crate::report::found::Found;

/// Something between an old version and a new one that alters what data mean, though they can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The rule that it breaks; one of [`RULES`](crate::RULES).
    pub rule: &'static Rule,
    /// Who reads other than what was written, `Backward` first: readers on the new version of old events, or the reverse.
    pub directions: Vec<Direction>,
    /// The record of the new version, or of the old one where the new lacks it, in which it was found; none at the root.
    pub record: Option<Name>,
    /// The field of that record.
    pub field: Option<String>,
    /// The JSON pointer into the new version.
    pub new: String,
    /// The JSON pointer into the old version.
    pub old: String,
    /// What was found, in a line that can be understood alone.
    pub title: String,
    /// The alias that would let new readers find the field under its old name, where that was lost.
    pub alias: Option<String>,
}

/// Everything between `old` and `new` that alters what data mean, though they can be read.
///
/// What cannot be read at all is [`check`](crate::check)'s to say. Types are paired as the decoder does it: fields by name
/// and the reader's aliases, a union's branch by its type, then by promotion.
pub fn changes(new: &Schema, old: &Schema) -> Vec<Change> {
    let (new, old) = (Graph::new(new), Graph::new(old));
    between(&Places::new(&new), &Places::new(&old))
}

/// As [`changes`].
pub(crate) fn between<'a>(new: &'a Places<'a>, old: &'a Places<'a>) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut known = HashMap::new();
    for direction in [Direction::Backward, Direction::Forward] {
        for change in Meaning::new(new, old, direction).changes() {
            let key = (change.rule.id, change.new.clone(), change.old.clone(), change.title.clone());
            match known.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(changes.len());
                    changes.push(change);
                }
                Entry::Occupied(place) => {
                    let directions = &mut changes[*place.get()].directions;
                    if directions.last() != Some(&direction) {
                        directions.push(direction);
                    }
                }
            }
        }
    }
    changes
}

impl Change {
    /// The change as a finding, at its place in the registry.
    pub fn to_finding(&self) -> Finding {
        let mut finding = Finding::new(self.rule, self.title.clone());
        finding.path = self.record.clone().map(|ty| match self.field.clone() {
            Some(member) => Path::Member { ty, member },
            None => Path::Type(ty),
        });
        finding.note(format!("avro: new `{}`, old `{}`", self.new, self.old)).help(self.rule.fix)
    }

    pub(crate) fn into_found(self, origins: &Origins<'_>) -> Found {
        let path = match &self.record {
            Some(record) => origins.path(record, self.field.as_deref()),
            None => origins.root(),
        };
        let mut found = Found::new(self.rule, path.clone(), self.title);
        found.fixes.extend(self.alias.map(|alias| Fix::AddAlias { of: path, alias }));
        found.directions = self.directions;
        found.pointers = Some(Pointers { new: self.new, old: self.old });
        found.help.push(self.rule.fix.to_owned());
        found
    }
}
