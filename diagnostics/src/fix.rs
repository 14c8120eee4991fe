use signalbook_model::{Field, Json, Name, Path, Type};

use crate::Suggestion;

/// A change of a registry that resolves a finding, or a part of a migration.
///
/// This enum is exhaustive: a [`Wording`] must describe each fix.
#[derive(Clone, Debug, PartialEq)]
pub enum Fix {
    /// Gives a field a default.
    AddDefault {
        /// The field.
        field: Path,
        /// The default, in the form of the registry: a date is `"2026-01-31"`.
        value: Json,
    },
    /// Makes the type of a field optional, with the default null.
    MakeOptional {
        /// The field.
        field: Path,
    },
    /// Puts back a removed field, at the end of its record.
    RestoreField {
        /// The field.
        field: Path,
        /// The type that it had.
        ty: Type,
        /// The class of personal data that it had.
        pii: Option<String>,
    },
    /// Gives a field or a type an alias.
    AddAlias {
        /// The field or type.
        of: Path,
        /// The alias.
        alias: String,
    },
    /// Puts back symbols that were removed from an enum, at its end.
    AddSymbols {
        /// The enum.
        of: Name,
        /// The symbols.
        symbols: Vec<String>,
    },
    /// Raises the minor version of an event.
    RaiseMinor {
        /// The event type.
        event: Name,
        /// The minor version.
        minor: u32,
    },
    /// Declares a field in a type or in the data of an event. It replaces a field with its name or with
    /// another one.
    SetField {
        /// The type or event.
        of: Path,
        /// The whole field, with its default in the form of the registry.
        field: Field,
        /// The name of the field that it replaces, if it has another name.
        replaces: Option<String>,
    },
    /// Gives an enum other symbols or another fallback.
    SetEnum {
        /// The enum.
        of: Name,
        /// All its symbols, if they change.
        symbols: Option<Vec<String>>,
        /// Its fallback, if it changes.
        fallback: Option<String>,
    },
    /// Gives a type other aliases, and its old name if it was renamed.
    SetAliases {
        /// The type.
        of: Name,
        /// All its aliases.
        aliases: Vec<String>,
    },
    /// Puts back a removed type.
    RestoreType {
        /// The type.
        name: Name,
    },
}

/// Writes fixes in the language of the files that declare a registry.
pub trait Wording {
    /// Returns the text edits for `fix`, or `None` if a person must make it.
    fn suggest(&self, fix: &Fix) -> Option<Suggestion>;

    /// Describes the declaration after `fix`: `` `currency = "string?"` in `Order` ``.
    fn describe(&self, fix: &Fix) -> String;

    /// Returns the command that retires accepted versions.
    fn retire(&self, event: &Name, minors: &[u32]) -> String;
}

impl Fix {
    /// Whether it keeps the meaning of all written data. `--fix` makes safe fixes.
    pub fn is_safe(&self) -> bool {
        match self {
            Self::MakeOptional { .. } | Self::AddSymbols { .. } | Self::RaiseMinor { .. } => true,
            Self::AddAlias { of, .. } => match of {
                Path::Type(_) | Path::Event(_) => true,
                // A rename of a field is only a guess.
                Path::Member { .. } | Path::Data { .. } => false,
            },
            // A person must choose values and symbols, and may have removed the field intentionally.
            Self::AddDefault { .. }
            | Self::RestoreField { .. }
            | Self::SetField { .. }
            | Self::SetEnum { .. }
            | Self::SetAliases { .. }
            | Self::RestoreType { .. } => false,
        }
    }
}
