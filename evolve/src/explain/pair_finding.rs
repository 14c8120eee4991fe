use signalbook_diagnostics::{Fix, Rule};
use signalbook_model::{Direction, Name, Path};

use crate::{IncompatibilityKind, Witness};

/// A root cause of an incompatibility between a new and an old version, with its location and what to do.
///
/// Paths use the names of the new version's schema.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PairFinding {
    /// The rule that the change violates, from [`RULES`](crate::RULES).
    pub rule: &'static Rule,
    /// The type, field or symbol, or `None` for the root of the schema.
    pub path: Option<Path>,
    /// The message, in one line.
    pub title: String,
    /// Which version cannot read the other's data.
    pub direction: Direction,
    /// The locations in both schemas.
    pub pointers: Pointers,
    /// What the reference reports for it.
    pub reported: Reported,
    /// The smallest event that shows it. `None` for one of two reasons, which a note gives:
    ///
    /// - Every such event is infinite or too large.
    /// - The reference's checker throws an exception for an ambiguous alias in two records that resolution
    ///   never compares: no data is read with them, or both schemas are the same.
    pub witness: Option<Witness>,
    /// Additional information.
    pub notes: Vec<String>,
    /// What to do, as text.
    pub help: Vec<String>,
    /// What to do, as changes of the registry. The best one is first.
    pub fixes: Vec<Fix>,
}

/// A location in both schemas, as JSON pointers (RFC 6901). The root is the empty string.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pointers {
    /// The pointer into the schema of the new version.
    pub new: String,
    /// The pointer into the schema of the old version.
    pub old: String,
}

/// An incompatibility as the reference reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reported {
    /// Its kind.
    pub kind: IncompatibilityKind,
    /// Its JSON pointer.
    pub pointer: String,
}

impl PairFinding {
    /// Adds a fix for the item at the path.
    pub(crate) fn fix(&mut self, fix: impl FnOnce(Path) -> Fix) {
        self.fixes.extend(self.path.clone().map(fix));
    }
}

/// Returns the path of a definition, or of one of its fields or symbols.
pub(crate) fn path(definition: &Name, member: Option<&str>) -> Path {
    let ty = definition.clone();
    match member {
        Some(member) => Path::Member { ty, member: member.to_owned() },
        None => Path::Type(ty),
    }
}
