//! Changes of the Rust types that are generated for a schema.

use std::collections::BTreeSet;

use signalbook_model::rust::{RustApi, RustField};
use signalbook_model::{DefinitionMatches, Name, Path};

use crate::Version;
use crate::registry_names::RegistryNames;
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
        let is_emitted = record.api.is_some() && was.api.is_some();
        fields((&record.fields, &was.fields), is_emitted, matches, path, &mut found);
        if let (Some(now), Some(then)) = (&record.api, &was.api) {
            let changes = api((now, then), &record.fields, &was.fields);
            let path = || names.path(Path::Type(name.clone()));
            let change = |change| format!("`{}` {change}", name.simple());
            found.extend(changes.map(|text| Violation::new(&rules::RUST_API_CHANGED, path(), change(text))));
        }
    }
    found
}

/// Describes what code can no longer do with a type.
fn api(
    (new, old): (&RustApi, &RustApi),
    fields: &[RustField],
    old_fields: &[RustField],
) -> impl Iterator<Item = String> {
    let lost: Vec<_> = old.derives.difference(&new.derives).map(|derive| format!("`{derive}`")).collect();
    let lost = (!lost.is_empty()).then(|| format!("no longer derives {}", lost.join(", ")));
    let openness = match (old.is_open, new.is_open) {
        (false, true) => Some("is now open: `match` needs an arm for `Unknown`".to_owned()),
        (true, false) => Some("is no longer open: it has no variant `Unknown`".to_owned()),
        (true, true) | (false, false) => None,
    };
    let constructor = match (&old.parameters, &new.parameters) {
        (None, _) => None,
        (Some(_), None) => Some("no longer has a constructor".to_owned()),
        (Some(before), Some(now)) => {
            let has = |fields: &[RustField], name: &String| fields.iter().any(|field| field.name == *name);
            let before = before.iter().filter(|name| has(fields, name));
            let now = now.iter().filter(|name| has(old_fields, name));
            (!before.eq(now)).then(|| "has a constructor with other parameters".to_owned())
        }
    };
    [lost, openness, constructor].into_iter().flatten()
}

fn fields(
    (new, old): (&[RustField], &[RustField]),
    is_emitted: bool,
    matches: &DefinitionMatches<'_>,
    path: impl Fn(&str) -> Path,
    found: &mut Vec<Violation>,
) {
    for field in new {
        let name = &field.name;
        if let Some(was) = old.iter().find(|was| was.name == *name) {
            if let Some((then, now)) = changed(field, was, matches) {
                let what = if is_emitted { "Rust type of" } else { "type of" };
                let rust = if is_emitted { "" } else { ", and with it its Rust type," };
                let title = format!("the {what} `{name}`{rust} changed from {then} to {now}");
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
