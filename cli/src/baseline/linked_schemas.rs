//! Schemas in files of their own, which may use types that other files define.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use signalbook_history::Files;
use signalbook_model::{Name, Schema, SchemaError, SchemaNames};

use super::unread::in_full;

/// The texts of schemas, by path.
pub(super) struct LinkedSchemas<'a> {
    files: BTreeMap<&'a str, File<'a>>,
    /// The files that define a type.
    defining: BTreeMap<Name, Vec<&'a str>>,
}

struct File<'a> {
    text: Cow<'a, str>,
    /// `None` if the file is not a schema.
    names: Option<SchemaNames>,
}

/// A schema with the types of other files.
pub(super) struct Linked<'a> {
    pub(super) schema: Schema,
    pub(super) irregularities: Vec<SchemaError>,
    /// The other files.
    pub(super) uses: BTreeSet<&'a str>,
}

impl<'a> LinkedSchemas<'a> {
    pub(super) fn new(files: &'a Files) -> Self {
        let mut defining: BTreeMap<Name, Vec<&'a str>> = BTreeMap::new();
        let file = |(path, bytes): (&'a String, &'a Vec<u8>)| {
            let text = String::from_utf8_lossy(bytes);
            let names = Schema::names(&text).ok();
            for name in names.iter().flat_map(|names| &names.defined) {
                defining.entry(name.clone()).or_default().push(path);
            }
            (path.as_str(), File { text, names })
        };
        Self { files: files.iter().map(file).collect(), defining }
    }

    pub(super) fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", |file| &file.text)
    }

    /// Parses a file, or returns the reason why it cannot be read.
    pub(super) fn parse(&self, path: &'a str) -> Result<Linked<'a>, String> {
        let uses = self.uses(path)?;
        let others: Vec<&str> = uses.iter().map(|other| self.text(other)).collect();
        let parsed = Schema::parse_lenient_with(self.text(path), &others);
        let (schema, irregularities) = parsed.map_err(|error| in_full(&error))?;
        Ok(Linked { schema, irregularities, uses })
    }

    /// The files with the types that a file uses, directly or indirectly.
    fn uses(&self, path: &'a str) -> Result<BTreeSet<&'a str>, String> {
        let mut known: BTreeSet<&str> = [path].into();
        let mut open = vec![path];
        while let Some(file) = open.pop() {
            let names = self.files.get(file).and_then(|file| file.names.as_ref());
            for missing in names.iter().flat_map(|names| &names.missing) {
                let is_known = known.iter().any(|known| self.defines(known, missing));
                if !is_known && let Some(other) = self.find(file, missing)? {
                    known.insert(other);
                    open.push(other);
                }
            }
        }
        known.remove(path);
        Ok(known)
    }

    fn defines(&self, path: &str, name: &Name) -> bool {
        self.files
            .get(path)
            .and_then(|file| file.names.as_ref())
            .is_some_and(|names| names.defined.contains(name))
    }

    /// Finds the file that defines a type that `user` uses: the nearest one, if several do.
    fn find(&self, user: &str, name: &Name) -> Result<Option<&'a str>, String> {
        // A type without a namespace has only this name.
        let bare = Name::new(name.simple());
        let Some(all) = self.defining.get(name).or_else(|| self.defining.get(&bare)) else { return Ok(None) };
        let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let near: Vec<_> = all.iter().copied().filter(|path| folder(path) == folder(user)).collect();
        // A file that is only the definition goes before one that contains it.
        let own = |paths: &[&'a str]| -> Vec<&'a str> {
            let is_root = |path: &&&str| Schema::root_name(self.text(path)).is_some_and(|root| root == *name);
            paths.iter().filter(is_root).copied().collect()
        };
        let choices = [own(&near), own(all), near, all.clone()].into_iter().find(|paths| !paths.is_empty());
        let choices = choices.unwrap_or_default();
        match choices.as_slice() {
            [first, others @ ..] if others.iter().all(|other| self.text(other) == self.text(first)) => {
                Ok(Some(first))
            }
            [] => Ok(None),
            several => Err(format!("it uses `{name}`, which several files define: {}", several.join(", "))),
        }
    }
}
