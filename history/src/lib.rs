//! The accepted versions of a registry's events: append-only, one pair of files for each.
//!
//! `<event type>/<minor>.avsc` is the schema as it was accepted, byte for byte. `<minor>.toml` beside it, an [`Entry`], has the
//! SHA-256 of that file and the [`Facts`](signalbook_model::Facts) that no schema holds; facts may change without a new
//! version, and then a revision is added at its end.
//!
//! [`History::read`] is pure, from paths and bytes to versions and findings, so that a commit or an archive needs no
//! checkout; [`folder`] reads and writes a folder. [`History::standing`] says how an event stands to what was accepted of
//! it, and [`History::accept`] which files accept it as it is.
//!
//! # Quick start
//!
//! ```
//! use signalbook_diagnostics::Sources;
//! use signalbook_history::{Files, History, Origin, Present, Standing};
//! use signalbook_model::{Facts, Name};
//!
//! let text = r#"{"type": "record", "name": "CloudEvent", "fields": [{"name": "id", "type": "string"}]}"#;
//! let mut present = Present::new(Name::new("shop.order.placed.v1"), 0, text, Facts::default(), Origin::Registry)?;
//!
//! let mut files = Files::new();
//! let history = History::read(&files, "schemas/history", &mut Sources::new()).history;
//! assert_eq!(history.standing(&present), Standing::New);
//! for change in history.accept(&present) {
//!     change.apply(&mut files)?;
//! }
//!
//! let read = History::read(&files, "schemas/history", &mut Sources::new());
//! assert_eq!(read.findings, []);
//! assert_eq!(read.history.standing(&present), Standing::Accepted);
//!
//! present.facts.producer = Some("shop/web".to_owned());
//! assert_eq!(read.history.standing(&present), Standing::Revised { facts: vec!["producer"] });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod change;
mod earlier;
mod entry;
pub mod folder;
pub mod pointer;
mod read;
mod rules;
mod standing;
mod texts;
mod version;

pub use change::{Change, Refused};
pub use earlier::lost;
pub use entry::{Entry, EntryError, Origin, Retirement};
pub use read::Read;
pub use rules::{MINOR_NOT_RAISED, RULES};
pub use standing::{Cause, Present, Standing, minor_not_raised};
pub use texts::Texts;
pub use version::{Accepted, History};

/// Files by their paths below the history's folder, with `/` between the parts.
pub type Files = std::collections::BTreeMap<String, Vec<u8>>;
