use signalbook_model::{Json, Name, Path, Type};

/// A way out of a finding, as an edit of the registry that the sources know how to make.
#[derive(Clone, Debug, PartialEq)]
pub enum Fix {
    /// Gives a field a default.
    AddDefault {
        /// The field.
        field: Path,
        /// The default, in the schema's JSON.
        value: Json,
    },
    /// Makes a field's type optional, with null for a default.
    MakeOptional {
        /// The field.
        field: Path,
    },
    /// Puts back a field that is gone, at the end of its record.
    RestoreField {
        /// The field.
        field: Path,
        /// The type that it had.
        ty: Type,
    },
    /// Gives a field, a type or an enum another name under which readers find it.
    AddAlias {
        /// What gets it.
        of: Path,
        /// The name.
        alias: String,
    },
    /// Gives an enum a symbol that stands for those that a reader does not know.
    AddFallback {
        /// The enum.
        of: Name,
        /// One of its symbols.
        symbol: String,
    },
    /// Puts back symbols that an enum lost, at its end.
    AddSymbols {
        /// The enum.
        of: Name,
        /// The symbols.
        symbols: Vec<String>,
    },
    /// Raises an event's minor version.
    RaiseMinor {
        /// The event.
        event: Name,
        /// The version.
        minor: u32,
    },
}

impl Fix {
    /// Whether it keeps the meaning of everything that was written: `--fix` makes such an edit unasked.
    pub fn is_safe(&self) -> bool {
        match self {
            Self::MakeOptional { .. } | Self::AddSymbols { .. } | Self::RaiseMinor { .. } => true,
            Self::AddAlias { of, .. } => match of {
                Path::Type(_) | Path::Event(_) => true,
                // That a field is another under a new name is a guess.
                Path::Member { .. } | Path::Data { .. } => false,
            },
            // Which value or symbol stands for all others is for people to say, and a field is gone because somebody wished it.
            Self::AddDefault { .. } | Self::AddFallback { .. } | Self::RestoreField { .. } => false,
        }
    }
}
