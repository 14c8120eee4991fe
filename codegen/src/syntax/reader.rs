//! Reads values from a TOML file. A value with a wrong type is reported, and reading continues.

use std::cell::RefCell;
use std::ops::Range;

use signalbook_diagnostics::{FileId, Finding, Span};
use signalbook_model::similar;
use toml::de::{DeTable, DeValue};

use super::{Spanned, string_location};
use crate::{name_lists, rules};

/// A file, and the findings in it so far.
pub(crate) struct Reader<'a> {
    file: FileId,
    source: &'a str,
    findings: RefCell<Vec<Finding>>,
}

/// A value and its key.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(super) reader: &'a Reader<'a>,
    key: &'a str,
    inner: &'a DeValue<'a>,
    token: Span,
}

/// A table that is read key by key. It records which keys were read; all other keys are unknown.
pub(crate) struct Table<'a> {
    reader: &'a Reader<'a>,
    what: &'static str,
    span: Span,
    entries: &'a DeTable<'a>,
    read_keys: Vec<&'static str>,
}

/// A value that is written as a word, such as the value of a setting.
pub(crate) trait Word: Copy + 'static {
    /// Every word and its value.
    const WORDS: &'static [(&'static str, Self)];
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: FileId, source: &'a str) -> Self {
        Self { file, source, findings: RefCell::default() }
    }

    pub(super) fn report(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings.into_inner()
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, start: range.start, end: range.end }
    }

    pub(super) fn root(&'a self, entries: &'a DeTable<'a>, what: &'static str) -> Table<'a> {
        Table { reader: self, what, span: self.span(0..0), entries, read_keys: Vec::new() }
    }

    /// Returns the span of `part` of the text `value`, whose token is `token`.
    pub(super) fn within(&self, token: Span, value: &str, part: Range<usize>) -> Span {
        self.span(string_location::locate(self.source, token.range(), value, part))
    }
}

impl<'a> Value<'a> {
    /// Returns true if the value is a table.
    pub(super) fn is_table(self) -> bool {
        self.inner.is_table()
    }

    /// The span of the whole value, with the quotes.
    pub(super) fn token(self) -> Span {
        self.token
    }

    pub(super) fn raw(self) -> &'a DeValue<'a> {
        self.inner
    }

    pub(super) fn string(self) -> Option<Spanned<String>> {
        match self.inner {
            DeValue::String(text) => {
                let span = self.reader.within(self.token, text, 0..text.len());
                Some(Spanned::new(text.clone().into_owned(), span))
            }
            _ => self.wrong("a string"),
        }
    }

    /// Reads a string that `parse` accepts as Rust.
    pub(super) fn rust<T>(self, parse: impl FnOnce(&str) -> syn::Result<T>) -> Option<Spanned<String>> {
        let text = self.string()?;
        let problem = match parse_shallow(&text.value, parse) {
            Ok(()) => return Some(text),
            Err(problem) => problem,
        };
        let title = format!("`{}` is not valid Rust: `{}`", self.key, text.value);
        self.reader.report(Finding::new(&rules::NOT_RUST, title).at(text.span, problem));
        None
    }

    pub(super) fn boolean(self) -> Option<Spanned<bool>> {
        match self.inner {
            DeValue::Boolean(value) => Some(Spanned::new(*value, self.token)),
            _ => self.wrong("`true` or `false`"),
        }
    }

    /// Reads an unsigned integer of 32 bits that is at least `least`.
    pub(super) fn unsigned(self, least: u32) -> Option<Spanned<u32>> {
        let DeValue::Integer(integer) = self.inner else { return self.wrong("an integer") };
        let value = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        let value = value.filter(|value| *value >= least);
        if value.is_none() {
            self.reader.report(
                Finding::new(&rules::WRONG_VALUE, format!("`{}` is out of range", self.key))
                    .at(self.token, format!("must be between {least} and {}", u32::MAX)),
            );
        }
        value.map(|value| Spanned::new(value, self.token))
    }

    pub(super) fn word<T: Word>(self) -> Option<Spanned<T>> {
        let word = self.string()?;
        if let Some((_, value)) = T::WORDS.iter().find(|(name, _)| *name == word.value) {
            return Some(word.map(|_| *value));
        }
        let names = T::WORDS.iter().map(|(name, _)| *name);
        let title = format!("`{}` cannot be `{}`", self.key, word.value);
        let finding = Finding::new(&rules::WRONG_VALUE, title).at(word.span, "not an allowed value");
        self.reader.report(match similar(&word.value, names.clone()) {
            Some(name) => finding.suggest(format!("did you mean `{name}`?"), word.span, name),
            None => finding.help(format!("use one of {}", name_lists::list(names))),
        });
        None
    }

    pub(super) fn items(self) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(items) = self.inner else { return self.wrong("an array") };
        let value = |item: &'a toml::Spanned<DeValue<'a>>| Value {
            inner: item.get_ref(),
            token: self.reader.span(item.span()),
            ..self
        };
        Some(items.iter().map(value).collect())
    }

    pub(super) fn strings(self) -> Vec<Spanned<String>> {
        self.items().into_iter().flatten().filter_map(Value::string).collect()
    }

    pub(super) fn table(self, what: &'static str, span: Span) -> Option<Table<'a>> {
        let DeValue::Table(entries) = self.inner else { return self.wrong("a table") };
        Some(Table { reader: self.reader, what, span, entries, read_keys: Vec::new() })
    }

    /// Reports that the value does not have the type `expected`.
    pub(super) fn wrong<T>(self, expected: &str) -> Option<T> {
        let found = match self.inner {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        let title = format!("`{}` must be {expected}, not {found}", self.key);
        self.reader
            .report(Finding::new(&rules::WRONG_VALUE, title).at(self.token, format!("this is {found}")));
        None
    }
}

/// Parses Rust with limited nesting, because the parser is recursive and deep nesting in a file could
/// overflow the stack.
fn parse_shallow<T>(text: &str, parse: impl FnOnce(&str) -> syn::Result<T>) -> Result<(), String> {
    const DEEPEST: usize = 100;
    if text.matches(['(', '[', '{', '<', '&', '*', '-', '!', '|']).count() > DEEPEST {
        return Err("nested too deeply".to_owned());
    }
    parse(text).map(drop).map_err(|error| error.to_string())
}

impl<'a> Table<'a> {
    /// Returns the value of an optional key.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.read_keys.push(key);
        let (key, value) = self.entries.get_key_value(key)?;
        Some(self.value(key, value))
    }

    /// Returns the value of a required key. Reports the key if it is missing.
    pub(super) fn require(&mut self, key: &'static str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            self.reader.report(
                Finding::new(&rules::MISSING_ENTRY, format!("{} needs `{key}`", self.what))
                    .at(self.span, format!("`{key}` is missing here"))
                    .help(format!("add `{key} = …`")),
            );
        }
        value
    }

    pub(super) fn string(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.get(key).and_then(Value::string)
    }

    /// Reads a string that `parse` accepts as Rust.
    pub(super) fn rust<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> syn::Result<T>,
    ) -> Option<Spanned<String>> {
        self.get(key).and_then(|value| value.rust(parse))
    }

    pub(super) fn boolean(&mut self, key: &'static str) -> Option<Spanned<bool>> {
        self.get(key).and_then(Value::boolean)
    }

    pub(super) fn word<T: Word>(&mut self, key: &'static str) -> Option<Spanned<T>> {
        self.get(key).and_then(Value::word)
    }

    pub(super) fn strings(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        self.get(key).map(Value::strings).unwrap_or_default()
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Returns all entries in the order of the file, for tables whose keys are names.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Spanned<String>, Value<'a>)> {
        self.entries.iter().map(|(key, value)| {
            let token = self.reader.span(key.span());
            let name = key.get_ref();
            let span = self.reader.within(token, name, 0..name.len());
            (Spanned::new(name.clone().into_owned(), span), self.value(key, value))
        })
    }

    /// Reports every key that was not read.
    pub(super) fn finish(self) {
        for (key, _) in self.entries().filter(|(key, _)| !self.read_keys.contains(&key.value.as_str())) {
            let read_keys = self.read_keys.iter().copied();
            let finding =
                Finding::new(&rules::UNKNOWN_ENTRY, format!("{} has no key `{}`", self.what, key.value))
                    .at(key.span, "unknown key");
            self.reader.report(match similar(&key.value, read_keys.clone()) {
                Some(name) => finding.suggest(format!("did you mean `{name}`?"), key.span, name),
                None => finding.help(format!("its keys are {}", name_lists::list(read_keys))),
            });
        }
    }

    fn value(
        &self,
        key: &'a toml::Spanned<toml::de::DeString<'a>>,
        value: &'a toml::Spanned<DeValue<'a>>,
    ) -> Value<'a> {
        Value {
            reader: self.reader,
            key: key.get_ref(),
            inner: value.get_ref(),
            token: self.reader.span(value.span()),
        }
    }
}
