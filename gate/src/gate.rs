use std::collections::BTreeSet;

use signalbook_diagnostics::{
    Family, Finding, Locate, Policy, PolicyReport, Severity, Span, WAIVER_UNUSED, Wording,
};
use signalbook_history::{MINOR_NOT_RAISED, RULES as HISTORY_RULES};
use signalbook_model::{Mode, Name, Path, Registry};

use crate::{Candidate, EventReport, EventVersions, Side, rules};

/// A comparison of the events of a registry with a baseline.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Gate<'a> {
    /// The new versions, at most one for each event.
    pub new: &'a Side,
    /// The versions that the new ones are compared with.
    pub baseline: &'a Side,
    /// The registry of the new versions. Findings use its names.
    pub registry: Option<&'a Registry>,
    /// The compatibility mode of an event.
    pub mode: &'a dyn Fn(&Name) -> Mode,
    /// Finds locations in the registry and the baseline.
    pub locate: &'a dyn Locate,
    /// Describes fixes.
    pub wording: &'a dyn Wording,
    /// Levels and waivers.
    pub policy: &'a Policy,
    /// Whether the new side has every event of the registry. If not, the gate does not look for removed
    /// events and unused waivers.
    pub is_whole: bool,
}

/// Finds no locations.
struct Nowhere;

impl Locate for Nowhere {
    fn registry(&self, _path: &Path) -> Option<Span> {
        None
    }
}

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The findings that are not waived, in the order of their locations.
    pub findings: Vec<Finding>,
    /// The waived findings, each with the index of its waiver.
    pub waived: Vec<(Finding, usize)>,
    /// How each event can be rolled out, by event type.
    pub events: Vec<EventReport>,
}

impl<'a> Gate<'a> {
    /// Creates a comparison of all events, in the mode `FULL_TRANSITIVE`. Findings have no locations.
    pub fn new(new: &'a Side, baseline: &'a Side, wording: &'a dyn Wording, policy: &'a Policy) -> Self {
        Self {
            new,
            baseline,
            registry: None,
            mode: &|_| Mode::FullTransitive,
            locate: &Nowhere,
            wording,
            policy,
            is_whole: true,
        }
    }

    /// Sets the registry of the new versions.
    #[must_use]
    pub fn registry(self, registry: &'a Registry) -> Self {
        Self { registry: Some(registry), ..self }
    }

    /// Sets the compatibility modes of events.
    #[must_use]
    pub fn mode(self, mode: &'a dyn Fn(&Name) -> Mode) -> Self {
        Self { mode, ..self }
    }

    /// Sets what finds locations.
    #[must_use]
    pub fn locate(self, locate: &'a dyn Locate) -> Self {
        Self { locate, ..self }
    }

    /// Sets whether the new side has every event of the registry.
    #[must_use]
    pub fn whole(self, is_whole: bool) -> Self {
        Self { is_whole, ..self }
    }

    /// Returns the events to compare, by event type: those of the new side, and those that were removed.
    pub fn candidates(&self) -> Vec<Candidate<'a>> {
        let candidate = |event_type: &'a Name, new| Candidate {
            event_type,
            mode: (self.mode)(event_type),
            registry: self.registry,
            new,
            accepted: self.baseline.events.get(event_type).map_or(&[], |event| event.versions.as_slice()),
        };
        let here = self.new.events.iter().filter_map(|(event_type, event)| {
            event.versions.last().map(|version| candidate(event_type, Some(version)))
        });
        let is_removed = |(event_type, event): &(&Name, &EventVersions)| {
            self.is_whole && event.declared && !self.new.events.contains_key(*event_type)
        };
        let removed = self.baseline.events.iter().filter(is_removed);
        let mut candidates: Vec<_> =
            here.chain(removed.map(|(event_type, _)| candidate(event_type, None))).collect();
        candidates.sort_by_key(|candidate| candidate.event_type);
        candidates
    }

    /// Compares every event, and applies levels and waivers to the findings and to `others`, findings of the
    /// caller.
    ///
    /// The mode of the event decides which incompatibilities are findings. The rules about meaning compare
    /// with every accepted version in every mode, except for warnings that were accepted with a later
    /// version; the rules about facts and Rust code compare with the last one. An event that was unstable in
    /// its last version and still is gets only warnings.
    pub fn report(&self, others: Vec<Finding>) -> Report {
        let mut findings = Vec::new();
        let mut events = Vec::new();
        for candidate in self.candidates() {
            let (found, report) = candidate.findings(self.locate, self.wording);
            findings.extend(found);
            events.push(report);
        }
        findings.extend(others);
        let PolicyReport { mut findings, waived, .. } = self.policy.apply(findings, &rules());
        // The fix of a breaking change may make another minor version unnecessary.
        let broken: BTreeSet<Name> =
            findings.iter().filter(|finding| breaks(finding)).filter_map(event).collect();
        findings.retain(|finding| {
            let is_number = finding.rule.id == MINOR_NOT_RAISED.id;
            !is_number || event(finding).is_none_or(|event| !broken.contains(&event))
        });
        findings.retain(|finding| finding.rule.id != WAIVER_UNUSED.id || self.is_left_over(finding));
        for finding in findings.iter().filter(|finding| breaks(finding)) {
            restrict_rollout(&mut events, finding);
        }
        Report { findings, waived, events }
    }

    /// Whether the waiver of the finding `unused` can be removed.
    ///
    /// Returns `false` if the waiver is about versions or facts that this baseline does not have, or about an
    /// event that is written by hand, because the waiver may be used in another comparison.
    fn is_left_over(&self, unused: &Finding) -> bool {
        let span = unused.primary.as_ref().map(|label| label.span);
        let Some(waiver) = self.policy.waivers.iter().find(|waiver| waiver.span == span) else {
            return self.is_whole;
        };
        let events = &self.baseline.events;
        let is_about = |event: &Name| {
            waiver.on.as_str().starts_with(event.as_str())
                || waiver.event.as_ref().is_some_and(|on| on.matches(event.as_str()))
        };
        let by_hand = events.iter().any(|(event, known)| !known.declared && is_about(event));
        let mut versions = events.values().flat_map(|event| &event.versions);
        let has_facts = versions.clone().all(|version| version.facts.is_some());
        let has_versions = waiver
            .versions
            .as_ref()
            .is_none_or(|minors| versions.any(|version| minors.contains(&version.minor)));
        self.is_whole && !by_hand && has_facts && has_versions
    }
}

impl Report {
    /// Returns the errors about changes, without those about minor versions and the files of a history.
    pub fn breaking(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| breaks(finding))
    }
}

/// Takes what an error says into account: events that can be decoded may still be misread, or not arrive.
fn restrict_rollout(events: &mut [EventReport], error: &Finding) {
    let Some(evidence) = &error.evidence else { return };
    let Some(event) = events.iter_mut().find(|event| event.event_type == evidence.event) else { return };
    event.rollout = match error.rule.family {
        Family::Meaning => event.rollout.map(|rollout| rollout.without(&evidence.directions)),
        Family::Facts => None,
        _ => event.rollout,
    };
}

fn breaks(finding: &Finding) -> bool {
    let is_of_history = HISTORY_RULES.iter().any(|rule| rule.id == finding.rule.id);
    let is_about_files = finding.evidence.is_none() && is_of_history;
    finding.severity == Severity::Error && finding.rule.id != MINOR_NOT_RAISED.id && !is_about_files
}

fn event(finding: &Finding) -> Option<Name> {
    finding.evidence.as_ref().map(|evidence| evidence.event.clone())
}
