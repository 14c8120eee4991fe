//! The gate: compares the events of a registry with a baseline and returns located findings.
//!
//! A [`Side`] holds versions of events: those of a registry ([`Side::of_registry`]), the accepted versions of
//! a history ([`Side::of_history`]), or versions from another source. [`Side::with_rust`] adds a description of
//! the Rust code that is generated for them. A [`Gate`] compares a new side with a baseline in the
//! compatibility mode of each event, locates each finding ([`Locate`](signalbook_diagnostics::Locate)),
//! describes its fixes ([`Wording`](signalbook_diagnostics::Wording)), and applies levels and waivers. It does
//! no I/O.
//!
//! # Quick start
//!
//! ```
//! use signalbook_diagnostics::{Fix, Locate, Policy, Span, Suggestion, Wording};
//! use signalbook_gate::{EventVersions, Gate, Side, Version};
//! use signalbook_model::{Mode, Name, Path, Schema};
//!
//! /// The schemas of this example are not in files.
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
//! .report(Vec::new());
//! let [finding] = report.findings.as_slice() else { panic!("one finding") };
//! assert_eq!(finding.rule.id, "field-added-without-default");
//! assert_eq!(finding.title, "`grade` is new and has no default");
//! # Ok::<(), signalbook_model::SchemaError>(())
//! ```

mod candidate;
mod facts;
mod gate;
mod migration;
mod registry_names;
mod rules;
mod rust;
mod side;
mod violations;

pub use candidate::{Candidate, EventReport};
pub use gate::{Gate, Report};
pub use migration::next_major;
pub use rules::rules;
pub use side::{EventVersions, Side, Version};
