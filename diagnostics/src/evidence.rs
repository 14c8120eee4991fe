use signalbook_model::{Direction, Json, Name};

use crate::Fix;

/// The details of a finding about versions of an event, for messages, waivers, `--fix` and tools.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Evidence {
    /// The event type.
    pub event: Name,
    /// The new minor version, or `None` if the event was removed.
    pub new: Option<u32>,
    /// The accepted minor versions of the finding, in ascending order. Empty if it is not about certain
    /// versions.
    pub old: Vec<u32>,
    /// The directions of the incompatibility or change of meaning.
    pub directions: Vec<Direction>,
    /// More information, in the order in which it is shown.
    pub notes: Vec<Note>,
    /// The fixes, the best one first.
    pub fixes: Vec<Fix>,
    /// The steps of a migration to the new version.
    pub steps: Vec<String>,
    /// More members of the JSON form, for tools.
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
    /// Creates evidence about a new and accepted versions of an event, without details.
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
