use std::collections::HashSet;

use signalbook_model::{Name, Path};

use super::Reporter;
use crate::checked_registry::{CheckedRegistry, TypeKind};

pub(super) fn types(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    let reached = reached(checked);
    for ty in checked.types.iter().filter(|ty| !reached.contains(&ty.name)) {
        found.add(
            found
                .finding(format!("type `{}` is not used", ty.name))
                .on(Path::Type(ty.name.clone()))
                .at(ty.span, "no event uses it")
                .help("use it, or remove it"),
        );
    }
}

pub(super) fn scalars(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    let reached = reached(checked);
    for scalar in checked.scalars.iter().filter(|scalar| !reached.contains(&scalar.name)) {
        found.add(
            found
                .finding(format!("scalar `{}` is not used", scalar.name))
                .on(Path::Type(scalar.name.clone()))
                .at(scalar.span, "no event uses it")
                .help("use it, or remove it"),
        );
    }
}

/// Returns every name that an event uses, directly or through other types. Without events, the registry is a
/// library: all of its names count as used.
fn reached(checked: &CheckedRegistry) -> HashSet<Name> {
    let fields = checked.events.iter().flat_map(|event| &event.data);
    let mut open: Vec<Name> = fields.flat_map(|field| field.shape.references()).cloned().collect();
    if checked.events.is_empty() {
        open.extend(checked.types.iter().map(|ty| ty.name.clone()));
        open.extend(checked.scalars.iter().map(|scalar| scalar.name.clone()));
    }
    let mut reached = HashSet::new();
    while let Some(name) = open.pop() {
        if let Some(wire) = checked.scalar(&name).and_then(|scalar| scalar.wire.as_ref()) {
            open.extend(wire.references().into_iter().filter(|name| !reached.contains(*name)).cloned());
        }
        if let Some(ty) = checked.type_def(&name) {
            let names: Vec<&Name> = match &ty.kind {
                TypeKind::Record(record) => {
                    let fields = record.fields.iter().flat_map(|field| field.shape.references());
                    fields.chain(&record.base).collect()
                }
                TypeKind::Union(branches) => branches.iter().flat_map(|branch| branch.references()).collect(),
                TypeKind::Enum(_) | TypeKind::Fixed(_) => Vec::new(),
            };
            open.extend(names.into_iter().filter(|name| !reached.contains(*name)).cloned());
        }
        reached.insert(name);
    }
    reached
}
