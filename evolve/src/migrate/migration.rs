use signalbook_diagnostics::{Fix, Level};
use signalbook_model::{Direction, Mode, Schema};

use crate::migrate::fixes::fixes;
use crate::migrate::intermediate::between;
use crate::{Rollout, breaches, changes, rollout};

/// How a new version is reached that its mode, or its readers, do not allow in one step.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// By way of a version between.
    TwoSteps(Box<TwoSteps>),
    /// As it stands, once the accepted versions that break it are out of use.
    Later(Waits),
    /// No schema between it and the last version keeps the mode on both sides: only a new event type will do.
    NewEventType,
}

/// A schema between an accepted version and a new one, and what becomes of the steps to it and from it. Both
/// keep the mode.
#[derive(Clone, Debug, PartialEq)]
pub struct TwoSteps {
    /// The schema.
    pub between: Schema,
    /// What the registry must change to declare it.
    pub fixes: Vec<Fix>,
    /// In which order services take it up, and then the new version.
    pub rollouts: [Rollout; 2],
    /// What must be out of use before the second step.
    pub waits: Waits,
}

/// The accepted versions, by their place in the history, that must be out of use before a version can be
/// taken up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// Those whose events the version cannot read: none of them may be left to be read.
    pub events: Vec<usize>,
    /// Those that cannot read the version's events: no consumer may be on them.
    pub consumers: Vec<usize>,
    /// Those that would still bind, and so have to be retired: they break a transitive mode.
    pub retired: Vec<usize>,
}

/// How `new` is reached where it breaks `mode` against the `accepted` versions, the oldest first, or where
/// neither it nor the last of them reads the other's events; none where nothing is in the way.
///
/// The schema between is made, not guessed: what one side lacks has a default, and so on. It is told only if
/// the verdicts hold: of it against every version that binds, and of the new version against it and those
/// that are not retired; and if neither step alters the meaning of data more than the one step would.
pub fn way(mode: Mode, new: &Schema, accepted: &[&Schema]) -> Option<Way> {
    let last = *accepted.last()?;
    let waits = Waits::of(mode, new, accepted);
    let broken = breaches(mode, new, accepted.iter().copied());
    let in_one_step = rollout(new, last) != Rollout::NotInOneStep;
    if in_one_step && broken.is_empty() {
        return None;
    }
    if in_one_step && broken.iter().all(|breach| breach.version + 1 < accepted.len()) {
        return Some(Way::Later(waits));
    }
    let known = serious(new, last);
    let alters = |next: &Schema, last: &Schema| serious(next, last).iter().any(|rule| !known.contains(rule));
    let steps = between(last, new).into_iter().filter_map(|between| {
        let rollouts = [step(mode, &between, accepted)?, step(mode, new, &[&between])?];
        // The better the more is kept; then the fewer fixes the new version needs.
        let kept: usize = rollouts.iter().map(|rollout| rollout.directions().len()).sum();
        let rank = (usize::MAX - kept, fixes(&between, new).len());
        let alters = alters(&between, last) || alters(new, &between);
        (!alters).then_some((rank, between, rollouts))
    });
    Some(match steps.min_by_key(|(rank, ..)| *rank) {
        Some((_, between, rollouts)) => {
            let fixes = fixes(&between, new);
            Way::TwoSteps(Box::new(TwoSteps { between, fixes, rollouts, waits }))
        }
        None => Way::NewEventType,
    })
}

/// In which order `new` is taken up after the accepted versions; none where it cannot be.
fn step(mode: Mode, new: &Schema, accepted: &[&Schema]) -> Option<Rollout> {
    let last = *accepted.last()?;
    let rollout = rollout(new, last);
    let is_step = new.without_docs() != last.without_docs() && rollout != Rollout::NotInOneStep;
    (is_step && breaches(mode, new, accepted.iter().copied()).is_empty()).then_some(rollout)
}

/// The rules on meaning that the step breaks, and that nobody may.
fn serious(new: &Schema, old: &Schema) -> Vec<&'static str> {
    let changes = changes(new, old).into_iter().map(|change| change.rule);
    changes.filter(|rule| rule.level == Level::Deny).map(|rule| rule.id).collect()
}

impl Waits {
    /// Those of the accepted versions that `mode` looks at.
    fn of(mode: Mode, new: &Schema, accepted: &[&Schema]) -> Self {
        let history = || accepted.iter().copied();
        let look = if mode.is_transitive() { Mode::FullTransitive } else { Mode::Full };
        let versions = |mode, wanted: &[Direction]| {
            let mut places: Vec<usize> = breaches(mode, new, history())
                .into_iter()
                .filter(|breach| wanted.contains(&breach.direction))
                .map(|breach| breach.version)
                .collect();
            places.sort_unstable();
            places.dedup();
            places
        };
        Self {
            events: versions(look, &[Direction::Backward]),
            consumers: versions(look, &[Direction::Forward]),
            retired: if mode.is_transitive() { versions(mode, mode.directions()) } else { Vec::new() },
        }
    }
}
