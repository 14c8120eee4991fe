use signalbook_model::{Direction, Json, Name};

use crate::Fix;

/// What a finding about versions of an event is based on: for people, for waivers, for `--fix` and for tools.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The event type.
    pub event: Name,
    /// The minor version under the gate; `None` if the event was removed.
    pub new: Option<u32>,
    /// The accepted minor versions that the finding is about, in ascending order; empty if it is about no version in
    /// particular.
    pub old: Vec<u32>,
    /// In which directions the versions are not compatible, or read a changed meaning.
    pub directions: Vec<Direction>,
    /// What else is known, in the order in which people read it.
    pub notes: Vec<Note>,
    /// The fixes, the best one first.
    pub fixes: Vec<Fix>,
    /// The steps of a migration to the new version.
    pub steps: Vec<String>,
    /// More members of the finding's JSON form, for tools.
    pub data: Vec<(&'static str, Json)>,
}

/// A text with a label: `witness: ...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The label.
    pub label: &'static str,
    /// The text.
    pub text: String,
}

impl Evidence {
    /// Evidence about an event's version under the gate and accepted versions, without anything else.
    pub fn about(event: Name, new: Option<u32>, old: Vec<u32>) -> Self {
        Self {
            event,
            new,
            old,
            directions: Vec::new(),
            notes: Vec::new(),
            fixes: Vec::new(),
            steps: Vec::new(),
            data: Vec::new(),
        }
    }
}
