//! Changes of the Rust types that are generated for a schema.

use signalbook_model::rust::RustField;
use signalbook_model::{DefinitionMatches, Path};

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
        fields(&record.fields, &was.fields, path, &mut found);
    }
    found
}

fn fields(new: &[RustField], old: &[RustField], path: impl Fn(&str) -> Path, found: &mut Vec<Violation>) {
    for field in new {
        let name = &field.name;
        if let Some(was) = old.iter().find(|was| was.name == *name) {
            let (now, then) = (&field.rust_type, &was.rust_type);
            if now != then {
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
