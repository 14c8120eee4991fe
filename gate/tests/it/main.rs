//! The integration tests of the crate.

mod evolution;
mod history;
mod rules_page;
mod rust;

use signalbook_diagnostics::{Finding, Fix, Locate, Policy, Span, Suggestion, Wording};
use signalbook_gate::{EventVersions, Gate, Side, Version};
use signalbook_model::{Mode, Name, Path};

/// The schemas are not in files.
struct Nowhere;

impl Locate for Nowhere {
    fn registry(&self, _path: &Path) -> Option<Span> {
        None
    }
}

impl Wording for Nowhere {
    fn suggest(&self, _fix: &Fix) -> Option<Suggestion> {
        None
    }

    fn describe(&self, fix: &Fix) -> String {
        format!("{fix:?}")
    }
}

/// Returns the findings about a new version of an event in the mode `FULL_TRANSITIVE`.
fn findings(new: Version, accepted: Vec<Version>) -> Vec<Finding> {
    let side =
        |versions| Side { events: [(Name::new("Order"), EventVersions { versions, declared: true })].into() };
    let gate = Gate {
        new: &side(vec![new]),
        baseline: &side(accepted),
        registry: None,
        mode: &|_| Mode::FullTransitive,
        locate: &Nowhere,
        wording: &Nowhere,
        policy: &Policy::default(),
        is_whole: true,
    };
    gate.report(Vec::new()).findings
}
