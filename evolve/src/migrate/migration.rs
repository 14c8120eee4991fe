use signalbook_diagnostics::{Fix, Level};
use signalbook_model::{Direction, Mode, Schema};

use crate::migrate::fixes::fixes;
use crate::migrate::intermediate::intermediates;
use crate::{Breach, Rollout, breaches, changes, rollout};

/// How to reach a new version that cannot be reached in one step.
///
/// This enum is exhaustive: the gate must describe each migration.
#[derive(Clone, Debug, PartialEq)]
pub enum Migration {
    /// First an intermediate version, then the new one.
    TwoSteps(Box<TwoSteps>),
    /// The unchanged new version, when the accepted versions that it is incompatible with are out of use.
    Later(Preconditions),
    /// A new event type: no intermediate schema keeps the mode in both steps.
    NewEventType,
}

/// An intermediate schema between the last accepted version and a new one. Both steps keep the mode.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TwoSteps {
    /// The intermediate schema.
    pub intermediate: Schema,
    /// The changes of the new version's registry that declare it.
    pub fixes: Vec<Fix>,
    /// The rollouts of the intermediate and of the new version.
    pub rollouts: [Rollout; 2],
    /// What must be out of use before the second step.
    pub preconditions: Preconditions,
}

/// The accepted versions that must be out of use before a new version is rolled out, by their index in the
/// history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preconditions {
    /// The versions whose events the new version cannot read. All their events must have been read.
    pub events: Vec<usize>,
    /// The versions that cannot read the new version's events. No consumer may use them.
    pub consumers: Vec<usize>,
    /// The versions that must be retired, because a transitive mode compares the new version with them.
    pub retired: Vec<usize>,
}

/// Returns how to reach `new` if one step is not enough: it breaks `mode` against the `accepted` versions,
/// the oldest first, or it and the last of them cannot read each other's events. Returns `None` if one step
/// is enough.
///
/// An intermediate schema is returned only if the mode holds for both steps: for the intermediate schema
/// against all accepted versions, and for the new version against the intermediate one and all versions that
/// are not retired. Also, neither step may change the meaning of data in a way that the single step does not.
pub fn migration(mode: Mode, new: &Schema, accepted: &[&Schema]) -> Option<Migration> {
    let last = *accepted.last()?;
    let both_directions = if mode.is_transitive() { Mode::FullTransitive } else { Mode::Full };
    let breaches = breaches(both_directions, new, accepted.iter().copied());
    let preconditions = Preconditions::of(mode, &breaches);
    let broken = versions(&breaches, mode.directions());
    if rollout(new, last) != Rollout::NotInOneStep
        && broken.last().is_none_or(|last| last + 1 < accepted.len())
    {
        return (!broken.is_empty()).then_some(Migration::Later(preconditions));
    }
    let known = denied_rules(new, last);
    let alters =
        |next: &Schema, last: &Schema| denied_rules(next, last).iter().any(|rule| !known.contains(rule));
    let steps = intermediates(last, new).into_iter().filter_map(|intermediate| {
        let rollouts = [step(mode, &intermediate, accepted)?, step(mode, new, &[&intermediate])?];
        // Prefer the schema that keeps more directions readable, then the one that needs fewer fixes.
        let kept: usize = rollouts.iter().map(|rollout| rollout.directions().len()).sum();
        let fixes = fixes(&intermediate, new);
        let rank = (usize::MAX - kept, fixes.len());
        let alters = alters(&intermediate, last) || alters(new, &intermediate);
        (!alters).then_some((rank, intermediate, fixes, rollouts))
    });
    Some(match steps.min_by_key(|(rank, ..)| *rank) {
        Some((_, intermediate, fixes, rollouts)) => {
            Migration::TwoSteps(Box::new(TwoSteps { intermediate, fixes, rollouts, preconditions }))
        }
        None => Migration::NewEventType,
    })
}

/// Returns the rollout of `new` after the accepted versions. Returns `None` if the mode does not allow it.
fn step(mode: Mode, new: &Schema, accepted: &[&Schema]) -> Option<Rollout> {
    let last = *accepted.last()?;
    let rollout = rollout(new, last);
    let is_step = new.without_docs() != last.without_docs() && rollout != Rollout::NotInOneStep;
    (is_step && breaches(mode, new, accepted.iter().copied()).is_empty()).then_some(rollout)
}

/// Returns the rules that the changes of meaning break and whose level is deny.
fn denied_rules(new: &Schema, old: &Schema) -> Vec<&'static str> {
    let changes = changes(new, old).into_iter().map(|change| change.rule);
    changes.filter(|rule| rule.level == Level::Deny).map(|rule| rule.id).collect()
}

/// Returns the accepted versions that cannot read the new one, or be read by it, in these directions.
fn versions(breaches: &[Breach], directions: &[Direction]) -> Vec<usize> {
    let breaches = breaches.iter().filter(|breach| directions.contains(&breach.direction));
    let mut versions: Vec<usize> = breaches.map(|breach| breach.version).collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}

impl Preconditions {
    /// Returns the preconditions, given the breaches in both directions.
    fn of(mode: Mode, breaches: &[Breach]) -> Self {
        let retired = if mode.is_transitive() { mode.directions() } else { &[] };
        Self {
            events: versions(breaches, &[Direction::Backward]),
            consumers: versions(breaches, &[Direction::Forward]),
            retired: versions(breaches, retired),
        }
    }
}
