use std::cell::LazyCell;

use signalbook_diagnostics::{Finding, Severity, Steps};
use signalbook_model::{Definition, Direction, Facts, Mode, Name, Registry, Schema, Stability};

use crate::explain::pointers::Places;
use crate::explain::registry_names::Origins;
use crate::explain::wire::Wire;
use crate::meaning::change::{Change, between};
use crate::meaning::reuse;
use crate::migrate::migration::way;
use crate::report::found::Grouped;
use crate::report::{facts, rust};
use crate::rules::WIRE;
use crate::witness::incompatibility_witness::Sides;
use crate::witness::meaning_witness::Reading;
use crate::{Bump, Graph, Rollout};

/// How many changes of meaning beside one version are shown by an event at most, so that schemas made to hurt do not.
const MOST_SHOWN: usize = 1000;

/// A version of an event: one that was accepted, or the one under the gate.
#[derive(Clone, Debug)]
pub struct Version<'a> {
    /// The minor version.
    pub minor: u32,
    /// What messages call it: `minor 3`.
    pub label: String,
    /// Its schema.
    pub schema: &'a Schema,
    /// What its schema does not hold, where that is known.
    pub facts: Option<&'a Facts>,
}

/// An event that comes to the gate.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Its event type.
    pub event_type: &'a Name,
    /// What its new version may change.
    pub mode: Mode,
    /// The registry that the new version comes from, where there is one: findings use its names.
    pub registry: Option<&'a Registry>,
    /// The new version; none where the event is gone.
    pub new: Option<Version<'a>>,
    /// The accepted versions that still bind, the oldest first; none for a new event.
    pub accepted: Vec<Version<'a>>,
}

/// What the gate says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// What was found: by event type, then in the order of the schema. Each has its
    /// [`Evidence`](signalbook_diagnostics::Evidence); levels and waivers have not been looked at.
    pub findings: Vec<Finding>,
    /// What came of each event, in the order in which they came.
    pub events: Vec<Outcome>,
}

/// What the gate says of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The event.
    pub event_type: Name,
    /// In which order services take the new version up after the last accepted one; none for a new event, or one that is
    /// gone.
    pub rollout: Option<Rollout>,
    /// What to do where the version breaks its mode, or where there is no such order.
    pub steps: Option<Steps>,
    /// By how much the version of a crate with its Rust types must rise.
    pub bump: Bump,
}

/// Judges every event's new version against the accepted ones.
///
/// What cannot be read is a matter of the event's mode. The rules of meaning look at every accepted version in every mode,
/// those of the registry at the last one. An event that was unstable in its last version, and still is, gets warnings only.
pub fn gate(candidates: &[Candidate<'_>]) -> Report {
    let mut report = Report::default();
    for candidate in candidates {
        let (findings, outcome) = candidate.judge();
        report.findings.extend(findings);
        report.events.push(outcome);
    }
    report
}

impl<'a> Candidate<'a> {
    fn judge(&self) -> (Vec<Finding>, Outcome) {
        let mut found = Grouped::default();
        let (mut rollout, mut steps) = (None, None);
        if let Some(new) = &self.new {
            rollout = self.compare(new, &mut found);
            if found.breaks_the_wire() || rollout == Some(Rollout::NotInOneStep) {
                let accepted: Vec<&Schema> = self.accepted.iter().map(|version| version.schema).collect();
                steps = way(self.mode, new.schema, &accepted).map(|way| way.tell(self, new));
            }
            for change in facts::changes(self, new) {
                found.add(change, self.accepted.last().map(|version| version.minor));
            }
        } else {
            found.add(facts::removed(self), self.accepted.last().map(|version| version.minor));
        }
        let mut findings: Vec<Finding> = found.into_findings(self).collect();
        // They are about the whole event, and are told once.
        if let Some(first) = findings.iter_mut().find(|finding| WIRE.contains(&finding.rule))
            && let Some(evidence) = &mut first.evidence
        {
            evidence.steps.clone_from(&steps);
        }
        if self.is_unstable() {
            for finding in &mut findings {
                finding.at_most = Severity::Warning;
                finding.severity = Severity::Warning;
            }
        }
        let bump = rust::bump(self);
        (findings, Outcome { event_type: self.event_type.clone(), rollout, steps, bump })
    }

    /// Compares the schemas: every accepted version's with the new one's, the latest first.
    fn compare(&self, new: &Version<'a>, found: &mut Grouped) -> Option<Rollout> {
        let origins = Origins::new(self.event_type, self.registry);
        let graph = Graph::new(new.schema);
        let places = Places::new(&graph);
        let depth = if self.mode.is_transitive() { self.accepted.len() } else { 1 };
        let mut rollout = None;
        let mut in_rust = Vec::new();
        for (age, old) in self.accepted.iter().rev().enumerate() {
            if old.schema == new.schema {
                rollout = rollout.or(Some(Rollout::AnyOrder));
                continue;
            }
            let old_graph = Graph::new(old.schema);
            let old_places = Places::new(&old_graph);
            let verdicts = [graph.check(&old_graph).is_compatible(), old_graph.check(&graph).is_compatible()];
            rollout = rollout.or(Some(Rollout::of(verdicts)));
            for &direction in self.mode.directions() {
                let compatible = match direction {
                    Direction::Backward => verdicts[0],
                    Direction::Forward => verdicts[1],
                };
                if age < depth && !compatible {
                    let wire = Wire::new(&places, &old_places, direction, &origins);
                    let sides = match direction {
                        Direction::Backward => (new, old),
                        Direction::Forward => (old, new),
                    };
                    for hindrance in wire.found(sides) {
                        found.add(hindrance, Some(old.minor));
                    }
                }
            }
            let sides = |reader: &Version<'a>, writer: &Version<'a>| Sides {
                reader: (reader.schema, reader.minor),
                writer: (writer.schema, writer.minor),
            };
            let backward = LazyCell::new(|| Reading::new(sides(new, old), &graph, &old_graph));
            let forward = LazyCell::new(|| Reading::new(sides(old, new), &old_graph, &graph));
            for (place, change) in between(&places, &old_places).into_iter().enumerate() {
                if self.were_both_there(&change, age) {
                    continue;
                }
                let mut shown = change.directions.iter().filter(|_| place < MOST_SHOWN);
                let witness = shown.find_map(|direction| match direction {
                    Direction::Backward => backward.witness(change.rule, &change.new, &change.old),
                    Direction::Forward => forward.witness(change.rule, &change.old, &change.new),
                });
                let mut change = change.into_found(&origins);
                change.witness = witness;
                found.add(change, Some(old.minor));
            }
            if age == 0 {
                in_rust = rust::changes(&places, &old_places, &origins);
            }
        }
        for (change, minor) in reuse::find(self, &places, &origins) {
            found.add(change, Some(minor));
        }
        // Where the wire breaks that is all there is to say, and so is what was found in the same place.
        in_rust.retain(|change| !found.breaks_the_wire() && !found.is_about(&change.path));
        for change in in_rust {
            found.add(change, self.accepted.last().map(|version| version.minor));
        }
        rollout
    }

    /// Whether a version since then had both of two fields of which one seems to be the other under a new name: then none is.
    fn were_both_there(&self, change: &Change, age: usize) -> bool {
        let (Some(record), Some(field), Some(other)) = (&change.record, &change.field, &change.alias) else {
            return false;
        };
        self.accepted.iter().rev().take(age).any(|version| match version.schema.definitions.get(record) {
            Some(Definition::Record(record)) => {
                [field, other].iter().all(|name| record.fields.iter().any(|field| field.name == **name))
            }
            Some(Definition::Enum(_) | Definition::Fixed(_)) | None => false,
        })
    }

    fn is_unstable(&self) -> bool {
        let unstable =
            |version: &Version<'_>| version.facts.is_some_and(|facts| facts.stability == Stability::Unstable);
        self.new.as_ref().is_none_or(unstable) && self.accepted.last().is_some_and(unstable)
    }

    /// What messages call the new version.
    pub(crate) fn new_label(&self) -> String {
        self.new.as_ref().map_or_else(|| "the new version".to_owned(), |version| version.label.clone())
    }

    /// What messages call accepted versions: `minor 3`, `minors 0 to 3`, `minors 0, 2 and 5`.
    pub(crate) fn labels(&self, minors: &[u32]) -> String {
        match minors {
            [] => String::new(),
            [minor] => {
                let version = self.accepted.iter().find(|version| version.minor == *minor);
                version.map_or_else(|| format!("minor {minor}"), |version| version.label.clone())
            }
            [first, .., last] if minors.len() > 2 && minors.windows(2).all(|pair| pair[1] - pair[0] == 1) => {
                format!("minors {first} to {last}")
            }
            [before @ .., last] => {
                let before: Vec<String> = before.iter().map(u32::to_string).collect();
                format!("minors {} and {last}", before.join(", "))
            }
        }
    }
}
