//! What every form says of a finding beside its title, in the same words.

use std::fmt;

use crate::{Evidence, Finding, Severity, Steps};

/// The word for it: `error`.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// What is known, as `name: text`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// What the evolution gate knows, and what else one should know, in the order in which people ask.
pub(super) fn facts(finding: &Finding) -> Vec<Fact> {
    let evidence = finding.evidence.iter().flat_map(|evidence| known(evidence));
    let notes = finding.notes.iter().map(|note| Fact { name: "note", text: note.clone() });
    evidence.chain(notes).collect()
}

/// The ways out, the best first.
pub(super) fn ways_out(finding: &Finding) -> Vec<Fact> {
    let suggestions = finding.suggestions.iter().map(|suggestion| {
        let by = if suggestion.safe { " (applied by `--fix`)" } else { "" };
        Fact { name: "help", text: format!("{}{by}", suggestion.message) }
    });
    let help = finding.help.iter().map(|help| Fact { name: "help", text: help.clone() });
    let steps = finding.evidence.iter().filter_map(|evidence| evidence.steps.as_ref());
    suggestions.chain(help).chain(steps.flat_map(told)).collect()
}

fn told(steps: &Steps) -> Vec<Fact> {
    let fact = |(name, text): (_, &String)| Fact { name, text: text.clone() };
    match steps.told.as_slice() {
        [first, second] => [("step 1", first), ("step 2", second)].map(fact).into(),
        told => told.iter().map(|text| fact(("help", text))).collect(),
    }
}

fn known(evidence: &Evidence) -> Vec<Fact> {
    let mut facts = vec![Fact { name: "event", text: event(evidence) }];
    if !evidence.directions.is_empty() {
        let with =
            if evidence.old.is_empty() { String::new() } else { format!(" with {}", minors(&evidence.old)) };
        facts.push(Fact { name: "breaks", text: format!("{}{with}", evidence.directions.join(", ")) });
    }
    if let Some(pointers) = &evidence.pointers {
        let (new, old) = (pointer(&pointers.new), pointer(&pointers.old));
        let text = if new == old { new } else { format!("{new}, in the old version {old}") };
        facts.push(Fact { name: "schema", text });
    }
    if !evidence.avro.is_empty() {
        let avro = evidence.avro.iter().map(|avro| format!("{} at {}", avro.kind, pointer(&avro.pointer)));
        facts.push(Fact { name: "avro", text: avro.collect::<Vec<_>>().join(", ") });
    }
    if let Some(witness) = &evidence.witness {
        let text = format!(
            "{} (hex {}), written by minor {}; minor {} reads: {}",
            witness.json,
            if witness.hex.is_empty() { "empty" } else { &witness.hex },
            witness.written_by,
            witness.read_by,
            witness.outcome
        );
        facts.push(Fact { name: "witness", text });
    }
    facts
}

fn pointer(pointer: &str) -> String {
    if pointer.is_empty() { "the root".to_owned() } else { format!("`{pointer}`") }
}

fn event(evidence: &Evidence) -> String {
    match evidence.new {
        Some(minor) => format!("{}, minor {minor}", evidence.event),
        None => evidence.event.to_string(),
    }
}

/// `minor 3`, `minors 0 to 3`, `minors 0, 2 to 4`: versions in ascending order.
fn minors(versions: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &version in versions {
        match ranges.last_mut() {
            Some((_, last)) if version.checked_sub(1) == Some(*last) => *last = version,
            Some(_) | None => ranges.push((version, version)),
        }
    }
    let ranges = ranges.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    });
    let plural = if versions.len() == 1 { "" } else { "s" };
    format!("minor{plural} {}", ranges.collect::<Vec<_>>().join(", "))
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::minors;

    #[test]
    fn versions_in_a_row_are_a_range() {
        for (versions, said) in [
            (&[3][..], "minor 3"),
            (&[0, 1], "minors 0, 1"),
            (&[0, 1, 2, 3], "minors 0 to 3"),
            (&[0, 2, 3, 4, 9], "minors 0, 2 to 4, 9"),
        ] {
            assert_eq!(minors(versions), said);
        }
    }
}
