//! The accepted versions of a registry's events. The history is append-only, with two files for each version.
//!
//! `<event type>/<minor>.avsc` is the accepted schema, byte for byte. `<event type>/<minor>.toml`, an
//! [`Entry`], contains the SHA-256 of the schema file and the [`Facts`](signalbook_model::Facts) that the
//! schema does not hold. If facts change without a new version, a revision is appended to it.
//!
//! [`History::read`] works on files in memory and returns versions and findings, so that a commit or an
//! archive can be read without a checkout. [`folder`] reads and writes a folder. [`History::status`]
//! compares an event with its accepted versions, and [`History::accept`] returns the changes that accept it.
//!
//! # Quick start
//!
//! ```
//! use signalbook_diagnostics::Sources;
//! use signalbook_history::{Files, History, Origin, CurrentEvent, Status};
//! use signalbook_model::{Facts, Name};
//!
//! let text = r#"{"type": "record", "name": "CloudEvent", "fields": [{"name": "id", "type": "string"}]}"#;
//! let event_type = Name::new("shop.order.placed.v1");
//! let mut current = CurrentEvent::new(event_type, 0, text, Facts::default(), Origin::Registry)?;
//!
//! let mut files = Files::new();
//! let history = History::read(&files, "schemas/history", &mut Sources::new()).history;
//! assert_eq!(history.status(&current), Status::New);
//! for change in history.accept(&current) {
//!     change.apply(&mut files)?;
//! }
//!
//! let read = History::read(&files, "schemas/history", &mut Sources::new());
//! assert_eq!(read.findings, []);
//! assert_eq!(read.history.status(&current), Status::Accepted);
//!
//! current.facts.producer = Some("shop/web".to_owned());
//! assert_eq!(read.history.status(&current), Status::Revised { facts: vec!["producer"] });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accepted_texts;
mod file_change;
pub mod folder;
mod lost_versions;
pub mod pointer;
mod read;
mod rules;
mod status;
mod version;
mod version_toml;

pub use accepted_texts::Texts;
pub use file_change::{FileChange, Refused};
pub use lost_versions::lost;
pub use read::Read;
pub use rules::{
    ACCEPTED_FILE_MISSING, ACCEPTED_FILE_UNREADABLE, EMPTY_BASELINE, LEGACY_SCHEMA, MINOR_NOT_RAISED,
    NOT_ACCEPTED, RULES,
};
pub use status::{Cause, CurrentEvent, Status, minor_not_raised};
pub use version::{Accepted, History};
pub use version_toml::{Entry, EntryError, Origin, Retirement};

/// The files of a history, by their paths below its folder, with `/` between the segments.
pub type Files = std::collections::BTreeMap<String, Vec<u8>>;
