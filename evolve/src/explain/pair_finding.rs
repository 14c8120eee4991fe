use signalbook_diagnostics::{Fix, Rule};
use signalbook_model::{Direction, Name, Path};

use crate::{IncompatibilityKind, Witness};

/// A root cause of an incompatibility between a new and an old version: what is wrong, where, and what to do.
///
/// Its paths have the names of the new version's schema.
#[derive(Clone, Debug, PartialEq)]
pub struct PairFinding {
    /// The rule that the change breaks; one of [`RULES`](crate::RULES).
    pub rule: &'static Rule,
    /// The type, field or symbol; `None` for the root of the schema.
    pub path: Option<Path>,
    /// What was found, in a line that can be understood alone.
    pub title: String,
    /// Which version cannot read the other's data.
    pub direction: Direction,
    /// Where it is in both schemas.
    pub pointers: Pointers,
    /// What the reference reports here.
    pub reported: Reported,
    /// The smallest event that shows it; `None` if every event of the writer is infinite or too large.
    pub witness: Option<Witness>,
    /// What else to know.
    pub notes: Vec<String>,
    /// What to do, in words.
    pub help: Vec<String>,
    /// What to do, as changes of the registry; the best one first.
    pub fixes: Vec<Fix>,
}

/// Where something is in both schemas, as JSON pointers (RFC 6901); the root is the empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pointers {
    /// Into the schema of the new version.
    pub new: String,
    /// Into the schema of the old version.
    pub old: String,
}

/// An incompatibility as the reference reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Its kind.
    pub kind: IncompatibilityKind,
    /// Its JSON pointer.
    pub pointer: String,
}

/// What a rule found in one place, before the pair is explained further.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) rule: &'static Rule,
    pub(crate) path: Option<Path>,
    pub(crate) title: String,
    pub(crate) notes: Vec<String>,
    pub(crate) help: Vec<String>,
    pub(crate) fixes: Vec<Fix>,
}

impl Draft {
    pub(crate) fn new(rule: &'static Rule, path: impl Into<Option<Path>>, title: impl Into<String>) -> Self {
        Self {
            rule,
            path: path.into(),
            title: title.into(),
            notes: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Adds a fix of what the path names.
    pub(crate) fn fix(&mut self, fix: impl FnOnce(Path) -> Fix) {
        self.fixes.extend(self.path.clone().map(fix));
    }
}

/// The path of a definition of a schema, or of a field or symbol of it.
pub(crate) fn path(definition: &Name, member: Option<&str>) -> Path {
    let ty = definition.clone();
    match member {
        Some(member) => Path::Member { ty, member: member.to_owned() },
        None => Path::Type(ty),
    }
}
