//! The integration tests of the crate.

mod evolution;
mod history;
mod rules_page;
mod rust;

use signalbook_codegen::tool::edit::TomlWording;
use signalbook_diagnostics::{Finding, Policy};
use signalbook_gate::{EventVersions, Gate, Side, Version};
use signalbook_model::Name;

/// Returns the findings about a new version of an event in the mode `FULL_TRANSITIVE`.
fn findings(new: Version, accepted: Vec<Version>) -> Vec<Finding> {
    let side = |versions| {
        let mut side = Side::default();
        side.events.insert(Name::new("Order"), EventVersions::new(versions));
        side
    };
    let (new, accepted) = (side(vec![new]), side(accepted));
    Gate::new(&new, &accepted, &TomlWording::without_files(), &Policy::default()).report(Vec::new()).findings
}
