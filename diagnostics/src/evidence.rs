use signalbook_model::Name;

use crate::Fix;

/// What the evolution gate knows of a finding beside its text: for tools, for waivers, and for `--fix`.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The event that it is about.
    pub event: Name,
    /// The minor version under the gate; none where the event is gone.
    pub new: Option<u32>,
    /// The accepted minor versions that it is about, the oldest first; empty where it is about none in particular.
    pub old: Vec<u32>,
    /// For whom it matters, in a line: `consumers on minor 4 cannot read what minors 0 to 3 wrote`.
    pub impact: String,
    /// Who cannot read, or reads something else: `BACKWARD` for readers of the new version, `FORWARD` for those of the old
    /// one.
    pub directions: Vec<&'static str>,
    /// The JSON pointers into both schemas; the old one is of the latest of the old versions.
    pub pointers: Option<Pointers>,
    /// What it is about where that is nothing of the schema: the event's `key`, its `topics`, its `producer`.
    pub fact: Option<&'static str>,
    /// What Apache Avro's reference for Java reports in its place: a type and a JSON pointer, as often as it does.
    pub avro: Vec<Avro>,
    /// An event that shows it.
    pub witness: Option<Witness>,
    /// The ways out that an edit of the registry can take, the best first.
    pub fixes: Vec<Fix>,
    /// How the event is brought to its new version as it stands; the first finding that is in the way has it.
    pub steps: Option<Steps>,
}

impl Evidence {
    /// That a finding is about an event: its version under the gate, and these accepted ones.
    pub fn about(event: Name, new: Option<u32>, old: Vec<u32>) -> Self {
        Self {
            event,
            new,
            old,
            impact: String::new(),
            directions: Vec::new(),
            pointers: None,
            fact: None,
            avro: Vec::new(),
            witness: None,
            fixes: Vec::new(),
            steps: None,
        }
    }
}

/// Where a finding is in the schemas, as JSON pointers (RFC 6901); the root is the empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointers {
    /// Into the schema of the new version.
    pub new: String,
    /// Into that of the old one.
    pub old: String,
}

/// An incompatibility as Apache Avro's reference names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avro {
    /// Its type: `TYPE_MISMATCH`.
    pub kind: &'static str,
    /// Its place, a JSON pointer.
    pub pointer: String,
}

/// The smallest event that one version writes and the other cannot read, or reads as something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The event, as JSON.
    pub json: String,
    /// Its bytes, in hexadecimal digits.
    pub hex: String,
    /// The minor version that writes it.
    pub written_by: u32,
    /// The minor version that reads it.
    pub read_by: u32,
    /// What the reader makes of it: an error, or a value.
    pub outcome: String,
}

/// How an event is brought to a version that breaks, without an amendment of that version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// What to do, one after the other.
    pub told: Vec<String>,
    /// The schema that the first of two steps accepts, as JSON.
    pub between: Option<String>,
    /// The accepted minor versions that have to be retired before the last step, the oldest first.
    pub retired: Vec<u32>,
}
