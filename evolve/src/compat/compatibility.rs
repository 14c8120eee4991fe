use std::fmt;

/// Whether a reader reads what a writer wrote, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compatibility {
    /// The answer.
    pub verdict: Verdict,
    /// The reasons, in the order in which they were met; empty for a compatible pair.
    ///
    /// The list is the reference's: a definition's problems stand once for each use of it, all at the place of its first;
    /// what hinders the branches of a union is summed up as [`Kind::MissingUnionBranch`]. As uses of uses multiply, it
    /// ends after [`MOST_LISTED`] entries.
    pub incompatibilities: Vec<Incompatibility>,
}

/// How many incompatibilities a [`Compatibility`] lists at most.
pub const MOST_LISTED: usize = 10_000;

/// Whether one schema reads what another wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every datum of the writer can be read.
    Compatible,
    /// Some cannot, or the schemas do not say how.
    Incompatible,
}

/// One reason why a reader does not read what a writer wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Incompatibility {
    /// What is wrong.
    pub kind: Kind,
    /// Where, as a JSON pointer (RFC 6901); the root is the empty text.
    ///
    /// As in the reference, the steps are the reader's, but those to a branch of the writer's union, whose index is the
    /// writer's; and what lies below a union of both counts from that union's branch.
    pub pointer: String,
    /// What was found there, and what to do.
    pub message: String,
}

/// What can be wrong between a reader and a writer: the types of the reference, and one for what makes it throw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Records, enums or fixed types of different names.
    NameMismatch,
    /// Fixed types of different sizes.
    FixedSizeMismatch,
    /// Symbols that the reader does not know, and has no default for.
    MissingEnumSymbols,
    /// A field that the writer lacks, and that has no default in the reader.
    ReaderFieldMissingDefaultValue,
    /// Types of which the one is not read as the other.
    TypeMismatch,
    /// A type for which the reader's union has no branch.
    MissingUnionBranch,
    /// A reader's field that is, by its name and aliases, several fields of the writer. The reference throws here, and so
    /// this is always the only entry.
    AmbiguousAlias,
}

impl Compatibility {
    /// Whether the verdict is [`Verdict::Compatible`].
    pub fn is_compatible(&self) -> bool {
        self.verdict == Verdict::Compatible
    }
}

impl Kind {
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

    /// The reference's name for it: `TYPE_MISMATCH`.
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

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Compatible => "compatible",
            Self::Incompatible => "incompatible",
        })
    }
}

impl fmt::Display for Incompatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at `{}`: {}", self.kind, self.pointer, self.message)
    }
}
