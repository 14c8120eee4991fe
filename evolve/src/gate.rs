use signalbook_diagnostics::{Avro, Evidence, Finding, Pointers};
use signalbook_model::{Name, Schema};

use crate::grouped::Grouped;
use crate::rules::wire;
use crate::{Bump, Direction, Mode, Rollout, breaches, changes, rollout};

/// A version of an event: one that was accepted, or the one under the gate.
#[derive(Clone, Debug)]
pub struct Version<'a> {
    /// The minor version.
    pub minor: u32,
    /// What messages call it: `minor 3`.
    pub label: String,
    /// Its schema.
    pub schema: &'a Schema,
}

/// An event that comes to the gate.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Its event type.
    pub event_type: &'a Name,
    /// What its new version may change.
    pub mode: Mode,
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
    /// By how much the version of a crate with its Rust types must rise.
    pub bump: Bump,
}

/// Judges every event's new version against the accepted ones.
///
/// Wire findings are those of the event's mode; semantic rules look at every accepted version in every mode.
pub fn gate(candidates: &[Candidate<'_>]) -> Report {
    let mut report = Report::default();
    for candidate in candidates {
        let findings = candidate.new.iter().flat_map(|new| candidate.examine(new));
        report.findings.extend(findings);
        report.events.push(candidate.outcome());
    }
    report
}

impl Candidate<'_> {
    fn examine(&self, new: &Version<'_>) -> Vec<Finding> {
        let mut found = Grouped::default();
        let schemas = self.accepted.iter().map(|version| version.schema);
        for breach in breaches(self.mode, new.schema, schemas) {
            let Some(old) = self.accepted.get(breach.version) else { continue };
            for incompatibility in &breach.compatibility.incompatibilities {
                let mut evidence = self.evidence(new, old, &[breach.direction]);
                let (kind, pointer) = (incompatibility.kind.name(), incompatibility.pointer.clone());
                evidence.avro.push(Avro { kind, pointer });
                let rule = wire::rule(incompatibility.kind, breach.direction);
                found.add(Finding::new(rule, incompatibility.message.clone()), evidence);
            }
        }
        for old in self.accepted.iter().rev() {
            for change in changes(new.schema, old.schema) {
                let mut evidence = self.evidence(new, old, &change.directions);
                evidence.pointers = Some(Pointers { new: change.new.clone(), old: change.old.clone() });
                found.add(change.to_finding(), evidence);
            }
        }
        found.into_findings()
    }

    fn evidence(&self, new: &Version<'_>, old: &Version<'_>, directions: &[Direction]) -> Evidence {
        Evidence {
            event: self.event_type.clone(),
            new: Some(new.minor),
            old: vec![old.minor],
            directions: directions.iter().map(|direction| direction.name()).collect(),
            pointers: None,
            avro: Vec::new(),
            witness: None,
            fixes: Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        let versions = self.new.as_ref().zip(self.accepted.last());
        Outcome {
            event_type: self.event_type.clone(),
            rollout: versions.map(|(new, old)| rollout(new.schema, old.schema)),
            bump: Bump::None,
        }
    }
}
