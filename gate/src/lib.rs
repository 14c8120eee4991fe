//! The gate: compares the events of a registry with a baseline and returns located findings.
//!
//! A [`Side`] holds versions of events: those of a registry ([`Side::of_registry`]), the accepted versions of
//! a history ([`Side::of_history`]), or versions from another source. [`Side::with_rust`] adds a description
//! of the Rust code that is generated for them. A [`Gate`] compares a new side with a baseline in the
//! compatibility mode of each event, locates each finding ([`Locate`](signalbook_diagnostics::Locate)),
//! describes its fixes ([`Wording`](signalbook_diagnostics::Wording)), and applies levels and waivers. It
//! does no I/O.
//!
//! # Quick start
//!
//! ```
//! use signalbook_diagnostics::{Fix, Policy, Suggestion, Wording};
//! use signalbook_gate::{EventVersions, Gate, Side, Version};
//! use signalbook_model::{Mode, Name, Schema};
//!
//! /// The schemas of this example are not in files.
//! struct NoFiles;
//!
//! impl Wording for NoFiles {
//!     fn suggest(&self, _fix: &Fix) -> Option<Suggestion> {
//!         None
//!     }
//!
//!     fn describe(&self, fix: &Fix) -> String {
//!         format!("{fix:?}")
//!     }
//!
//!     fn retire(&self, event: &Name, minors: &[u32]) -> String {
//!         format!("remove the versions {minors:?} of {event}")
//!     }
//! }
//!
//! let side = |minor, fields: &str| {
//!     let text = format!(r#"{{"type": "record", "name": "Grade", "fields": [{fields}]}}"#);
//!     let version = Version::new(minor, Schema::parse(&text)?, None);
//!     let mut side = Side::default();
//!     side.events.insert(Name::new("graded.v1"), EventVersions::new(vec![version]));
//!     Ok::<_, signalbook_model::SchemaError>(side)
//! };
//! let baseline = side(0, r#"{"name": "user", "type": "int"}"#)?;
//! let new = side(1, r#"{"name": "user", "type": "int"}, {"name": "grade", "type": "double"}"#)?;
//! let report = Gate::new(&new, &baseline, &NoFiles, &Policy::default())
//!     .mode(&|_| Mode::Backward)
//!     .report(Vec::new());
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
