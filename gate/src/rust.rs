//! Changes of the Rust types that are generated for a schema.

use std::collections::BTreeSet;

use signalbook_model::rust::RustField;
use signalbook_model::{DefinitionMatches, Name, Path};

use crate::Version;
use crate::name_mapping::RegistryNames;
use crate::rules;
use crate::violations::Violation;

/// Finds changes that break code using the Rust types although the data can be read, and renames that the
/// Rust names hide.
///
/// Finds nothing if the code of a version is not known.
pub(crate) fn changes(
    new: &Version,
    old: &Version,
    matches: &DefinitionMatches<'_>,
    names: &RegistryNames<'_>,
) -> Vec<Violation> {
    let mut found = Vec::new();
    let (Some(new), Some(old)) = (&new.rust, &old.rust) else { return found };
    for (name, record) in new {
        let Some(before) = matches.old_of(name) else { continue };
        let Some(was) = old.get(before) else { continue };
        if record.module != was.module {
            let title = format!("`{before}` is now `{name}`, in another Rust module");
            let path = names.path(Path::Type(name.clone()));
            found.push(Violation::new(&rules::RUST_MODULE_MOVED, path, title));
        }
        let path = |member: &str| names.path(Path::Member { ty: name.clone(), member: member.to_owned() });
        fields((&record.fields, &was.fields), matches, path, &mut found);
    }
    found
}

fn fields(
    (new, old): (&[RustField], &[RustField]),
    matches: &DefinitionMatches<'_>,
    path: impl Fn(&str) -> Path,
    found: &mut Vec<Violation>,
) {
    for field in new {
        let name = &field.name;
        if let Some(was) = old.iter().find(|was| was.name == *name) {
            if let Some((then, now)) = changed(field, was, matches) {
                let title =
                    format!("the type of `{name}`, and with it its Rust type, changed from {then} to {now}");
                found.push(Violation::new(&rules::RUST_TYPE_CHANGED, path(name), title));
            }
            continue;
        }
        let rust = &field.rust_name;
        let hidden =
            old.iter().find(|was| was.rust_name == *rust && !new.iter().any(|field| field.name == was.name));
        if let Some(RustField { name: was, .. }) = hidden {
            let title = format!("`{was}` was renamed to `{name}`, but both are `{rust}` in Rust");
            found.push(Violation::new(&rules::RENAME_HIDDEN_IN_RUST, path(name), title));
        }
    }
}

/// Describes the old and the new type of a field, if they differ.
fn changed(new: &RustField, old: &RustField, matches: &DefinitionMatches<'_>) -> Option<(String, String)> {
    if new.rust_type != old.rust_type {
        return Some((old.rust_type.clone(), new.rust_type.clone()));
    }
    // Other definitions may have the same simple names.
    let kept: BTreeSet<&Name> = old.definitions.iter().filter_map(|name| matches.new_of(name)).collect();
    if kept.len() == old.definitions.len() && kept.iter().copied().eq(&new.definitions) {
        return None;
    }
    let list = |names: &BTreeSet<Name>| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
    };
    Some((list(&old.definitions), list(&new.definitions)))
}
