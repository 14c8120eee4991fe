use std::collections::HashMap;

use signalbook_diagnostics::Span;
use signalbook_model::{Event, Name, Path};

use super::Reporter;
use crate::checked_registry::{CheckedRegistry, Field, TypeKind};
use crate::syntax::Spanned;

pub(super) fn constants(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    let mut seen: HashMap<&str, (&Name, Span)> = HashMap::new();
    for event in &checked.events {
        match seen.get(event.constant.as_str()) {
            // Two major versions of one event can exist at the same time, while consumers migrate.
            Some((first, _)) if subject(first) == subject(&event.name) => {}
            Some((_, first)) => found.add(
                found
                    .finding(format!("two events have the name `{}`", event.constant))
                    .on(Path::Event(event.name.clone()))
                    .at(event.constant_span, "second event with this name")
                    .and(*first, "first event with this name")
                    .help("set a different `name` for one of them"),
            ),
            None => {
                seen.insert(&event.constant, (&event.name, event.constant_span));
            }
        }
    }
}

/// An event type without its major version.
fn subject(event_type: &Name) -> &str {
    if Event::is_major_version(event_type.simple()) { event_type.namespace() } else { event_type.as_str() }
}

pub(super) fn aliases(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for ty in &checked.types {
        if let TypeKind::Record(record) = &ty.kind {
            of_fields(&record.fields, |member| Path::Member { ty: ty.name.clone(), member }, found);
        }
    }
    for event in &checked.events {
        of_fields(&event.data, |field| Path::Data { event: event.name.clone(), field }, found);
    }
    let names = checked.types.iter().map(|ty| (ty.name.clone(), ty.span));
    let mut seen: HashMap<Name, Span> = names.collect();
    for ty in &checked.types {
        for alias in &ty.aliases {
            if let Some(name) = ty.name.of_alias(&alias.value) {
                taken(alias, seen.insert(name, alias.span), Path::Type(ty.name.clone()), found);
            }
        }
    }
}

fn of_fields(fields: &[Field], path: impl Fn(String) -> Path, found: &mut Reporter<'_>) {
    let mut seen: HashMap<&str, Span> =
        fields.iter().map(|field| (field.name.as_str(), field.span)).collect();
    for field in fields {
        for alias in &field.aliases {
            taken(alias, seen.insert(&alias.value, alias.span), path(field.name.clone()), found);
        }
    }
}

fn taken(alias: &Spanned<String>, first: Option<Span>, path: Path, found: &mut Reporter<'_>) {
    if let Some(first) = first {
        found.add(
            found
                .finding(format!("alias `{}` of `{path}` is already in use", alias.value))
                .on(path)
                .at(alias.span, "already in use")
                .and(first, "first used here")
                .help("remove the alias"),
        );
    }
}
