use signalbook_model::{Direction, Mode, Schema};

use crate::{Compatibility, Graph};

/// An earlier version with which a new one is not compatible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The place of the earlier version in the history; 0 is the oldest.
    pub version: usize,
    /// Which of the two cannot read the other.
    pub direction: Direction,
    /// Why not.
    pub compatibility: Compatibility,
}

/// Every earlier version with which `new` breaks `mode`, the latest first. `earlier` begins with the oldest.
///
/// A mode that is not transitive looks at the last version alone; where there is none, nothing breaks.
pub fn breaches<'s>(mode: Mode, new: &Schema, earlier: impl IntoIterator<Item = &'s Schema>) -> Vec<Breach> {
    let earlier: Vec<&Schema> = earlier.into_iter().collect();
    let depth = if mode.is_transitive() { earlier.len() } else { 1 };
    let new = Graph::new(new);
    let mut breaches = Vec::new();
    for (version, old) in earlier.into_iter().enumerate().rev().take(depth) {
        let old = Graph::new(old);
        for &direction in mode.directions() {
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
