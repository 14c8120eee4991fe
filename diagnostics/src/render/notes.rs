//! The notes and the help of a finding, for all formats.

use std::fmt;

use crate::{Evidence, Finding, Note, Severity};

/// Returns the name of a severity: `error`.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Returns the evidence and the notes, in the order in which they are shown.
pub(super) fn notes(finding: &Finding) -> Vec<Note> {
    let evidence = finding.evidence.iter().flat_map(|evidence| evidence_notes(evidence));
    evidence.chain(finding.notes.iter().map(|text| Note { label: "note", text: text.clone() })).collect()
}

/// Returns what to do: suggestions, help and steps.
pub(super) fn help(finding: &Finding) -> Vec<Note> {
    let suggestions = finding.suggestions.iter().map(|suggestion| {
        let by = if suggestion.safe { " (applied by `--fix`)" } else { "" };
        Note { label: "help", text: format!("{}{by}", suggestion.message) }
    });
    let help = finding.help.iter().map(|help| Note { label: "help", text: help.clone() });
    let steps = finding.evidence.iter().flat_map(|evidence| steps(&evidence.steps));
    suggestions.chain(help).chain(steps).collect()
}

fn steps(steps: &[String]) -> Vec<Note> {
    let note = |(label, text): (_, &String)| Note { label, text: text.clone() };
    match steps {
        [first, second] => [("step 1", first), ("step 2", second)].map(note).into(),
        steps => steps.iter().map(|text| note(("help", text))).collect(),
    }
}

fn evidence_notes(evidence: &Evidence) -> Vec<Note> {
    let mut notes = vec![Note { label: "event", text: event(evidence) }];
    if !evidence.directions.is_empty() {
        let directions: Vec<_> = evidence.directions.iter().map(|direction| direction.name()).collect();
        let with =
            if evidence.old.is_empty() { String::new() } else { format!(" with {}", minors(&evidence.old)) };
        notes.push(Note { label: "breaks", text: format!("{}{with}", directions.join(", ")) });
    }
    notes.extend(evidence.notes.iter().cloned());
    notes
}

fn event(evidence: &Evidence) -> String {
    match evidence.new {
        Some(minor) => format!("{}, minor {minor}", evidence.event),
        None => evidence.event.to_string(),
    }
}

/// Formats minor versions in ascending order: `minor 3`, `minors 0 to 3`, `minors 0, 2 to 4`.
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

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.label, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::minors;

    #[test]
    fn consecutive_versions_are_a_range() {
        for (versions, expected) in [
            (&[3][..], "minor 3"),
            (&[0, 1], "minors 0, 1"),
            (&[0, 1, 2, 3], "minors 0 to 3"),
            (&[0, 2, 3, 4, 9], "minors 0, 2 to 4, 9"),
        ] {
            assert_eq!(minors(versions), expected);
        }
    }
}
