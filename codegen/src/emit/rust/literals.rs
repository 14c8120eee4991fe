//! Small pieces of Rust code that all parts of the generator use.

use signalbook_model::Json;

use super::pretty_print::joined;
use crate::checked_registry::Deprecation;
use crate::syntax::Spanned;

/// Returns `text` as a literal.
pub(super) fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            // `\0` before a digit would look like an octal escape.
            '\0' if rest.as_str().starts_with(|next| matches!(next, '0'..='7')) => literal.push_str("\\x00"),
            '\'' => literal.push(c),
            c => literal.extend(c.escape_debug()),
        }
    }
    literal.push('"');
    literal
}

/// Returns a finite number as a literal.
pub(super) fn float(value: f64) -> String {
    let digits = value.to_string();
    if digits.contains('.') { digits } else { digits + ".0" }
}

/// Returns `value` as JSON tokens, for `#[avro(default = …)]`.
pub(super) fn json(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Integer(value) => value.to_string(),
        // JSON has no form for these floats. The derives accept words.
        Json::Float(value) if value.is_nan() => "NaN".to_owned(),
        Json::Float(value) if *value == f64::INFINITY => "inf".to_owned(),
        Json::Float(value) if *value == f64::NEG_INFINITY => "-inf".to_owned(),
        Json::Float(value) => float(*value),
        Json::String(value) => literal(value),
        Json::Array(items) => format!("[{}]", joined(items.iter().map(json))),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}:{}", literal(name), json(value)));
            format!("{{{}}}", joined(members))
        }
    }
}

/// Returns `key = "text"`.
pub(super) fn assign(key: &str, text: &str) -> String {
    format!("{key} = {}", literal(text))
}

/// Returns `key = ["text"]`.
pub(super) fn assign_all<'a>(key: &str, texts: impl IntoIterator<Item = &'a str>) -> String {
    format!("{key} = [{}]", joined(texts.into_iter().map(literal)))
}

/// Returns `aliases = […]`, or `None` if there are no aliases.
pub(super) fn aliases(aliases: &[Spanned<String>]) -> Option<String> {
    let written = aliases.iter().map(|alias| alias.value.as_str());
    (!aliases.is_empty()).then(|| assign_all("aliases", written))
}

/// Returns `#[deprecated]` with the note that the compiler shows.
pub(super) fn deprecated(deprecation: &Deprecation) -> String {
    let Deprecation { replacement, reason } = deprecation;
    let replacement = replacement.as_ref().map(|replacement| format!("use `{}`", replacement.value));
    let note = [reason.clone(), replacement].into_iter().flatten().collect::<Vec<_>>().join("; ");
    if note.is_empty() { "#[deprecated]".to_owned() } else { format!("#[{}]", assign("deprecated", &note)) }
}
