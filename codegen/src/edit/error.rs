use std::error::Error;
use std::fmt;

/// The reason why a fix cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FixError {
    /// The path is not declared.
    Undeclared(String),
    /// The declaration has a form that the fix does not support.
    Form {
        /// The path of the declaration.
        what: String,
        /// The reason.
        why: &'static str,
    },
}

impl fmt::Display for FixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undeclared(what) => write!(f, "`{what}` is not declared in the files of the registry"),
            Self::Form { what, why } => write!(f, "`{what}` must be edited by hand: {why}"),
        }
    }
}

impl Error for FixError {}
