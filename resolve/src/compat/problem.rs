use std::fmt;

use signalbook_model::Name;

use super::IncompatibilityKind;
use super::graph::{Enum, Graph, Id, Node};

/// The largest number of missing symbols in a message.
const MOST_SYMBOLS: usize = 8;

/// Why a reader's type cannot read a writer's type.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Problem<'a> {
    /// The reader's type cannot read the writer's.
    Types {
        /// The reader's type.
        reader: Described<'a>,
        /// The writer's type.
        writer: Described<'a>,
    },
    /// Two definitions have different names.
    Names {
        /// The name of the reader's definition.
        reader: &'a Name,
        /// The name of the writer's definition.
        writer: &'a Name,
    },
    /// Two fixed types have different sizes.
    Sizes {
        /// The reader's size in bytes.
        reader: usize,
        /// The writer's size in bytes.
        writer: usize,
    },
    /// The reader's enum does not have all symbols of the writer's, and has no default.
    Symbols {
        /// The reader's enum.
        reader: &'a Enum<'a>,
        /// The writer's enum.
        writer: &'a Enum<'a>,
    },
    /// The writer does not have the field, and the reader's field has no default.
    NewField {
        /// The name of the reader's field.
        field: &'a str,
        /// Its index in the reader's record.
        index: usize,
    },
    /// As [`NewField`](Self::NewField), for a field of an enum type that has a default. The reference uses
    /// the enum's default as the field's, and then finds that the writer's record cannot be read as an enum.
    NewEnumField {
        /// The name of the reader's enum.
        reader: &'a Name,
    },
    /// No branch of the reader's union reads the writer's type.
    Branch {
        /// The writer's type.
        writer: Described<'a>,
        /// The index of the writer's branch, if the writer's type is a branch of a union.
        index: Option<usize>,
    },
    /// The reader's field matches several fields of the writer.
    Ambiguous {
        /// The name of the reader's field.
        field: &'a str,
        /// Its index in the reader's record.
        index: usize,
        /// The names of two of the writer's fields. Both are the same if the field has its own name as an
        /// alias.
        writer: [&'a str; 2],
    },
}

/// A type, displayed for a message: ``record `Order` ``.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a>(
    /// The graph of the type.
    pub &'a Graph<'a>,
    /// The type.
    pub Id,
);

impl Problem<'_> {
    /// Returns the kind of incompatibility.
    pub fn kind(&self) -> IncompatibilityKind {
        match self {
            Self::Types { .. } | Self::NewEnumField { .. } => IncompatibilityKind::TypeMismatch,
            Self::Names { .. } => IncompatibilityKind::NameMismatch,
            Self::Sizes { .. } => IncompatibilityKind::FixedSizeMismatch,
            Self::Symbols { .. } => IncompatibilityKind::MissingEnumSymbols,
            Self::NewField { .. } => IncompatibilityKind::ReaderFieldMissingDefaultValue,
            Self::Branch { .. } => IncompatibilityKind::MissingUnionBranch,
            Self::Ambiguous { .. } => IncompatibilityKind::AmbiguousAlias,
        }
    }

    /// Appends the segments of the problem to the JSON pointer of the type.
    pub fn point(&self, pointer: &mut String) {
        match self {
            Self::Types { .. } | Self::NewEnumField { .. } | Self::Branch { index: None, .. } => {}
            Self::Names { .. } => pointer.push_str("/name"),
            Self::Sizes { .. } => pointer.push_str("/size"),
            Self::Symbols { .. } => pointer.push_str("/symbols"),
            Self::NewField { index, .. } | Self::Ambiguous { index, .. } => {
                pointer.push_str("/fields/");
                pointer.push_str(&index.to_string());
            }
            Self::Branch { index: Some(index), .. } => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
        }
    }
}

impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Types { reader, writer } => {
                write!(f, "the writer's {writer} cannot be read as the reader's {reader}")
            }
            Self::Names { reader, writer } => write!(
                f,
                "the reader's `{reader}` does not match the writer's `{writer}`: keep the name, or give the \
                 reader's type the alias `{writer}`"
            ),
            Self::Sizes { reader, writer } => {
                write!(
                    f,
                    "the reader's size is {}, the writer's size is {writer}: add a new type for the new size",
                    bytes(*reader)
                )
            }
            Self::Symbols { reader, writer } => {
                f.write_str("the reader's enum does not have ")?;
                write_symbols(f, reader.missing(writer))?;
                f.write_str(" and has no default: add the missing symbols, or a default")
            }
            Self::NewField { field, .. } => {
                write!(
                    f,
                    "the writer has no field `{field}`, and the reader's field has no default: add a \
                           default"
                )
            }
            Self::NewEnumField { reader } => write!(
                f,
                "the writer does not have the field, and the default of the enum `{reader}` is not a default \
                 of the field: give the field its own default"
            ),
            Self::Branch { writer, .. } => {
                write!(
                    f,
                    "no branch of the reader's union reads the writer's {writer}: add a branch for it, or \
                     keep the old branch"
                )
            }
            Self::Ambiguous { field, writer: [first, second], .. } if first == second => {
                write!(f, "the field `{field}` has its own name as an alias: remove the alias")
            }
            Self::Ambiguous { field, writer: [first, second], .. } => write!(
                f,
                "the name and aliases of the field `{field}` match both `{first}` and `{second}` of the \
                 writer: keep only one match"
            ),
        }
    }
}

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.node(self.1) {
            Node::Primitive(primitive) => write!(f, "`{}`", primitive.name()),
            Node::Array(_) => f.write_str("array"),
            Node::Map(_) => f.write_str("map"),
            Node::Union(_) => f.write_str("union"),
            Node::Record(it) => write!(f, "record `{}`", it.names.full),
            Node::Enum(it) => write!(f, "enum `{}`", it.names.full),
            Node::Fixed(it) => write!(f, "fixed `{}`", it.names.full),
            Node::Undefined(name) => write!(f, "undefined type `{name}`"),
        }
    }
}

/// Returns a size in bytes: `1 byte`, `16 bytes`.
pub fn bytes(size: usize) -> String {
    format!("{size} {}", if size == 1 { "byte" } else { "bytes" })
}

/// Writes the first symbols, and how many more there are.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_symbols<'a>(
    out: &mut impl fmt::Write,
    mut symbols: impl Iterator<Item = &'a str>,
) -> fmt::Result {
    for (index, symbol) in symbols.by_ref().take(MOST_SYMBOLS).enumerate() {
        write!(out, "{}`{symbol}`", if index > 0 { ", " } else { "" })?;
    }
    match symbols.count() {
        0 => Ok(()),
        more => write!(out, " and {more} more"),
    }
}
