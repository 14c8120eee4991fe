use signalbook_diagnostics::Span;
use signalbook_model::Path;

use super::{Reporter, fields};
use crate::checked_registry::CheckedRegistry;

pub(super) fn missing(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for scalar in &checked.scalars {
        demand(scalar.doc.as_deref(), "scalar", Path::Type(scalar.name.clone()), scalar.span, found);
    }
    for ty in &checked.types {
        demand(ty.doc.as_deref(), "type", Path::Type(ty.name.clone()), ty.span, found);
    }
    for event in &checked.events {
        demand(event.doc.as_deref(), "event", Path::Event(event.name.clone()), event.span, found);
    }
}

pub(super) fn missing_on_fields(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for (path, field) in fields(checked) {
        demand(field.doc.as_deref(), "field", path, field.span, found);
    }
}

fn demand(doc: Option<&str>, what: &str, path: Path, span: Span, found: &mut Reporter<'_>) {
    if doc.is_none_or(|doc| doc.trim().is_empty()) {
        found.add(
            found
                .finding(format!("{what} `{path}` has no `doc`"))
                .on(path)
                .at(span, "not documented")
                .help("describe it in a sentence: `doc = \"…\"`"),
        );
    }
}
