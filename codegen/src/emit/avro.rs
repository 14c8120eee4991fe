//! Avro schemas from a contract.

use signalbook_model::{Name, Projection, ProjectionError};

use crate::Contract;
use crate::settings::SchemaDocs;

/// The schema of an event, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaText {
    /// The event type; with `.avsc` it is the name of the file.
    pub event_type: Name,
    /// The schema as JSON, indented, with a line end at the end.
    pub text: String,
}

/// The schema of every event of `contract` that travels, by event type.
///
/// # Errors
/// The first event that has no schema.
pub fn avro(contract: &Contract) -> Result<Vec<SchemaText>, ProjectionError> {
    let projection = projection(contract);
    let schema = |event_type: &Name| {
        let schema = contract.registry.schema_with(event_type.as_str(), &projection)?;
        Ok(SchemaText { event_type: event_type.clone(), text: schema.to_json_pretty() })
    };
    contract.registry.events.keys().map(schema).collect()
}

/// What the settings of `contract` say of its schemas.
pub fn projection(contract: &Contract) -> Projection {
    let docs = match contract.settings.schema_docs {
        SchemaDocs::None => false,
        SchemaDocs::All => true,
    };
    Projection { docs, event_doc: contract.settings.event_doc.clone() }
}
