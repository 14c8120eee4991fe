//! Generates the Avro schemas of a registry.

use signalbook_model::{Name, Projection, ProjectionError};

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

/// Applies the settings of `checked` that affect its schemas.
pub fn projection(checked: &CheckedRegistry) -> Projection {
    let docs = match checked.settings.schema_docs {
        SchemaDocs::None => false,
        SchemaDocs::All => true,
    };
    Projection { docs, event_doc: checked.settings.event_doc.clone() }
}
