use signalbook_model::{Direction, Mode, Schema};

use crate::{Compatibility, Graph};

/// An earlier version with which a new version breaks its mode.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breach {
    /// The index of the earlier version in the history. 0 is the oldest.
    pub version: usize,
    /// Which of the two versions cannot read the other.
    pub direction: Direction,
    /// The reasons.
    pub compatibility: Compatibility,
}

/// Returns the earlier versions with which `new` breaks `mode`, the latest first. `earlier` begins with the
/// oldest.
///
/// A mode that is not transitive compares only with the last version. Without earlier versions nothing
/// breaks.
pub fn breaches<'s>(mode: Mode, new: &Schema, earlier: impl IntoIterator<Item = &'s Schema>) -> Vec<Breach> {
    let earlier: Vec<&Schema> = earlier.into_iter().collect();
    let new = Graph::new(new);
    let mut breaches = Vec::new();
    for (age, (version, old)) in earlier.into_iter().enumerate().rev().enumerate() {
        let directions = mode.directions_with(age);
        if directions.is_empty() {
            break;
        }
        let old = Graph::new(old);
        for &direction in directions {
            let compatibility = match direction {
                Direction::Backward => new.check(&old),
                Direction::Forward => old.check(&new),
            };
            if !compatibility.is_compatible() {
                breaches.push(Breach { version, direction, compatibility });
            }
        }
    }
    breaches
}
