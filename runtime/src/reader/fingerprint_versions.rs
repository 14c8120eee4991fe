use std::collections::BTreeMap;

use signalbook_model::Schema;

use crate::{Plan, ReadProblem};

/// The known versions that have a fingerprint.
#[derive(Default)]
pub(super) struct FingerprintVersions {
    /// Never empty.
    versions: BTreeMap<u32, Schema>,
    /// The first version whose meaning differs from that of the oldest.
    another: Option<u32>,
    /// The last version that was looked up and not found. Only one is kept, because envelopes may name any
    /// number of versions.
    missed: Option<u32>,
}

impl FingerprintVersions {
    /// Adds versions with the fingerprint.
    pub(super) fn join(&mut self, versions: BTreeMap<u32, Schema>) {
        self.versions.extend(versions);
        let mut by_age = self.versions.iter();
        let Some((_, oldest)) = by_age.next() else { return };
        let means_another =
            |(_, schema): &(&u32, &Schema)| !Plan::typed(schema, oldest).is_ok_and(|plan| plan.is_identity());
        self.another = by_age.find(means_another).map(|(minor, _)| *minor);
    }

    pub(super) fn len(&self) -> usize {
        self.versions.len()
    }

    /// Records that version `minor` was looked up.
    pub(super) fn looked_up(&mut self, minor: u32) {
        if !self.versions.contains_key(&minor) {
            self.missed = Some(minor);
        }
    }

    /// Whether version `minor` needs no look-up.
    pub(super) fn is_settled(&self, minor: u32) -> bool {
        self.versions.contains_key(&minor) || self.missed == Some(minor)
    }

    /// Returns the version that the envelope names; else the oldest, if all mean the same.
    pub(super) fn version(&self, fingerprint: u64, minor: Option<u32>) -> Result<u32, ReadProblem> {
        if let Some(minor) = minor.filter(|minor| self.versions.contains_key(minor)) {
            return Ok(minor);
        }
        match (self.versions.keys().next(), self.another) {
            (Some(oldest), None) => Ok(*oldest),
            (Some(oldest), Some(another)) => {
                Err(ReadProblem::Ambiguous { fingerprint, minors: [*oldest, another] })
            }
            (None, _) => Err(ReadProblem::UnknownFingerprint { fingerprint }),
        }
    }
}
