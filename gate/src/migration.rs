use signalbook_diagnostics::Wording;
use signalbook_evolve::{self as evolve, Preconditions, TwoSteps};
use signalbook_model::{Json, Mode, Name};

use crate::Candidate;
use crate::registry_names::RegistryNames;

/// How many fixes of the intermediate schema a step names. The schema in the JSON output contains all of
/// them.
const MOST_FIXES: usize = 8;

/// The steps to a new version that the mode does not allow in one step, as text.
#[derive(Clone, Debug)]
pub(crate) struct Migration {
    pub(crate) steps: Vec<String>,
    /// The schema to accept in the first of two steps.
    intermediate_schema: Option<Json>,
    /// The accepted versions that must be retired before the last step.
    retired: Vec<u32>,
}

impl Migration {
    pub(crate) fn new(
        migration: &evolve::Migration,
        candidate: &Candidate<'_>,
        names: &RegistryNames<'_>,
        wording: &dyn Wording,
    ) -> Self {
        let minor = candidate.minor();
        let (steps, intermediate_schema, preconditions) = match migration {
            evolve::Migration::TwoSteps(steps) => {
                let TwoSteps { intermediate, rollouts: [first, second], preconditions, .. } = &**steps;
                let fixes = fixes(steps, names, wording);
                let accept = format!("accept this as minor {}", minor.saturating_add(1));
                let last = wait(preconditions, candidate, wording, &accept);
                let steps = vec![
                    format!("accept minor {minor} with {fixes}; rollout: {first}"),
                    format!("{last}; rollout: {second}"),
                ];
                (steps, Json::parse(&intermediate.to_json()).ok(), Some(preconditions))
            }
            evolve::Migration::Later(preconditions) => (
                vec![wait(preconditions, candidate, wording, "accept this version unchanged")],
                None,
                Some(preconditions),
            ),
            evolve::Migration::NewEventType => (vec![new_event_type(candidate)], None, None),
        };
        let retired =
            preconditions.map(|preconditions| minors(candidate, &preconditions.retired)).unwrap_or_default();
        Self { steps, intermediate_schema, retired }
    }

    /// The migration as JSON.
    pub(crate) fn data(&self) -> Json {
        let steps = self.steps.iter().map(|step| Json::string(step)).collect();
        let retired = self.retired.iter().map(|minor| Json::Integer((*minor).into())).collect();
        Json::object([
            ("steps", Json::Array(steps)),
            ("intermediate_schema", self.intermediate_schema.clone().unwrap_or(Json::Null)),
            ("retired", Json::Array(retired)),
        ])
    }
}

fn minors(candidate: &Candidate<'_>, versions: &[usize]) -> Vec<u32> {
    versions.iter().filter_map(|index| Some(candidate.accepted.get(*index)?.minor)).collect()
}

/// Returns a step: the preconditions, then `then`.
fn wait(
    preconditions: &Preconditions,
    candidate: &Candidate<'_>,
    wording: &dyn Wording,
    then: &str,
) -> String {
    let labels = |versions: &[usize]| candidate.labels(&minors(candidate, versions));
    let mut conditions = Vec::new();
    if !preconditions.events.is_empty() {
        conditions.push(format!("all events of {} have been read", labels(&preconditions.events)));
    }
    if !preconditions.consumers.is_empty() {
        conditions.push(format!("no consumer uses {}", labels(&preconditions.consumers)));
    }
    let when = match conditions.as_slice() {
        [] => String::new(),
        conditions => format!("once {}, ", conditions.join(" and ")),
    };
    if preconditions.retired.is_empty() {
        return when + then;
    }
    let retired = minors(candidate, &preconditions.retired);
    let mut named = [&preconditions.events, &preconditions.consumers].into_iter();
    let are_named = named.all(|named| named.is_empty() || *named == preconditions.retired);
    let versions = match retired.len() {
        1 if are_named => "it".to_owned(),
        _ if are_named => "them".to_owned(),
        _ => candidate.labels(&retired),
    };
    let command = wording.retire(candidate.event_type, &retired);
    format!("{when}retire {versions} (`{command}`) and {then}")
}

/// Describes the changes of the registry that declare the intermediate schema.
fn fixes(steps: &TwoSteps, names: &RegistryNames<'_>, wording: &dyn Wording) -> String {
    let fixes = steps.fixes.iter().cloned();
    let mut fixes: Vec<String> = fixes.map(|fix| wording.describe(&names.fix(fix))).collect();
    let more = fixes.len().saturating_sub(MOST_FIXES);
    if more > 0 {
        fixes.truncate(MOST_FIXES);
        fixes.push(format!("{more} more (see its schema in the output of `--format json`)"));
    }
    match fixes.as_slice() {
        [] => "the schema in the output of `--format json`".to_owned(),
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        fixes => fixes.concat(),
    }
}

fn new_event_type(candidate: &Candidate<'_>) -> String {
    let keeps = match candidate.mode {
        Mode::None => "allows this in two steps".to_owned(),
        mode => format!("keeps {mode} in two steps"),
    };
    let event_type = next_major(candidate.event_type);
    format!("no intermediate schema {keeps}: this change needs a new event type, `{event_type}`")
}

/// Returns the event type with the next major version; an event type without a major version counts as the
/// first.
pub fn next_major(event_type: &Name) -> String {
    let (stem, major) = event_type
        .as_str()
        .rsplit_once(".v")
        .and_then(|(stem, major)| Some((stem, major.parse().ok()?)))
        .unwrap_or((event_type.as_str(), 1_u32));
    format!("{stem}.v{}", major.saturating_add(1))
}
