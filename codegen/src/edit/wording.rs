use signalbook_diagnostics::{Fix, Sources, Suggestion, Wording};
use signalbook_model::{Field, Name, Path, Type};

use super::{Editor, fields_of};
use crate::checked_registry::CheckedRegistry;
use crate::syntax::{toml_string, toml_value, type_text};

/// Describes fixes in the registry language, and as edits if the registry has files.
#[derive(Clone, Debug, Default)]
pub struct TomlWording<'a> {
    editor: Option<Editor<'a>>,
}

impl<'a> TomlWording<'a> {
    /// Creates a wording for the files of `checked`.
    pub fn of(sources: &'a Sources, checked: &'a CheckedRegistry) -> Self {
        Self { editor: Some(Editor::new(sources, checked)) }
    }

    /// Creates a wording for events that are declared elsewhere. It suggests no edits.
    pub fn without_files() -> Self {
        Self::default()
    }

    /// The class of personal data of the first of these fields that the registry declares.
    fn pii(&self, of: &Path, names: [Option<&str>; 2]) -> Option<&'a str> {
        let checked = self.editor.as_ref()?.checked;
        let fields = fields_of(checked, of);
        let field = |name: &str| fields.iter().find(|field| field.name == name);
        names.into_iter().flatten().find_map(field)?.pii.as_deref()
    }
}

impl Wording for TomlWording<'_> {
    fn suggest(&self, fix: &Fix) -> Option<Suggestion> {
        self.editor.as_ref()?.suggest(fix).ok()
    }

    fn describe(&self, fix: &Fix) -> String {
        match fix {
            Fix::AddDefault { field, value } => {
                let value = toml_value(value).unwrap_or_else(|| "null".to_owned());
                format!("`default = {value}` for {}", quoted(field))
            }
            Fix::MakeOptional { field } => format!("an optional type for {}", quoted(field)),
            Fix::RestoreField { field, ty, pii } => {
                let pii = pii.iter().map(|class| format!(" with `pii = {}`", toml_string(class)));
                format!("{} restored as `{}`{}", quoted(field), type_text(ty), pii.collect::<String>())
            }
            Fix::AddAlias { of, alias } => {
                format!("the alias {} for {}", toml_string(alias), quoted(of))
            }
            Fix::AddSymbols { of, symbols } => format!("the symbols {} in `{}`", list(symbols), of.simple()),
            Fix::RaiseMinor { minor, .. } => format!("`minor = {minor}`"),
            Fix::SetField { of, field, replaces } => {
                let pii = self.pii(of, [Some(&field.name), replaces.as_deref()]);
                let replaces = match replaces {
                    Some(other) => format!(" in place of `{other}`"),
                    None => String::new(),
                };
                format!("`{}`{replaces} in {}", declaration(field, pii), quoted(of))
            }
            Fix::SetEnum { of, symbols, fallback } => {
                let symbols = symbols.as_ref().map(|symbols| format!("symbols = {}", list(symbols)));
                let fallback = fallback.as_ref().map(|symbol| format!("fallback = {}", toml_string(symbol)));
                // A person must choose it.
                let choice = match fallback {
                    Some(_) => {
                        " (or with another fallback: readers see it in place of symbols they do not know)"
                    }
                    None => "",
                };
                let members: Vec<_> = symbols.into_iter().chain(fallback).collect();
                format!("`{}` in `{}`{choice}", members.join(", "), of.simple())
            }
            Fix::SetAliases { of, aliases } => {
                format!("`[types.{}]` with `aliases = {}`", of.simple(), list(aliases))
            }
            Fix::RestoreType { name } => format!("`[types.{}]` restored", name.simple()),
        }
    }

    fn retire(&self, event: &Name, minors: &[u32]) -> String {
        let minors: Vec<String> = minors.iter().map(u32::to_string).collect();
        format!("signalbook retire {event} {} --reason '…'", minors.join(" "))
    }
}

fn quoted(path: &Path) -> String {
    match path {
        Path::Type(name) => format!("`{}`", name.simple()),
        Path::Member { ty, member } => format!("`{}.{member}`", ty.simple()),
        Path::Event(_) => "the event's data".to_owned(),
        Path::Data { field, .. } => format!("`{field}`"),
    }
}

/// Returns the declaration of the field in the registry language.
fn declaration(field: &Field, pii: Option<&str>) -> String {
    let ty = match (&field.ty, &field.default) {
        // `T?` would have the default null, so a field without a default is written as a union.
        (Type::Union(branches), None) if field.ty.as_optional().is_some() => {
            branches.iter().map(type_text).collect::<Vec<_>>().join(" | ")
        }
        (ty, _) => type_text(ty),
    };
    let mut members = vec![format!("type = {}", toml_string(&ty))];
    members.extend(field.default.as_ref().and_then(toml_value).map(|value| format!("default = {value}")));
    if !field.aliases.is_empty() {
        members.push(format!("aliases = {}", list(&field.aliases)));
    }
    members.extend(pii.map(|class| format!("pii = {}", toml_string(class))));
    if let [_] = members.as_slice() {
        return format!("{} = {}", field.name, toml_string(&ty));
    }
    format!("{} = {{ {} }}", field.name, members.join(", "))
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| toml_string(text)).collect();
    format!("[{}]", texts.join(", "))
}
