use std::borrow::Cow;

use signalbook_diagnostics::{Finding, Sources, Span};
use signalbook_model::{Name, Path};

use crate::Files;
use crate::read::{Kind, place};
use crate::rules::{ACCEPTED_FILE_MISSING, ACCEPTED_SCHEMA_EDITED};

/// What of an earlier state of a history its present state has lost: versions that are gone, and schemas that are others.
///
/// [`History::read`](crate::History::read) holds each schema against the SHA-256 beside it, and cannot know of a version of
/// which both files went, or both were edited. `folder` is how findings call the history's folder, and `before` the earlier
/// state; the texts that they point into are added to `sources`.
pub fn lost(
    earlier: &Files,
    present: &Files,
    folder: &str,
    before: &str,
    sources: &mut Sources,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, was) in earlier {
        let Some((event_type, minor, kind)) = place(path) else { continue };
        let event = Path::Event(Name::new(event_type));
        match (present.get(path), kind) {
            (None, _) => {
                let title = format!("`{folder}/{path}` was accepted in {before}, and is missing");
                let help = format!(
                    "put it back; where nothing uses minor {minor} any more, `signalbook retire` says so"
                );
                let file = sources.add(format!("{folder}/{path}"), "");
                let finding = Finding::new(&ACCEPTED_FILE_MISSING, title).on(event).help(help);
                findings.push(finding.at(Span { file, start: 0, end: 0 }, "not there"));
            }
            (Some(is), Kind::Schema) if unix(is) != unix(was) => {
                let title = format!("`{folder}/{path}` is not what was accepted in {before}");
                let file = sources.add(format!("{folder}/{path}"), String::from_utf8_lossy(is));
                let finding = Finding::new(&ACCEPTED_SCHEMA_EDITED, title)
                    .on(event)
                    .at(Span { file, start: 0, end: 0 }, "here")
                    .help("put it back as it was; a schema that has to differ is a new minor version");
                findings.push(finding);
            }
            // Facts are added to.
            (Some(_), Kind::Schema | Kind::Entry) => {}
        }
    }
    findings
}

/// The bytes without what git may make of line ends.
fn unix(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.contains(&b'\r') {
        Cow::Owned(bytes.iter().copied().filter(|byte| *byte != b'\r').collect())
    } else {
        Cow::Borrowed(bytes)
    }
}
