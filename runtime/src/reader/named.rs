use std::collections::BTreeMap;

use signalbook_model::Schema;

use crate::{Plan, ReadProblem};

/// The versions that have a fingerprint, as far as they are known.
#[derive(Default)]
pub(super) struct Named {
    /// There is one at least.
    versions: BTreeMap<u32, Schema>,
    /// The first that means something else by the same bytes than the oldest.
    another: Option<u32>,
    /// The version that was last looked up in vain. There is no end to those that envelopes may name: of them no more is kept.
    missed: Option<u32>,
}

impl Named {
    /// Adds versions with the fingerprint.
    pub(super) fn join(&mut self, versions: BTreeMap<u32, Schema>) {
        self.versions.extend(versions);
        let mut by_age = self.versions.iter();
        let Some((_, oldest)) = by_age.next() else { return };
        let means_another =
            |(_, schema): &(&u32, &Schema)| !Plan::typed(schema, oldest).is_ok_and(|plan| plan.is_identity());
        self.another = by_age.find(means_another).map(|(minor, _)| *minor);
    }

    /// That version `minor` was looked up.
    pub(super) fn asked(&mut self, minor: u32) {
        if !self.versions.contains_key(&minor) {
            self.missed = Some(minor);
        }
    }

    /// Whether version `minor` needs no look-up.
    pub(super) fn is_settled(&self, minor: u32) -> bool {
        self.versions.contains_key(&minor) || self.missed == Some(minor)
    }

    /// The version that the envelope names; else the oldest, if all mean the same.
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
