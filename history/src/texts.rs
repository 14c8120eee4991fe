use std::collections::BTreeMap;

use signalbook_diagnostics::{FileId, Sources, Span};
use signalbook_model::Name;

use crate::{History, pointer};

/// The texts of accepted schemas, for findings to point into.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    files: BTreeMap<(Name, u32), FileId>,
}

impl History {
    /// Adds the accepted schemas to `sources`. `folder` is how findings call the history's folder.
    pub fn texts(&self, folder: &str, sources: &mut Sources) -> Texts {
        let mut texts = Texts::default();
        for (event_type, versions) in self.events() {
            for accepted in versions {
                let path = format!("{folder}/{event_type}/{}.avsc", accepted.minor);
                texts.files.insert((event_type.clone(), accepted.minor), sources.add(path, &*accepted.text));
            }
        }
        texts
    }
}

impl Texts {
    /// The schema of one version.
    pub fn file(&self, event_type: &Name, minor: u32) -> Option<FileId> {
        self.files.get(&(event_type.clone(), minor)).copied()
    }

    /// Where `pointer`, a JSON pointer, leads to in the schema of one version.
    pub fn locate(&self, event_type: &Name, minor: u32, pointer: &str, sources: &Sources) -> Option<Span> {
        let file = self.file(event_type, minor)?;
        let found = pointer::locate(sources.get(file)?.text(), pointer)?;
        Some(Span { file, start: found.start, end: found.end })
    }
}
