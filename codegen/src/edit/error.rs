use std::error::Error;
use std::fmt;

/// Why a fix cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FixError {
    /// Nothing is declared under this path.
    Undeclared(String),
    /// It is not written in a form that the fix fits.
    Form {
        /// The path of what is declared.
        what: String,
        /// What is in the way.
        why: &'static str,
    },
}

impl fmt::Display for FixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undeclared(what) => write!(f, "`{what}` is not declared in the registry's files"),
            Self::Form { what, why } => write!(f, "`{what}` has to be amended by hand: {why}"),
        }
    }
}

impl Error for FixError {}
