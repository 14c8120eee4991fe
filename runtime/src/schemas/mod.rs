//! The schemas that travel with events: contracts, and the schema store of a bus.

mod contracts;
mod stored;

pub(crate) use contracts::Contracts;
pub use contracts::RecordSchemas;
pub(crate) use stored::hex;
pub use stored::{StoredSchema, StoredSchemaError};
