//! The registry language as it was written: files in, declarations with places out.
//!
//! Nothing is looked up here; a name is a name. What does not fit the grammar is reported and left out.

mod builtin;
mod declaration;
mod expr;
mod literal;
mod reader;
mod settings;
mod spanned;
mod text;

use signalbook_diagnostics::{FileId, Finding, Source};
use toml::de::DeTable;

pub use builtin::Builtin;
pub(crate) use builtin::{advice, names as builtin_names};
pub(crate) use declaration::{
    Deprecation, Document, Entries, Entry, EnumType, Event, Field, FixedType, Scalar, TypeBody, TypeDecl,
    Wire,
};
pub(crate) use expr::{ExprKind, TypeExpr};
pub(crate) use literal::{Literal, LiteralKind};
use reader::Reader;
pub(crate) use settings::SettingsDocument;
pub use spanned::Spanned;

/// What one file says.
pub(crate) enum File {
    /// `signalbook.toml`
    Settings(Box<SettingsDocument>),
    /// Any other.
    Registry(Document),
}

/// Reads one file; which form it has, its name tells.
pub(crate) fn read(id: FileId, source: &Source, findings: &mut Vec<Finding>) -> File {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    let reader = Reader::new(id, source.text());
    for error in errors {
        reader.report(toml_error(&reader, &error, source.text().len()));
    }
    let is_settings = source.name().rsplit(['/', '\\']).next() == Some("signalbook.toml");
    let file = if is_settings {
        File::Settings(Box::new(SettingsDocument::read(reader.root(root.get_ref(), "the settings file"))))
    } else {
        File::Registry(Document::read(reader.root(root.get_ref(), "a registry file")))
    };
    findings.extend(reader.into_findings());
    file
}

fn toml_error(reader: &Reader<'_>, error: &toml::de::Error, length: usize) -> Finding {
    let range = error.span().unwrap_or(length..length);
    Finding::new(&crate::rules::TOML_SYNTAX, format!("this is not TOML: {}", error.message()))
        .at(reader.span(range.start.min(length)..range.end.min(length)), "")
}
