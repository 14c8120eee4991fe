use std::borrow::Cow;

use signalbook_diagnostics::{Finding, Sources, Span};
use signalbook_model::{Name, Path};

use crate::Files;
use crate::read::{FileKind, parse_path};
use crate::rules::{ACCEPTED_FILE_MISSING, ACCEPTED_SCHEMA_EDITED};

/// Compares a history with an earlier state of it. Finds missing files and changed schemas.
///
/// [`History::read`](crate::History::read) compares each schema with its SHA-256, but cannot detect that both
/// files of a version were removed or edited. `folder` and `before` are the names of the history's folder and
/// of the earlier state in findings. The files of the findings are added to `sources`.
pub fn lost(
    earlier: &Files,
    present: &Files,
    folder: &str,
    before: &str,
    sources: &mut Sources,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, was) in earlier {
        let Some((event_type, minor, kind)) = parse_path(path) else { continue };
        let event = Path::Event(Name::new(event_type));
        match (present.get(path), kind) {
            (None, _) => {
                let title = format!("`{folder}/{path}` was accepted in {before}, but is missing");
                let help = format!("restore it; if minor {minor} is no longer used, run `signalbook retire`");
                let file = sources.add(format!("{folder}/{path}"), "");
                let finding = Finding::new(&ACCEPTED_FILE_MISSING, title).on(event).help(help);
                findings.push(finding.at(Span { file, start: 0, end: 0 }, "missing file"));
            }
            (Some(is), FileKind::Schema) if unix(is) != unix(was) => {
                let title = format!(
                    "`{folder}/{path}` differs from the accepted schema in \
                                     {before}"
                );
                let file = sources.add(format!("{folder}/{path}"), String::from_utf8_lossy(is));
                let finding = Finding::new(&ACCEPTED_SCHEMA_EDITED, title)
                    .on(event)
                    .at(Span { file, start: 0, end: 0 }, "here")
                    .help("restore it; to change the schema, accept a new minor version");
                findings.push(finding);
            }
            // Facts may be appended.
            (Some(_), FileKind::Schema | FileKind::Entry) => {}
        }
    }
    findings
}

/// Returns the bytes without carriage returns, which git may add to line endings.
fn unix(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.contains(&b'\r') {
        Cow::Owned(bytes.iter().copied().filter(|byte| *byte != b'\r').collect())
    } else {
        Cow::Borrowed(bytes)
    }
}
