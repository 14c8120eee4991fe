use std::fmt;

use signalbook_model::{BuildError, Builder, Conflict, DefaultError, Name, ProjectionError, Schema};

use crate::Event;

/// Why an event of a program has no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaError {
    /// Rust types describe one name in different ways.
    Conflicts(Vec<Conflict>),
    /// The registry of the event has no schema for it.
    Projection(ProjectionError),
    /// The default of a field is not a value of its type, and the derive could not see it: the field's type
    /// is a type alias or a union of the program.
    Default {
        /// The record.
        record: Name,
        /// The field.
        field: String,
        /// Why it is not a default of the type.
        error: DefaultError,
    },
}

/// Returns the Avro schema of `E`, as its Rust types describe it.
///
/// # Errors
/// Returns an error if two of its types have the same name and differ, or a default is not a value of its
/// field's type.
pub fn schema_of<E: Event>() -> Result<Schema, SchemaError> {
    let mut builder = Builder::new();
    E::describe_event(&mut builder);
    let registry = builder.finish()?;
    registry.schema(E::TYPE).map_err(SchemaError::Projection)
}

impl From<BuildError> for SchemaError {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Conflicts(conflicts) => Self::Conflicts(conflicts),
            BuildError::Default { record, field, error } => Self::Default { record, field, error },
        }
    }
}

/// The registry of some events, as their Rust types describe it: `registry_of!(OrderPlaced, OrderCancelled)`.
///
/// It is a `Result`: the error holds every name that two types describe in different ways, or a default that
/// is not a value of its field's type.
#[macro_export]
macro_rules! registry_of {
    ($($event:ty),* $(,)?) => {{
        let mut builder = $crate::private::Builder::new();
        $(<$event as $crate::private::Event>::describe_event(&mut builder);)*
        builder.finish()
    }};
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflicts(conflicts) => {
                f.write_str("Rust types with the same name differ: ")?;
                for (index, conflict) in conflicts.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}`{}` in `{}`", conflict.name, conflict.rust_type)?;
                }
                Ok(())
            }
            Self::Projection(error) => error.fmt(f),
            Self::Default { record, field, error } => {
                write!(f, "the default of `{field}` in `{record}` does not fit its type: {error}")
            }
        }
    }
}

impl std::error::Error for SchemaError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Conflicts(_) | Self::Default { .. } => None,
            Self::Projection(error) => error.source(),
        }
    }
}
