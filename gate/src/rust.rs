//! Changes of the Rust types that are generated for a schema.

use std::collections::BTreeMap;

use signalbook_model::rust::{Item, name};
use signalbook_model::{Definition, Name, Path, Record, Schema, Type};

use crate::registry_names::RegistryNames;
use crate::rules;
use crate::violations::Violation;

/// Finds changes that break code using the Rust types although the data can be read, and renames that the
/// Rust names hide.
pub(crate) fn changes(new: &Schema, old: &Schema, names: &RegistryNames<'_>) -> Vec<Violation> {
    let known: BTreeMap<&str, (&Name, &Record)> =
        records(old).map(|(name, record)| (name.simple(), (name, record))).collect();
    let mut found = Vec::new();
    for (name, record) in records(new) {
        let Some((before, was)) = known.get(name.simple()) else { continue };
        if name.namespace() != before.namespace() {
            let title = format!("`{before}` is now `{name}`, in another Rust module");
            let path = names.path(Path::Type(name.clone()));
            found.push(Violation::new(&rules::RUST_MODULE_MOVED, path, title));
        }
        let path = |member: &str| names.path(Path::Member { ty: name.clone(), member: member.to_owned() });
        fields((new, record), (old, was), path, &mut found);
    }
    found
}

fn records(schema: &Schema) -> impl Iterator<Item = (&Name, &Record)> {
    schema.definitions.iter().filter_map(|(name, definition)| match definition {
        Definition::Record(record) => Some((name, record)),
        Definition::Enum(_) | Definition::Fixed(_) => None,
    })
}

fn fields(
    (new, record): (&Schema, &Record),
    (old, was): (&Schema, &Record),
    path: impl Fn(&str) -> Path,
    found: &mut Vec<Violation>,
) {
    for field in &record.fields {
        if let Some(was) = was.fields.iter().find(|was| was.name == field.name) {
            let (now, then) = (rust_type(new, &field.ty), rust_type(old, &was.ty));
            if now != then {
                let title = format!("the Rust type of `{}` changed from {then} to {now}", field.name);
                found.push(Violation::new(&rules::RUST_TYPE_CHANGED, path(&field.name), title));
            }
            continue;
        }
        let rust = name(Item::Field, &field.name);
        let hidden = was.fields.iter().find(|was| {
            name(Item::Field, &was.name) == rust && !record.fields.iter().any(|field| field.name == was.name)
        });
        if let Some(was) = hidden {
            let title =
                format!("`{}` was renamed to `{}`, but both are `{rust}` in Rust", was.name, field.name);
            found.push(Violation::new(&rules::RENAME_HIDDEN_IN_RUST, path(&field.name), title));
        }
    }
}

/// Describes a Rust type in terms of the schema. Types with the same description are the same in Rust. The
/// precision and scale of a decimal over bytes are left out.
fn rust_type(schema: &Schema, ty: &Type) -> String {
    match ty.plain() {
        Type::Primitive(primitive) => format!("`{}`", primitive.name()),
        Type::Logical(logical) => format!("`{}`", logical.name()),
        Type::Array(items) => format!("a list of {}", rust_type(schema, items)),
        Type::Map(values) => format!("a map of {}", rust_type(schema, values)),
        Type::Union(branches) => {
            let mut types: Vec<String> = branches.iter().map(|branch| rust_type(schema, branch)).collect();
            types.sort(); // the order of the branches matters on the wire only
            types.join(" or ")
        }
        Type::Named(name) => match schema.definitions.get(name) {
            Some(Definition::Fixed(fixed)) => match fixed.logical {
                Some(logical) => format!("`{logical}`"),
                None => format!("`{}`", name.simple()),
            },
            Some(Definition::Record(_) | Definition::Enum(_)) => format!("`{}`", name.simple()),
            None => format!("`{name}`"),
        },
        Type::Annotated(annotated) => rust_type(schema, &annotated.ty),
    }
}
