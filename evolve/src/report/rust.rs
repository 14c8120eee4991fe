//! What a change does to the Rust types that are made of a schema.

use std::collections::HashMap;

use signalbook_model::rust::{Item, name};
use signalbook_model::{Definition, Name, Schema};
use signalbook_resolve::compat::{Graph, Id, Node, Record};

use crate::explain::pointers::Places;
use crate::explain::registry_names::Origins;
use crate::meaning::logical;
use crate::report::found::Found;
use crate::rules::rust as rules;
use crate::{Bump, Candidate};

/// What breaks code that uses the Rust types, though the wire is fine, and what it hides.
pub(crate) fn changes(new: &Places<'_>, old: &Places<'_>, origins: &Origins<'_>) -> Vec<Found> {
    let (new, old) = (new.graph(), old.graph());
    let known: HashMap<&str, &Record<'_>> =
        old.records().map(|record| (record.names.full.simple(), record)).collect();
    let mut found = Vec::new();
    for record in new.records() {
        let Some(before) = known.get(record.names.full.simple()) else { continue };
        if record.names.full.namespace() != before.names.full.namespace() {
            let title =
                format!("`{}` is `{}` now: its Rust module moves", before.names.full, record.names.full);
            found.push(Found::new(&rules::RUST_MODULE_MOVED, origins.path(record.names.full, None), title));
        }
        fields(new, record, old, before, origins, &mut found);
    }
    for change in &mut found {
        change.help.push(change.rule.fix.to_owned());
    }
    found
}

fn fields(
    new: &Graph<'_>,
    record: &Record<'_>,
    old: &Graph<'_>,
    before: &Record<'_>,
    origins: &Origins<'_>,
    found: &mut Vec<Found>,
) {
    let (fields, old_fields) = (new.fields(record), old.fields(before));
    for field in fields {
        let path = || origins.path(record.names.full, Some(field.name));
        if let Some(was) = old_fields.iter().find(|was| was.name == field.name) {
            let (now, then) = (rust_type(new, field.ty), rust_type(old, was.ty));
            if now != then {
                let title = format!("`{}` was {then} in Rust and is {now}", field.name);
                found.push(Found::new(&rules::RUST_TYPE_CHANGED, path(), title));
            }
            continue;
        }
        let rust = name(Item::Field, field.name);
        let hidden = old_fields.iter().find(|was| {
            name(Item::Field, was.name) == rust && !fields.iter().any(|field| field.name == was.name)
        });
        if let Some(was) = hidden {
            let title =
                format!("`{}` became `{}`, and is `{rust}` in Rust before and after", was.name, field.name);
            found.push(Found::new(&rules::RENAME_HIDDEN_IN_RUST, path(), title));
        }
    }
}

/// What tells Rust types apart, in the words of the schema.
fn rust_type(graph: &Graph<'_>, id: Id) -> String {
    match graph.node(id) {
        Node::Primitive(primitive) => match graph.logical(id) {
            Some(logical) => format!("`{}`", logical::rust_label(logical)),
            None => format!("`{}`", primitive.name()),
        },
        Node::Array(items) => format!("a list of {}", rust_type(graph, *items)),
        Node::Map(values) => format!("a map of {}", rust_type(graph, *values)),
        Node::Union(branches) => {
            let branches = graph.branches(*branches);
            let mut types: Vec<String> = branches.iter().map(|branch| rust_type(graph, *branch)).collect();
            types.sort(); // the order of the branches is the wire's
            types.join(" or ")
        }
        Node::Record(record) => format!("`{}`", record.names.full.simple()),
        Node::Enum(definition) => format!("`{}`", definition.names.full.simple()),
        Node::Fixed(fixed) => match fixed.logical {
            Some(logical) => format!("`{}`", logical::label_fixed(logical)),
            None => format!("`{}`", fixed.names.full.simple()),
        },
        Node::Undefined(name) => format!("`{name}`"),
    }
}

/// By how much the version of a crate with the event's types must rise. Their fields and variants are public, so that any
/// that comes or goes may break code that names them all.
pub(crate) fn bump(candidate: &Candidate<'_>) -> Bump {
    let (Some(new), Some(old)) = (&candidate.new, candidate.accepted.last()) else {
        return if candidate.new.is_some() { Bump::Minor } else { Bump::Major };
    };
    if new.schema == old.schema && new.facts == old.facts {
        Bump::None
    } else if shape(new.schema) == shape(old.schema) {
        Bump::Patch
    } else {
        Bump::Major
    }
}

/// What Rust code sees of a schema: its types, with their fields or variants.
fn shape(schema: &Schema) -> Vec<(&Name, Vec<String>)> {
    let types = schema.definitions.iter().map(|(name, definition)| {
        let members = match definition {
            Definition::Record(record) => {
                record.fields.iter().map(|field| format!("{}: {:?}", field.name, field.ty)).collect()
            }
            Definition::Enum(definition) => definition.symbols.clone(),
            Definition::Fixed(fixed) => vec![format!("{}: {:?}", fixed.size, fixed.logical)],
        };
        (name, members)
    });
    types.collect()
}
