//! Generates the Avro schemas of a registry.

use std::error::Error;
use std::fmt;

use signalbook_history::{CurrentEvent, Origin};
use signalbook_model::{Event, Facts, Name, Projection, ProjectionError, SchemaError};

use crate::checked_registry::CheckedRegistry;
use crate::settings::SchemaDocs;

/// The schema of an event, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaText {
    /// The event type. With `.avsc`, it is the file name.
    pub event_type: Name,
    /// The schema as indented JSON. It ends with a newline.
    pub text: String,
}

/// Returns the schemas of all events of `checked` that are on the bus, sorted by event type.
///
/// # Errors
/// Fails if an event has no schema.
pub fn avro(checked: &CheckedRegistry) -> Result<Vec<SchemaText>, ProjectionError> {
    let projection = projection(checked);
    let schema = |event_type: &Name| {
        let schema = checked.registry.schema_with(event_type.as_str(), &projection)?;
        Ok(SchemaText { event_type: event_type.clone(), text: schema.to_json_pretty() })
    };
    checked.registry.events.keys().map(schema).collect()
}

/// The reason why the events of a registry have no versions.
#[derive(Debug)]
#[non_exhaustive]
pub enum CurrentEventError {
    /// An event has no schema.
    Projection(ProjectionError),
    /// The schema of an event is not valid.
    Schema(Name, SchemaError),
}

/// Returns the events of `checked` that are on the bus, as they are now, sorted by event type.
///
/// # Errors
/// Fails if an event has no valid schema.
pub fn current_events(checked: &CheckedRegistry) -> Result<Vec<CurrentEvent>, CurrentEventError> {
    let schemas = avro(checked).map_err(CurrentEventError::Projection)?;
    let registry = &checked.registry;
    let current = |(schema, (event_type, event)): (SchemaText, (&Name, &Event))| {
        let facts = Facts::of(registry, event_type.as_str()).unwrap_or_default();
        CurrentEvent::new(schema.event_type, event.minor, schema.text, facts, Origin::Registry)
            .map_err(|error| CurrentEventError::Schema(event_type.clone(), error))
    };
    schemas.into_iter().zip(&registry.events).map(current).collect()
}

impl fmt::Display for CurrentEventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Projection(_) => f.write_str("cannot make the Avro schema of an event"),
            Self::Schema(event_type, _) => write!(f, "the schema of `{event_type}` is not valid"),
        }
    }
}

impl Error for CurrentEventError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Projection(error) => Some(error),
            Self::Schema(_, error) => Some(error),
        }
    }
}

/// Applies the settings of `checked` that affect its schemas.
pub fn projection(checked: &CheckedRegistry) -> Projection {
    let docs = match checked.settings.schema_docs {
        SchemaDocs::None => false,
        SchemaDocs::All => true,
    };
    Projection { docs, event_doc: checked.settings.event_doc.clone() }
}
