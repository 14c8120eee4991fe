//! The parser of the registry language: from files to declarations with spans.
//!
//! Names are not resolved here. Invalid entries are reported and left out.

mod builtin;
mod declaration;
#[cfg(feature = "json-schema")]
pub(crate) mod editor_schemas;
mod expr;
#[cfg(feature = "json-schema")]
pub(crate) mod json_schema;
mod literal;
mod parse;
mod print;
mod reader;
mod settings;
mod spanned;
mod string_location;

use signalbook_diagnostics::{FileId, Finding, Source};
use toml::de::DeTable;

use crate::rules;

pub use builtin::Builtin;
pub(crate) use builtin::{advice, names as builtin_names};
pub(crate) use declaration::{
    Deprecation, Document, Entries, Entry, EnumType, Event, Field, FixedType, Scalar, TypeBody, TypeDecl,
    Wire,
};
pub(crate) use expr::{ExprKind, TypeExpr};
pub(crate) use literal::{Literal, LiteralKind};
pub(crate) use print::{toml_string, toml_value};
pub use print::{type_expression, type_text};
use reader::Reader;
pub(crate) use settings::SettingsDocument;
pub use spanned::Spanned;

/// The content of one file.
pub(crate) enum File {
    /// `signalbook.toml`
    Settings(Box<SettingsDocument>),
    /// Any other file.
    Registry(Document),
}

/// Reads one file. `signalbook.toml` is the settings file; any other file is a registry file.
pub(crate) fn read(id: FileId, source: &Source, findings: &mut Vec<Finding>) -> File {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    let reader = Reader::new(id, source.text());
    let torn = !errors.is_empty() || source.broken_at().is_some();
    if let Some(at) = source.broken_at() {
        reader.report(not_text(&reader, at));
    } else {
        for error in errors {
            reader.report(toml_error(&reader, &error, source.text().len()));
        }
    }
    let is_settings = source.name().rsplit(['/', '\\']).next() == Some("signalbook.toml");
    let file = if is_settings {
        File::Settings(Box::new(SettingsDocument::read(reader.root(root.get_ref(), "the settings file"))))
    } else {
        File::Registry(Document::read(reader.root(root.get_ref(), "a registry file")))
    };
    findings.extend(reader.into_findings().into_iter().filter(|finding| !torn || !is_about_entries(finding)));
    file
}

/// Returns true if the finding reports a missing or unknown entry. After a TOML syntax error, such a finding
/// can be wrong.
fn is_about_entries(finding: &Finding) -> bool {
    [&rules::UNKNOWN_ENTRY, &rules::MISSING_ENTRY, &rules::WHICH_TYPE].contains(&finding.rule)
}

/// Reports a file that is not UTF-8. Its other errors are dropped, because the encoding can be their only
/// cause.
fn not_text(reader: &Reader<'_>, at: usize) -> Finding {
    Finding::new(&rules::TOML_SYNTAX, "this file is not valid UTF-8")
        .at(reader.span(at..at + char::REPLACEMENT_CHARACTER.len_utf8()), "the first invalid byte")
        .help("save the file as UTF-8")
}

fn toml_error(reader: &Reader<'_>, error: &toml::de::Error, length: usize) -> Finding {
    let range = error.span().unwrap_or(length..length);
    Finding::new(&rules::TOML_SYNTAX, format!("invalid TOML: {}", error.message()))
        .at(reader.span(range.start.min(length)..range.end.min(length)), "")
        .help(match error.message() {
            "duplicate key" => "a table and each of its keys can occur only once: remove this, or rename it",
            _ => "see https://toml.io for the syntax of TOML",
        })
}
