//! Checks that every event on the bus has a schema.

use signalbook_diagnostics::Finding;
use signalbook_model::{Name, Path, ProjectionError};

use crate::checked_registry::{CheckedRegistry, EventDef};
use crate::rules;

/// Reports the events whose types cannot be in one schema.
pub(super) fn demand(checked: &CheckedRegistry, findings: &mut Vec<Finding>) {
    for event in checked.events.iter().filter(|event| event.bus) {
        if let Err(error) = checked.registry.schema(event.name.as_str()) {
            findings.push(report(event, &error, checked).on(Path::Event(event.name.clone())));
        }
    }
}

fn report(event: &EventDef, error: &ProjectionError, checked: &CheckedRegistry) -> Finding {
    match error {
        ProjectionError::Ambiguous { name, first, second, .. } => {
            let title = format!("`{}` has two types with the name `{}`", event.name, name.simple());
            let finding =
                Finding::new(&rules::AMBIGUOUS_TYPE, title).at(event.span, "its schema uses simple names");
            let declared = |name: &Name| checked.type_def(name).map(|ty| ty.span);
            let labels = [(first, "one of them"), (second, "the other")];
            labels
                .into_iter()
                .filter_map(|(name, label)| Some((declared(name)?, label)))
                .fold(finding, |finding, (span, label)| finding.and(span, label))
                .help("rename one of them, or set `type_names = \"qualified\"`")
        }
        ProjectionError::TooDeep(path) => Finding::new(
            &rules::OVERSIZED_TYPE,
            format!("the types of `{}` are nested too deeply", event.name),
        )
        .at(event.span, "too deep for a schema")
        .note(format!("at `{path}`"))
        .help("flatten some of its records"),
        other => Finding::new(&rules::OVERSIZED_TYPE, format!("`{}` has no schema: {other}", event.name))
            .at(event.span, "cannot be written as a schema"),
    }
}
