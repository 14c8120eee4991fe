//! An earlier version of a registry, in which findings have locations.

use std::collections::BTreeMap;

use signalbook_codegen::tool::CheckedRegistry;
use signalbook_diagnostics::{FileId, Locate as _, Part, Sources, Span};
use signalbook_model::{Name, Path};

/// An earlier version of a registry.
#[derive(Debug)]
pub(super) struct Declared {
    checked: CheckedRegistry,
    /// Its files: from the id in the sources that were read to the id in the sources of the findings.
    files: BTreeMap<FileId, FileId>,
}

impl Declared {
    /// Takes the registry that was read from `read`. Its files are added to `sources` under the names of
    /// `name`.
    pub(super) fn new(
        checked: CheckedRegistry,
        read: &Sources,
        name: impl Fn(&str) -> String,
        sources: &mut Sources,
    ) -> Self {
        let files = read
            .iter()
            .map(|(file, source)| (file, sources.add_elsewhere(name(source.name()), source.text())))
            .collect();
        Self { checked, files }
    }

    /// The registry.
    pub(super) fn checked(&self) -> &CheckedRegistry {
        &self.checked
    }

    /// Locates a part of the version, if the registry declared this version. A part that did not exist is
    /// located at the declaration that contains it.
    pub(super) fn locate(&self, event: &Name, minor: u32, part: Part<'_>) -> Option<Span> {
        self.checked.event(event).filter(|event| event.minor == minor)?;
        let span = match part {
            Part::Schema { path: Some(path), .. } => self.checked.registry(path)?,
            Part::Schema { path: None, .. } => self.checked.registry(&Path::Event(event.clone()))?,
            Part::Fact(fact) => self.checked.fact(event, fact)?,
        };
        Some(Span { file: *self.files.get(&span.file)?, ..span })
    }
}
