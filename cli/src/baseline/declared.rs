//! A registry as it was, for findings to point into.

use std::collections::BTreeMap;

use signalbook_codegen::Contract;
use signalbook_diagnostics::{FileId, Locate as _, Part, Sources, Span};
use signalbook_model::{Name, Path};

/// What a registry declared.
#[derive(Debug)]
pub(super) struct Declared {
    contract: Contract,
    /// Its files in the sources that it was read from, and in those that findings point into.
    files: BTreeMap<FileId, FileId>,
}

impl Declared {
    /// What was read from `read`; its texts are added to `sources`, each as `name` calls it.
    pub(super) fn new(
        contract: Contract,
        read: &Sources,
        name: impl Fn(&str) -> String,
        sources: &mut Sources,
    ) -> Self {
        let files = read
            .iter()
            .map(|(file, source)| (file, sources.add_elsewhere(name(source.name()), source.text())))
            .collect();
        Self { contract, files }
    }

    /// Where a part of the version is written, if it is the one that was declared. What was not there yet is
    /// at the declaration that it is in now.
    pub(super) fn locate(&self, event: &Name, minor: u32, part: Part<'_>) -> Option<Span> {
        self.contract.event(event).filter(|event| event.minor == minor)?;
        let span = match part {
            Part::Schema { path: Some(path), .. } => self.contract.registry(path)?,
            Part::Schema { path: None, .. } => self.contract.registry(&Path::Event(event.clone()))?,
            Part::Fact(fact) => self.contract.fact(event, fact)?,
        };
        Some(Span { file: *self.files.get(&span.file)?, ..span })
    }
}
