use std::fmt;

/// Whether a reader schema can read all data of a writer schema, and the reasons if it cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compatibility {
    /// The reasons, in the order in which they were found. Empty if the schemas are compatible.
    ///
    /// The list is the reference's. The problems of a definition are listed once for each use of it, all with
    /// the pointer of the first use. Problems of the branches of a union are listed as one
    /// [`IncompatibilityKind::MissingUnionBranch`]. The list ends after [`MOST_LISTED`] entries, because
    /// nested uses multiply.
    pub incompatibilities: Vec<Incompatibility>,
}

/// The largest number of incompatibilities in a [`Compatibility`].
pub const MOST_LISTED: usize = 10_000;

/// One reason why a reader schema cannot read data of a writer schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Incompatibility {
    /// The kind.
    pub kind: IncompatibilityKind,
    /// The location, as a JSON pointer (RFC 6901). The root is the empty string.
    ///
    /// As in the reference, the pointer is one into the reader schema, but the index of a branch of the
    /// writer's union is the writer's. If both types are unions, the pointer starts again at the branch.
    pub pointer: String,
    /// The message, with what to do.
    pub message: String,
}

/// The kinds of incompatibilities: those of the reference, and one for the case in which it throws an
/// exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IncompatibilityKind {
    /// Records, enums or fixed types have different names.
    NameMismatch,
    /// Fixed types have different sizes.
    FixedSizeMismatch,
    /// The reader's enum does not have all symbols of the writer's, and has no default.
    MissingEnumSymbols,
    /// The writer does not have a field of the reader's that has no default.
    ReaderFieldMissingDefaultValue,
    /// The reader's type cannot read the writer's.
    TypeMismatch,
    /// No branch of the reader's union reads the writer's type.
    MissingUnionBranch,
    /// A reader's field matches, by its name and aliases, several fields of the writer. The reference throws
    /// an exception here, so this is always the only entry.
    AmbiguousAlias,
}

impl Compatibility {
    /// Returns whether every datum of the writer can be read.
    pub fn is_compatible(&self) -> bool {
        self.incompatibilities.is_empty()
    }
}

impl IncompatibilityKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::NameMismatch,
        Self::FixedSizeMismatch,
        Self::MissingEnumSymbols,
        Self::ReaderFieldMissingDefaultValue,
        Self::TypeMismatch,
        Self::MissingUnionBranch,
        Self::AmbiguousAlias,
    ];

    /// Returns the reference's name: `TYPE_MISMATCH`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NameMismatch => "NAME_MISMATCH",
            Self::FixedSizeMismatch => "FIXED_SIZE_MISMATCH",
            Self::MissingEnumSymbols => "MISSING_ENUM_SYMBOLS",
            Self::ReaderFieldMissingDefaultValue => "READER_FIELD_MISSING_DEFAULT_VALUE",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::MissingUnionBranch => "MISSING_UNION_BRANCH",
            Self::AmbiguousAlias => "AMBIGUOUS_ALIAS",
        }
    }
}

impl fmt::Display for IncompatibilityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Displays `compatible` or `incompatible`.
impl fmt::Display for Compatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_compatible() { "compatible" } else { "incompatible" })
    }
}

impl fmt::Display for Incompatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at `{}`: {}", self.kind, self.pointer, self.message)
    }
}
