use std::collections::BTreeMap;

use signalbook_diagnostics::{FileId, Part, Sources, Span};
use signalbook_model::Name;

use crate::{Entry, History, pointer};

/// The files of accepted versions, in which findings have locations.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    files: BTreeMap<(Name, u32), Version>,
}

/// The files of a version.
#[derive(Clone, Copy, Debug)]
struct Version {
    schema: FileId,
    /// `None` if only the schema is known.
    entry: Option<FileId>,
}

impl History {
    /// Adds the files of the accepted versions to `sources`. `folder` is the name of the history's folder in
    /// findings.
    pub fn texts(&self, folder: &str, sources: &mut Sources) -> Texts {
        self.texts_by(&mut |path, text| sources.add(format!("{folder}/{path}"), text))
    }

    /// Adds the files of the accepted versions with `add`, which gets the path in the history and the text.
    pub fn texts_by(&self, add: &mut dyn FnMut(&str, &str) -> FileId) -> Texts {
        let mut texts = Texts::default();
        for (event_type, versions) in self.events() {
            for accepted in versions {
                let path = format!("{event_type}/{}", accepted.minor);
                let version = Version {
                    schema: add(&format!("{path}.avsc"), &accepted.text),
                    entry: Some(add(&format!("{path}.toml"), &accepted.entry_text)),
                };
                texts.files.insert((event_type.clone(), accepted.minor), version);
            }
        }
        texts
    }
}

impl Texts {
    /// Adds the file of a version of which only the schema is known.
    pub fn add_schema(&mut self, event_type: Name, minor: u32, schema: FileId) {
        self.files.insert((event_type, minor), Version { schema, entry: None });
    }

    /// Returns the location of `part` of a version.
    pub fn locate(&self, event_type: &Name, minor: u32, part: Part<'_>, sources: &Sources) -> Option<Span> {
        let version = self.files.get(&(event_type.clone(), minor))?;
        let (file, range) = match part {
            Part::Schema { pointer, .. } => {
                (version.schema, pointer::locate(sources.get(version.schema)?.text(), pointer)?)
            }
            Part::Fact(fact) => {
                let entry = version.entry?;
                (entry, Entry::locate(sources.get(entry)?.text(), fact)?)
            }
        };
        Some(Span { file, start: range.start, end: range.end })
    }
}
