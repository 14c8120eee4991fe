use signalbook_diagnostics::Steps;
use signalbook_model::{Mode, Name, Schema};

use crate::migrate::fixes::amendments;
use crate::{Candidate, TwoSteps, Version, Waits, Way};

/// How many amendments of the version between are told; its schema has them all.
const MOST_TOLD: usize = 8;

impl Way {
    /// The way in words, for the version `new` of `candidate`.
    pub(crate) fn tell(&self, candidate: &Candidate<'_>, new: &Version<'_>) -> Steps {
        let (told, between, waits) = match self {
            Self::TwoSteps(steps) => {
                let TwoSteps { between, rollouts: [first, second], waits } = &**steps;
                let step =
                    format!("accept minor {} with {}; rollout: {first}", new.minor, amended(between, new));
                let last =
                    waits.tell(candidate, &format!("accept this as minor {}", new.minor.saturating_add(1)));
                (vec![step, format!("{last}; rollout: {second}")], Some(between.to_json()), Some(waits))
            }
            Self::Later(waits) => (vec![waits.tell(candidate, "accept it as it stands")], None, Some(waits)),
            Self::NewEventType => (vec![new_event_type(candidate)], None, None),
        };
        let minor = |place: &usize| Some(candidate.accepted.get(*place)?.minor);
        let retired = waits.into_iter().flat_map(|waits| waits.retired.iter().filter_map(minor)).collect();
        Steps { told, between, retired }
    }
}

impl Waits {
    /// What comes before `then`.
    fn tell(&self, candidate: &Candidate<'_>, then: &str) -> String {
        let minors = |places: &[usize]| -> Vec<u32> {
            places.iter().filter_map(|place| Some(candidate.accepted.get(*place)?.minor)).collect()
        };
        let mut conditions = Vec::new();
        if !self.events.is_empty() {
            let of = candidate.labels(&minors(&self.events));
            conditions.push(format!("no event of {of} is left to be read"));
        }
        if !self.consumers.is_empty() {
            conditions.push(format!("no consumer is on {}", candidate.labels(&minors(&self.consumers))));
        }
        let when = match conditions.as_slice() {
            [] => String::new(),
            conditions => format!("once {}, ", conditions.join(" and ")),
        };
        if self.retired.is_empty() {
            return when + then;
        }
        let retired = minors(&self.retired);
        let numbers: Vec<String> = retired.iter().map(u32::to_string).collect();
        let mut named = [&self.events, &self.consumers].into_iter();
        let are_named = named.all(|named| named.is_empty() || *named == self.retired);
        let whom = match retired.len() {
            1 if are_named => "it".to_owned(),
            _ if are_named => "them".to_owned(),
            _ => candidate.labels(&retired),
        };
        let command = format!("signalbook retire {} {}", candidate.event_type, numbers.join(" "));
        format!("{when}retire {whom} (`{command}`) and {then}")
    }
}

fn amended(between: &Schema, new: &Version<'_>) -> String {
    let mut told = amendments(between, new.schema);
    let more = told.len().saturating_sub(MOST_TOLD);
    if more > 0 {
        told.truncate(MOST_TOLD);
        told.push(format!("{more} more, as its schema in `--format json` has them"));
    }
    match told.as_slice() {
        [] => "what the schema in `--format json` has".to_owned(),
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        told => told.concat(),
    }
}

fn new_event_type(candidate: &Candidate<'_>) -> String {
    let keeps = match candidate.mode {
        Mode::None => "makes two steps of it".to_owned(),
        mode => format!("keeps {mode} in two steps"),
    };
    let successor = successor(candidate.event_type).map_or(String::new(), |name| format!(", `{name}`"));
    format!("no schema between {keeps}: as it stands this takes a new event type{successor}")
}

/// The event type with the next major version.
fn successor(event_type: &Name) -> Option<String> {
    let (stem, major) = event_type.as_str().rsplit_once(".v")?;
    Some(format!("{stem}.v{}", major.parse::<u32>().ok()?.checked_add(1)?))
}
