use std::fmt;

use signalbook_model::Name;

use crate::Kind;
use crate::compat::graph::{Enum, Graph, Id};

/// How many missing symbols a message names.
const MOST_SYMBOLS: usize = 8;

/// What hinders a reader's type from reading a writer's.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Problem<'a> {
    /// Types of which the one is not read as the other.
    Types { reader: Described<'a>, writer: Described<'a> },
    /// Definitions of other names.
    Names { reader: &'a Name, writer: &'a Name },
    /// Fixed types of other sizes.
    Sizes { reader: usize, writer: usize },
    /// Symbols that the reader lacks.
    Symbols { reader: &'a Enum<'a>, writer: &'a Enum<'a> },
    /// A new field without a default, and its place in the reader.
    NewField { field: &'a str, place: usize },
    /// A new field without a default, but of an enum that has one. The reference takes the enum's default for the
    /// field's, and then finds that it cannot read the writer's record as an enum.
    NewEnumField { reader: &'a Name },
    /// No branch of the reader's union reads the writer's type, which is the branch with this place if the writer's is a
    /// union too.
    Branch { writer: Described<'a>, place: Option<usize> },
    /// The reader's field with this place is two fields of the writer.
    Ambiguous { field: &'a str, place: usize, writer: [&'a str; 2] },
}

/// A type, to be named in a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Described<'a>(pub(crate) &'a Graph<'a>, pub(crate) Id);

impl Problem<'_> {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Types { .. } | Self::NewEnumField { .. } => Kind::TypeMismatch,
            Self::Names { .. } => Kind::NameMismatch,
            Self::Sizes { .. } => Kind::FixedSizeMismatch,
            Self::Symbols { .. } => Kind::MissingEnumSymbols,
            Self::NewField { .. } => Kind::ReaderFieldMissingDefaultValue,
            Self::Branch { .. } => Kind::MissingUnionBranch,
            Self::Ambiguous { .. } => Kind::AmbiguousAlias,
        }
    }

    /// As [`point`](Self::point), for the pointers into both schemas.
    pub(crate) fn point_in_both(&self, reader: &mut String, writer: &mut String) {
        match self {
            Self::Names { .. } | Self::Sizes { .. } | Self::Symbols { .. } => {
                self.point(reader);
                self.point(writer);
            }
            // The writer has no such field, or several: its record is the place.
            Self::NewField { .. } | Self::Ambiguous { .. } => self.point(reader),
            // Both lead to the types already.
            Self::Types { .. } | Self::NewEnumField { .. } | Self::Branch { .. } => {}
        }
    }

    /// Appends to the pointer of the type the part that is at fault.
    pub(crate) fn point(&self, pointer: &mut String) {
        match self {
            Self::Types { .. } | Self::NewEnumField { .. } | Self::Branch { place: None, .. } => {}
            Self::Names { .. } => pointer.push_str("/name"),
            Self::Sizes { .. } => pointer.push_str("/size"),
            Self::Symbols { .. } => pointer.push_str("/symbols"),
            Self::NewField { place, .. } | Self::Ambiguous { place, .. } => {
                pointer.push_str("/fields/");
                pointer.push_str(&place.to_string());
            }
            Self::Branch { place: Some(place), .. } => {
                pointer.push('/');
                pointer.push_str(&place.to_string());
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
                "the reader's `{reader}` is another type than the writer's `{writer}`: keep the name, or give the \
                 reader's the alias `{writer}`"
            ),
            Self::Sizes { reader, writer } => {
                write!(
                    f,
                    "the reader's size is {reader} bytes, the writer's {writer}: make a new type for the new size"
                )
            }
            Self::Symbols { reader, writer } => {
                f.write_str("the reader's enum lacks ")?;
                write_symbols(f, reader.lacks(writer))?;
                f.write_str(" and has no default: add what is missing, or a default")
            }
            Self::NewField { field, .. } => {
                write!(f, "the writer has no field `{field}`, and the reader's has no default: give it one")
            }
            Self::NewEnumField { reader } => write!(
                f,
                "the writer has no such field, and the default of the enum `{reader}` is not the field's: give the \
                 field a default of its own"
            ),
            Self::Branch { writer, .. } => {
                write!(
                    f,
                    "no branch of the reader's union reads the writer's {writer}: add one, or keep the old one"
                )
            }
            Self::Ambiguous { field, writer: [first, second], .. } if first == second => {
                write!(f, "the field `{field}` has its own name as an alias: remove the alias")
            }
            Self::Ambiguous { field, writer: [first, second], .. } => write!(
                f,
                "the field `{field}` is, by its name and aliases, both `{first}` and `{second}` of the writer: keep one \
                 of them"
            ),
        }
    }
}

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.describe(self.1, f)
    }
}

/// Writes the first of `symbols`, and how many more there are.
pub(crate) fn write_symbols<'a>(
    out: &mut impl fmt::Write,
    mut symbols: impl Iterator<Item = &'a str>,
) -> fmt::Result {
    for (place, symbol) in symbols.by_ref().take(MOST_SYMBOLS).enumerate() {
        write!(out, "{}`{symbol}`", if place > 0 { ", " } else { "" })?;
    }
    match symbols.count() {
        0 => Ok(()),
        more => write!(out, " and {more} more"),
    }
}
