//! The schemas that travel with events: contracts, and the schema store of a bus.

mod contracts;
mod stored;
mod type_key;
mod warnings;

pub(crate) use contracts::Contracts;
pub use contracts::RecordSchemas;
pub(crate) use stored::hex;
pub use stored::{StoredSchema, StoredSchemaError};
pub(crate) use type_key::TypeKey;
pub(crate) use warnings::Warnings;
