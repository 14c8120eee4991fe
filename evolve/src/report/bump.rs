use std::fmt;

/// By how much the version of a crate must rise (Semantic Versioning 2.0.0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bump {
    /// Not for this.
    #[default]
    None,
    /// Its code is the same but for documentation.
    Patch,
    /// There is more than before.
    Minor,
    /// Code that used it may no longer compile.
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}
