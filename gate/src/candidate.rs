use signalbook_diagnostics::{Family, Finding, Level, Locate, Severity, Wording};
use signalbook_evolve::{Change, Graph, ReusedField, Rollout, VersionPair, migration, reused_fields};
use signalbook_history::minor_not_raised;
use signalbook_model::{
    Definition, DefinitionMatches, Direction, Mode, Name, Path, Registry, Schema, Stability,
};

use crate::migration::Migration;
use crate::registry_names::RegistryNames;
use crate::violations::{Violation, Violations, add_suggestions};
use crate::{Version, facts, rust};

/// How many changes of meaning between two versions get a witness. Limits the work on malicious schemas.
const MOST_WITNESSES: usize = 1000;

/// A new version of an event, and the accepted versions that it is compared with.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Candidate<'a> {
    /// The event type.
    pub event_type: &'a Name,
    /// The compatibility mode of the event.
    pub mode: Mode,
    /// The registry of the new version. Findings use its names.
    pub registry: Option<&'a Registry>,
    /// The new version, or `None` if the event was removed.
    pub new: Option<&'a Version>,
    /// The accepted versions in ascending order. Empty for a new event.
    pub accepted: &'a [Version],
}

/// How a new version of an event can be rolled out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventReport {
    /// The event type.
    pub event_type: Name,
    /// Whether the schema differs from that of the last accepted version.
    pub has_changed: bool,
    /// Whether both versions read each other's events, but only with the writer's schema.
    pub has_other_encoding: bool,
    /// In which order services adopt the new version after the last accepted one. `None` for a new or a
    /// removed event.
    pub rollout: Option<Rollout>,
    /// The steps to the new version, if its mode does not allow it or no order is safe.
    pub steps: Vec<String>,
}

impl EventReport {
    /// Describes the rollout. Another encoding can be read in any order only with the writer's schema.
    pub fn rollout_text(&self) -> Option<String> {
        let rollout = self.rollout?.to_string();
        if self.rollout == Some(Rollout::AnyOrder) && self.has_other_encoding {
            return Some(rollout + ", except for readers without the writer's schema (Open edX on Redis)");
        }
        Some(rollout)
    }
}

impl<'a> Candidate<'a> {
    /// Returns the minor version that the new version gets: the declared one, or the next free one if the
    /// baseline has another schema for the declared one.
    pub fn minor(&self) -> u32 {
        let last = self.accepted.iter().map(|version| version.minor).max().unwrap_or_default();
        let declared = self.new.map_or(0, |version| version.minor);
        if self.taken().is_some() { last.saturating_add(1) } else { declared }
    }

    /// Returns how the new version can be rolled out.
    pub fn report(&self, wording: &dyn Wording) -> EventReport {
        self.compare(wording).1
    }

    pub(crate) fn findings(&self, locate: &dyn Locate, wording: &dyn Wording) -> (Vec<Finding>, EventReport) {
        let (violations, report) = self.compare(wording);
        let mut findings = violations.into_findings(self, locate, wording);
        if self.is_unstable() {
            for finding in &mut findings {
                finding.at_most = Severity::Warning;
                finding.severity = Severity::Warning;
            }
        }
        // Versions without facts have no minor version to raise.
        if let Some(taken) = self.taken().filter(|version| version.facts.is_some()) {
            let finding = minor_not_raised(self.event_type, taken.minor, &taken.label, self.minor());
            let mut finding = finding.located(locate);
            add_suggestions(&mut finding, wording);
            findings.push(finding);
        }
        (findings, report)
    }

    /// Returns the accepted version with the same minor version and another schema.
    fn taken(&self) -> Option<&'a Version> {
        let new = self.new?;
        self.accepted.iter().find(|version| version.minor == new.minor && version.schema != new.schema)
    }

    fn compare(&self, wording: &dyn Wording) -> (Violations<'a>, EventReport) {
        let mut violations = Violations::new(RegistryNames::new(self.event_type, self.registry));
        let last = self.accepted.last();
        let mut report = EventReport {
            event_type: self.event_type.clone(),
            has_changed: last.map(|version| &version.schema) != self.new.map(|version| &version.schema),
            has_other_encoding: false,
            rollout: None,
            steps: Vec::new(),
        };
        let last = last.map(|version| version.minor);
        let Some(new) = self.new else {
            violations.add(facts::removed(self), last);
            return (violations, report);
        };
        report.rollout = self.compare_schemas(new, &mut violations);
        report.has_other_encoding = report.has_changed
            && report.rollout == Some(Rollout::AnyOrder)
            && self.accepted.last().is_some_and(|old| old.schema.fingerprint() != new.schema.fingerprint());
        if violations.has(Family::Wire) || report.rollout == Some(Rollout::NotInOneStep) {
            let accepted: Vec<&Schema> = self.accepted.iter().map(|version| &version.schema).collect();
            if let Some(migration) = migration(self.mode, &new.schema, &accepted) {
                let migration = Migration::new(&migration, self, &violations.names, wording);
                report.steps.clone_from(&migration.steps);
                violations.migration = Some(migration);
            }
        }
        for violation in facts::changes(self, new) {
            violations.add(violation, last);
        }
        (violations, report)
    }

    /// Compares the new schema with that of every accepted version, the latest first.
    fn compare_schemas(&self, new: &Version, violations: &mut Violations<'_>) -> Option<Rollout> {
        let graph = Graph::new(&new.schema);
        let compared = |Version { schema: old, .. }: &'a Version| {
            (Graph::new(old), DefinitionMatches::find(&old.definitions, &new.schema.definitions))
        };
        let accepted: Vec<_> = self.accepted.iter().map(compared).collect();
        let mut rollout = None;
        for (age, (old, (old_graph, _))) in self.accepted.iter().zip(&accepted).rev().enumerate() {
            if old.schema == new.schema {
                rollout = rollout.or(Some(Rollout::AnyOrder));
                continue;
            }
            let compatible =
                [graph.check(old_graph).is_compatible(), old_graph.check(&graph).is_compatible()];
            rollout = rollout.or(Some(Rollout::of(compatible)));
            let pair = VersionPair::new((&new.schema, &graph), (&old.schema, old_graph));
            self.add_incompatibilities(&pair, compatible, (age, old), violations);
            let changes = self.new_changes(&pair, (old, old_graph), &accepted[accepted.len() - age..]);
            add_changes(changes, &pair, old.minor, violations);
        }
        self.add_reused_fields(&graph, &accepted, violations);
        let last = self.accepted.last().zip(accepted.last());
        if let Some((old, (_, matches))) = last.filter(|(old, _)| old.rust != new.rust) {
            add_rust_changes(new, old, matches, violations);
        }
        rollout
    }

    fn add_incompatibilities(
        &self,
        pair: &VersionPair<'_>,
        [backward, forward]: [bool; 2],
        (age, old): (usize, &Version),
        violations: &mut Violations<'_>,
    ) {
        for &direction in self.mode.directions_with(age) {
            let is_compatible = match direction {
                Direction::Backward => backward,
                Direction::Forward => forward,
            };
            if !is_compatible {
                for finding in pair.incompatibilities(direction) {
                    violations.add_incompatibility(finding, old.minor);
                }
            }
        }
    }

    /// Returns the changes of meaning between the new version and the accepted version `old`. Leaves out
    /// warnings that were accepted with a later version. `later` are the accepted versions after `old`.
    fn new_changes(
        &self,
        pair: &VersionPair<'_>,
        (old, old_graph): (&Version, &Graph<'_>),
        later: &[(Graph<'_>, DefinitionMatches<'_>)],
    ) -> Vec<Change> {
        let is_change = |change: &Change| {
            !later.iter().any(|(version, matches)| has_both_fields(version, matches, change))
        };
        let mut changes: Vec<_> = pair.changes().into_iter().filter(is_change).collect();
        if let (Some(last), Some((graph, _)), false) =
            (self.accepted.last(), later.last(), changes.is_empty())
        {
            let accepted = VersionPair::new((&last.schema, graph), (&old.schema, old_graph)).changes();
            let is_same = |one: &Change, other: &Change| {
                (one.rule.id, &one.record, &one.field, &one.title)
                    == (other.rule.id, &other.record, &other.field, &other.title)
            };
            changes.retain(|change| {
                change.rule.level == Level::Deny || !accepted.iter().any(|known| is_same(change, known))
            });
        }
        changes
    }

    fn add_reused_fields(
        &self,
        graph: &Graph<'_>,
        accepted: &[(Graph<'_>, DefinitionMatches<'_>)],
        violations: &mut Violations<'_>,
    ) {
        for ReusedField { rule, record, field, version, new, old, .. } in reused_fields(graph, accepted) {
            let title = format!("`{field}` is {new} now, but was {old} before it was removed");
            let path = violations.names.path(Path::Member { ty: record, member: field });
            let directions = vec![Direction::Backward];
            let violation = Violation { directions, ..Violation::new(rule, path, title) };
            violations.add(violation, self.accepted.get(version).map(|version| version.minor));
        }
    }

    fn is_unstable(&self) -> bool {
        let unstable = |version: &Version| {
            version.facts.as_ref().is_some_and(|facts| facts.stability == Stability::Unstable)
        };
        self.new.is_none_or(unstable) && self.accepted.last().is_some_and(unstable)
    }

    /// Returns the name of the new version in messages.
    pub(crate) fn new_label(&self) -> String {
        match self.new {
            Some(_) => format!("minor {}", self.minor()),
            None => "the new version".to_owned(),
        }
    }

    /// Returns the names of accepted versions in messages: `minor 3`, `minors 0 to 3`, `minors 0, 2 and 5`.
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

fn add_changes(changes: Vec<Change>, pair: &VersionPair<'_>, minor: u32, violations: &mut Violations<'_>) {
    let witnesses = pair.witnesses();
    for (index, change) in changes.into_iter().enumerate() {
        let witness = if index < MOST_WITNESSES { witnesses.of(&change) } else { None };
        violations.add_change(change, witness, minor);
    }
}

/// Whether the version has both fields of an apparent rename. Then it is not a rename.
fn has_both_fields(version: &Graph<'_>, matches: &DefinitionMatches<'_>, change: &Change) -> bool {
    let (Some(record), Some(field), Some(other)) = (&change.record, &change.field, &change.alias) else {
        return false;
    };
    match matches.old_of(record).and_then(|record| version.definitions.get(record)) {
        Some(Definition::Record(record)) => {
            [field, other].iter().all(|name| record.fields.iter().any(|field| field.name == **name))
        }
        Some(Definition::Enum(_) | Definition::Fixed(_)) | None => false,
    }
}

/// Adds changes of Rust types, unless there are incompatibilities or other findings at the same path.
fn add_rust_changes(
    new: &Version,
    old: &Version,
    matches: &DefinitionMatches<'_>,
    violations: &mut Violations<'_>,
) {
    if violations.has(Family::Wire) {
        return;
    }
    let mut changes = rust::changes(new, old, matches, &violations.names);
    changes.retain(|change| !violations.is_about(&change.path));
    for change in changes {
        violations.add(change, Some(old.minor));
    }
}
