//! Makes edits of a registry's text from fixes. The edits are as small as possible, to keep comments and
//! layout.

mod document;
mod error;
mod toml_text;
mod wording;

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use signalbook_diagnostics::{Edit, FileId, Fix, Sources, Span, Suggestion};
use signalbook_model::{Json, Name, Path, Type};
use toml::de::DeValue;

use crate::checked_registry::{CheckedRegistry, Field, TypeKind};
use crate::syntax::{toml_string, toml_value, type_expression};
use document::Document;
pub use error::FixError;
use toml_text::{Change, Entry, find, push, set};
pub use wording::TomlWording;

/// Makes edits of the files of a registry. It parses each file once.
#[derive(Clone, Debug)]
pub struct Editor<'a> {
    sources: &'a Sources,
    checked: &'a CheckedRegistry,
    /// The parsed files. `None` for a file that is not valid TOML.
    documents: HashMap<FileId, OnceLock<Option<Document<'a>>>>,
}

impl<'a> Editor<'a> {
    /// Creates an editor of `sources`, the files of `checked`.
    pub fn new(sources: &'a Sources, checked: &'a CheckedRegistry) -> Self {
        let documents = sources.iter().map(|(file, _)| (file, OnceLock::new())).collect();
        Self { sources, checked, documents }
    }

    /// Returns the edit that makes `fix`. An inherited field is edited in the base that declares it.
    ///
    /// # Errors
    ///
    /// Fails if the registry does not contain the declaration, or if the declaration has a form that the fix
    /// does not support.
    pub fn suggest(&self, fix: &Fix) -> Result<Suggestion, FixError> {
        let target = Target::of(self.checked, fix)?;
        let document = self.document(&target)?;
        let (change, message) = target.change(self.checked, document, fix)?;
        if !document.allows(&change) {
            return Err(target.error("its form is not supported"));
        }
        let span = Span { file: target.file, start: change.range.start, end: change.range.end };
        let edits = vec![Edit { span, replacement: change.replacement }];
        Ok(Suggestion::new(message, fix.is_safe(), edits))
    }

    fn document(&self, target: &Target) -> Result<&Document<'a>, FixError> {
        let found = self.sources.get(target.file).zip(self.documents.get(&target.file));
        let (source, document) = found.ok_or_else(|| target.undeclared())?;
        let document = document.get_or_init(|| Document::parse(source.text())).as_ref();
        document.ok_or_else(|| target.error("its file is not valid TOML"))
    }
}

/// Returns the edit that makes `fix` in `sources`, the files of `checked`. For several fixes, use an
/// [`Editor`].
///
/// # Errors
///
/// See [`Editor::suggest`].
pub fn suggest(sources: &Sources, checked: &CheckedRegistry, fix: &Fix) -> Result<Suggestion, FixError> {
    Editor::new(sources, checked).suggest(fix)
}

/// Returns the sources with a suggestion applied. Files keep their names and ids.
pub fn apply(sources: &Sources, suggestion: &Suggestion) -> Sources {
    apply_all(sources, [suggestion])
}

/// Returns the sources with suggestions applied that were all made for `sources`, and do not overlap. Files
/// keep their names and ids.
pub fn apply_all<'a>(sources: &Sources, suggestions: impl IntoIterator<Item = &'a Suggestion>) -> Sources {
    let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in suggestions.into_iter().flat_map(|suggestion| &suggestion.edits) {
        edits.entry(edit.span.file).or_default().push(edit);
    }
    let mut applied = Sources::new();
    for (id, source) in sources.iter() {
        match edits.get_mut(&id) {
            None => applied.add(source.name(), source.text()),
            Some(edits) => {
                edits.sort_by_key(|edit| edit.span.start);
                applied.add(source.name(), edited(source.text(), edits))
            }
        };
    }
    applied
}

/// Returns the text with the edits, which are in ascending order. An edit outside of the text, or within
/// another edit, is left out.
fn edited(text: &str, edits: &[&Edit]) -> String {
    let mut edited = String::with_capacity(text.len());
    let mut end = 0;
    for edit in edits {
        if let Some(kept) = text.get(end..edit.span.start)
            && text.get(edit.span.range()).is_some()
        {
            edited.push_str(kept);
            edited.push_str(&edit.replacement);
            end = edit.span.end;
        }
    }
    edited.push_str(&text[end..]);
    edited
}

/// The declaration that a fix changes, and the keys that lead to it in its file.
struct Target {
    what: String,
    file: FileId,
    keys: Vec<String>,
}

impl Target {
    fn of(checked: &CheckedRegistry, fix: &Fix) -> Result<Self, FixError> {
        let path = match fix {
            Fix::AddDefault { field, .. } | Fix::MakeOptional { field } => field.clone(),
            Fix::RestoreField { field, .. } => {
                return Self::around(checked, field).ok_or_else(|| FixError::Undeclared(field.to_string()));
            }
            Fix::AddAlias { of, .. } | Fix::SetField { of, .. } => of.clone(),
            Fix::AddSymbols { of, .. } | Fix::SetEnum { of, .. } | Fix::SetAliases { of, .. } => {
                Path::Type(of.clone())
            }
            Fix::RaiseMinor { event, .. } => Path::Event(event.clone()),
            Fix::RestoreType { name } => Path::Type(name.clone()),
        };
        Self::at(checked, &path).ok_or_else(|| FixError::Undeclared(path.to_string()))
    }

    fn at(checked: &CheckedRegistry, path: &Path) -> Option<Self> {
        let (file, keys) = match path {
            Path::Type(name) => (checked.type_def(name)?.span.file, vec!["types", name.simple()]),
            Path::Member { ty, member } => {
                let ty = declaring(checked, ty, member)?;
                (checked.type_def(ty)?.span.file, vec!["types", ty.simple(), "fields", member])
            }
            Path::Event(name) => {
                let event = checked.event(name)?;
                (event.span.file, vec!["events", event.local()])
            }
            Path::Data { event, field } => {
                let event = checked.event(event)?;
                (event.span.file, vec!["events", event.local(), "data", field])
            }
        };
        Some(Self { what: path.to_string(), file, keys: keys.into_iter().map(str::to_owned).collect() })
    }

    /// Returns the table of fields to which a removed field belongs.
    fn around(checked: &CheckedRegistry, field: &Path) -> Option<Self> {
        let (file, keys) = match field {
            Path::Member { ty, .. } => (checked.type_def(ty)?.span.file, ["types", ty.simple(), "fields"]),
            Path::Data { event, .. } => {
                let event = checked.event(event)?;
                (event.span.file, ["events", event.local(), "data"])
            }
            Path::Type(_) | Path::Event(_) => return None,
        };
        Some(Self { what: field.to_string(), file, keys: keys.map(str::to_owned).into() })
    }

    /// Returns the change of the file's text, and a description of it.
    fn change(
        &self,
        checked: &CheckedRegistry,
        document: &Document<'_>,
        fix: &Fix,
    ) -> Result<(Change, String), FixError> {
        let text = document.text;
        let entry = find(document.root.get_ref(), &self.keys).ok_or_else(|| self.undeclared())?;
        match fix {
            Fix::AddDefault { value: Json::Null, .. } | Fix::MakeOptional { .. } => {
                let change = self.make_optional(text, entry)?;
                let message = format!("make it optional: `{} = {}`", self.name(), change.replacement);
                Ok((change, message))
            }
            Fix::AddDefault { value, .. } => {
                let value =
                    toml_value(value).ok_or_else(|| self.error("its default cannot be written in TOML"))?;
                let (change, shown) = self.set(document, entry, "default", &value, &["type", "doc"])?;
                Ok((change, format!("add a default: `{shown}`")))
            }
            Fix::RestoreField { field, ty, pii } => {
                let (Path::Member { member, .. } | Path::Data { field: member, .. }) = field else {
                    return Err(self.undeclared());
                };
                let expression =
                    expression(checked, field, ty).ok_or_else(|| self.error("its type does not exist"))?;
                let is_alias = |field: &Field| field.aliases.iter().any(|alias| alias.value == *member);
                if fields_of(checked, field).iter().any(is_alias) {
                    return Err(self.error("another field has its name as an alias"));
                }
                let fields = entry.1.get_ref().as_table().ok_or_else(|| self.undeclared())?;
                let others: Vec<&str> = fields.keys().map(|key| key.get_ref().as_ref()).collect();
                let mut declaration = toml_string(&expression);
                if let Some(class) = pii {
                    declaration = format!("{{ type = {declaration}, pii = {} }}", toml_string(class));
                }
                let (change, shown) = self.set(document, entry, member, &declaration, &others)?;
                Ok((change, format!("restore it: `{shown}`")))
            }
            Fix::AddAlias { of, alias } => {
                let after: &[&str] = match of {
                    Path::Event(_) => return Err(self.error("an event has no aliases")),
                    Path::Type(_) => &["doc", "extends"],
                    Path::Member { .. } | Path::Data { .. } => &["type", "doc"],
                };
                let (change, shown) = self.add_alias(document, entry, alias, after)?;
                Ok((change, format!("add the alias `{alias}`: `{shown}`")))
            }
            Fix::AddSymbols { symbols, .. } => {
                let (_, array) = member(entry, "symbols").ok_or_else(|| self.error("it has no symbols"))?;
                let change = self.push(text, array, symbols)?;
                Ok((change, format!("restore the missing symbols: {}", symbols.join(", "))))
            }
            Fix::RaiseMinor { minor, .. } => {
                let value = minor.to_string();
                let message = format!("raise the minor version: `minor = {value}`");
                Ok((self.raise_minor(document, entry, value)?, message))
            }
            Fix::SetField { .. } | Fix::SetEnum { .. } | Fix::SetAliases { .. } | Fix::RestoreType { .. } => {
                Err(self.error("it is part of a migration"))
            }
        }
    }

    fn raise_minor(
        &self,
        document: &Document<'_>,
        entry: Entry<'_>,
        minor: String,
    ) -> Result<Change, FixError> {
        match member(entry, "minor") {
            Some((_, old)) => Ok(Change { range: old.span(), replacement: minor }),
            None => Ok(self.set(document, entry, "minor", &minor, &["name", "doc"])?.0),
        }
    }

    /// Adds a question mark to the type. A union gets parentheses, and its `null` is removed.
    fn make_optional(&self, text: &str, entry: Entry<'_>) -> Result<Change, FixError> {
        let (_, value) = match entry.1.get_ref() {
            DeValue::Table(_) => member(entry, "type").ok_or_else(|| self.error("it has no type"))?,
            _ => entry,
        };
        let DeValue::String(ty) = value.get_ref() else { return Err(self.error("its type is not a string")) };
        let branches: Vec<&str> = branches(ty).into_iter().filter(|branch| *branch != "null").collect();
        let optional = match branches.as_slice() {
            [single] if single.ends_with('?') => return Err(self.error("it is already optional")),
            [single] => format!("{single}?"),
            several => format!("({})?", several.join(" | ")),
        };
        let range = value.span();
        let quote = if text[range.clone()].starts_with('\'') { '\'' } else { '"' };
        Ok(Change { range, replacement: format!("{quote}{optional}{quote}") })
    }

    fn add_alias(
        &self,
        document: &Document<'_>,
        entry: Entry<'_>,
        alias: &str,
        after: &[&str],
    ) -> Result<(Change, String), FixError> {
        if let Some((_, array)) = member(entry, "aliases") {
            let change = self.push(document.text, array, &[alias.to_owned()])?;
            return Ok((change, format!("aliases = […, {}]", toml_string(alias))));
        }
        self.set(document, entry, "aliases", &format!("[{}]", toml_string(alias)), after)
    }

    /// Adds an entry to a table. A field in short form, with only a type, becomes a table.
    fn set(
        &self,
        document: &Document<'_>,
        entry: Entry<'_>,
        key: &str,
        value: &str,
        after: &[&str],
    ) -> Result<(Change, String), FixError> {
        if member(entry, key).is_some() {
            return Err(self.error("it already has this key"));
        }
        match entry.1.get_ref() {
            DeValue::String(_) => {
                let range = entry.1.span();
                let replacement = format!("{{ type = {}, {key} = {value} }}", &document.text[range.clone()]);
                let shown = format!("{} = {replacement}", self.name());
                Ok((Change { range, replacement }, shown))
            }
            DeValue::Table(table) => {
                let change = set(document, entry.1.span(), table, key, value, after);
                let change = change
                    .ok_or_else(|| self.error("its table has no line after which a key can be added"))?;
                Ok((change, format!("{key} = {value}")))
            }
            _ => Err(self.error("it is not a table")),
        }
    }

    fn push(
        &self,
        text: &str,
        array: &toml::Spanned<DeValue<'_>>,
        items: &[String],
    ) -> Result<Change, FixError> {
        let DeValue::Array(known) = array.get_ref() else { return Err(self.error("it is not an array")) };
        let is_known = |item: &&String| known.iter().any(|known| known.get_ref().as_str() == Some(item));
        let missing: Vec<String> =
            items.iter().filter(|item| !is_known(item)).map(|item| toml_string(item)).collect();
        if missing.is_empty() {
            return Err(self.error("it already has these items"));
        }
        let spans: Vec<_> = known.iter().map(toml::Spanned::span).collect();
        Ok(push(text, array.span(), &spans, &missing))
    }

    /// Returns the key of the declaration.
    fn name(&self) -> &str {
        self.keys.last().map_or("", String::as_str)
    }

    fn undeclared(&self) -> FixError {
        FixError::Undeclared(self.what.clone())
    }

    fn error(&self, why: &'static str) -> FixError {
        FixError::Form { what: self.what.clone(), why }
    }
}

fn member<'a>(entry: Entry<'a>, key: &str) -> Option<Entry<'a>> {
    entry.1.get_ref().as_table()?.get_key_value(key)
}

/// Returns the type of a field as a type expression. Returns `None` if it names a type that is not declared.
fn expression(checked: &CheckedRegistry, field: &Path, ty: &Type) -> Option<String> {
    let namespace = match field {
        Path::Member { ty, .. } | Path::Type(ty) => ty.namespace(),
        Path::Data { event, .. } | Path::Event(event) => &checked.event(event)?.namespace,
    };
    let mut is_known = true;
    let expression = type_expression(ty, &mut |name| {
        let near = Name::in_namespace(namespace, name.simple());
        if checked.type_def(&near).is_some() {
            return near.simple().to_owned();
        }
        is_known &= checked.type_def(name).is_some();
        name.to_string()
    });
    is_known.then_some(expression)
}

/// Returns the fields of a type or of the data of an event, or those next to a field.
fn fields_of<'a>(checked: &'a CheckedRegistry, of: &Path) -> &'a [Field] {
    let fields = match of {
        Path::Type(ty) | Path::Member { ty, .. } => match checked.type_def(ty).map(|def| &def.kind) {
            Some(TypeKind::Record(record)) => Some(&record.fields),
            Some(TypeKind::Enum(_) | TypeKind::Fixed(_) | TypeKind::Union(_)) | None => None,
        },
        Path::Event(event) | Path::Data { event, .. } => checked.event(event).map(|event| &event.data),
    };
    fields.map_or(&[], Vec::as_slice)
}

/// Returns the record that declares the field: `ty` or one of its bases. An inherited field has the same span
/// in both.
fn declaring<'a>(checked: &'a CheckedRegistry, ty: &'a Name, field: &str) -> Option<&'a Name> {
    let record = |ty: &Name| match &checked.type_def(ty)?.kind {
        TypeKind::Record(record) => Some(record),
        TypeKind::Enum(_) | TypeKind::Fixed(_) | TypeKind::Union(_) => None,
    };
    let (mut name, mut current) = (ty, record(ty)?);
    let span = current.fields.iter().find(|known| known.name == field)?.span;
    while let Some(base) = &current.base
        && let Some(next) = record(base)
        && next.fields.iter().any(|known| known.span == span)
    {
        (name, current) = (base, next);
    }
    Some(name)
}

/// Splits a type expression into the branches of its union. Another type is its only branch.
fn branches(ty: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    ty.split(|character| {
        match character {
            '<' | '(' => depth += 1,
            '>' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == '|' && depth == 0
    })
    .map(str::trim)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Options, check};

    /// Returns how many bytes are parsed for a new minor version of each event.
    fn parsed_for_all(events: usize, head: &str, event: impl Fn(usize) -> String) -> (usize, usize) {
        let text: String = std::iter::once(head.to_owned()).chain((0..events).map(event)).collect();
        let mut sources = Sources::new();
        sources.add("shop.toml", text.as_str());
        let checked = check(&sources, &Options::default()).registry.expect("a registry without errors");
        let editor = Editor::new(&sources, &checked);
        document::PARSED.set(0);
        let raise = |event: &Name| editor.suggest(&Fix::RaiseMinor { event: event.clone(), minor: 1 });
        let suggestions: Result<Vec<_>, _> = checked.registry.events.keys().map(raise).collect();
        let parsed = document::PARSED.get();
        let edited = apply_all(&sources, &suggestions.expect("every event can be edited"));
        let after = check(&edited, &Options::default()).registry.expect("still a registry");
        assert!(after.events.iter().all(|event| event.minor == 1));
        (parsed, text.len())
    }

    /// The head of a file, and the text of an event.
    type Form = (&'static str, fn(usize) -> String);

    #[test]
    fn the_work_of_many_edits_grows_with_the_text() {
        let forms: [Form; 4] = [
            ("namespace = \"shop\"\n", |n| {
                format!(
                    "[events.\"placed{n}.v1\"]\ndoc = \"Placed.\"\nkey = \"id\"\n\
                     [events.\"placed{n}.v1\".data]\nid = \"int\"\n"
                )
            }),
            ("namespace = \"shop\"\n", |n| {
                format!(
                    "[events.\"placed{n}.v1\"]\ndoc = \"\"\"\n[No header.\n\"\"\"\nminor = 0\n\
                     data = {{ id = \"int\" }}\n"
                )
            }),
            ("namespace = \"shop\"\n[events]\n", |n| {
                format!("\"placed{n}.v1\" = {{ doc = \"Placed.\", data = {{ id = \"int\" }} }}\n")
            }),
            ("namespace = \"shop\"\n", |n| {
                format!(
                    "events.\"placed{n}.v1\".doc = \"Placed.\"\nevents.\"placed{n}.v1\".data.id = \"int\"\n"
                )
            }),
        ];
        for (head, form) in forms {
            let (parsed, length) = parsed_for_all(200, head, form);
            assert!(parsed < 4 * length, "{parsed} bytes for a text of {length}: {}", form(0));
        }
    }
}
