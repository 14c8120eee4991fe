//! The gate: compares the events of a registry with a baseline and returns located findings.
//!
//! A [`Side`] holds versions of events as data: a registry as it is ([`Side::of_registry`]), what a history accepted
//! ([`Side::of_history`]), or whatever else a caller reads. A [`Gate`] compares a new side with a baseline under the
//! compatibility mode of each event, finds where each finding is written ([`Locate`](signalbook_diagnostics::Locate)), words
//! its fixes ([`Wording`](signalbook_diagnostics::Wording)), and applies levels and waivers. It reads no files and prints
//! nothing.
//!
//! # Quick start
//!
//! ```
//! use signalbook_diagnostics::{Fix, Locate, Policy, Span, Suggestion, Wording};
//! use signalbook_gate::{EventVersions, Gate, Side, Version};
//! use signalbook_model::{Mode, Name, Path, Schema};
//!
//! /// Nothing of this example is in a file.
//! struct Nowhere;
//!
//! impl Locate for Nowhere {
//!     fn registry(&self, _path: &Path) -> Option<Span> {
//!         None
//!     }
//! }
//!
//! impl Wording for Nowhere {
//!     fn suggest(&self, _fix: &Fix) -> Option<Suggestion> {
//!         None
//!     }
//!
//!     fn describe(&self, fix: &Fix) -> String {
//!         format!("{fix:?}")
//!     }
//! }
//!
//! let side = |minor, fields: &str| {
//!     let text = format!(r#"{{"type": "record", "name": "Grade", "fields": [{fields}]}}"#);
//!     let version = Version::new(minor, Schema::parse(&text)?, None);
//!     let event = EventVersions { versions: vec![version], declared: true };
//!     Ok::<_, signalbook_model::SchemaError>(Side { events: [(Name::new("graded.v1"), event)].into() })
//! };
//! let baseline = side(0, r#"{"name": "user", "type": "int"}"#)?;
//! let new = side(1, r#"{"name": "user", "type": "int"}, {"name": "grade", "type": "double"}"#)?;
//! let report = Gate {
//!     new: &new,
//!     baseline: &baseline,
//!     registry: None,
//!     mode: &|_| Mode::Backward,
//!     locate: &Nowhere,
//!     wording: &Nowhere,
//!     policy: &Policy::default(),
//!     is_whole: true,
//! }
//! .judge(Vec::new());
//! let [finding] = report.findings.as_slice() else { panic!("one finding") };
//! assert_eq!(finding.rule.id, "field-added-without-default");
//! assert_eq!(finding.title, "`grade` is new and has no default");
//! # Ok::<(), signalbook_model::SchemaError>(())
//! ```

mod candidate;
mod facts;
mod gate;
mod grouped;
mod registry_names;
mod rules;
mod rust;
mod side;
mod steps;

pub use candidate::{Candidate, Outcome};
pub use gate::{Gate, Report};
pub use rules::rules;
pub use side::{EventVersions, Side, Version};
