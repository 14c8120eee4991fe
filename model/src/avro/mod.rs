//! Reads and writes schemas as JSON text.

mod defaults;
mod error;
mod json;
mod read;
mod read_logical;
mod write;

pub use error::{SchemaError, SchemaProblem};
pub use json::escape_controls;

use std::collections::BTreeMap;

use crate::{Json, Schema, Type};

impl Schema {
    /// Reads a schema from its JSON text (Avro 1.12).
    ///
    /// Logical types that do not fit their base are kept as attributes, as the specification requires.
    /// Defaults have the form of [`Schema::check_default`].
    ///
    /// # Errors
    /// Fails if the specification does not allow the schema. The error contains a JSON pointer.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let (schema, irregularities) = Self::parse_lenient(text)?;
        irregularities.into_iter().next().map_or(Ok(schema), Err)
    }

    /// Reads a schema leniently: it only has to be sufficient to read data. Names that are not legal in Avro,
    /// and defaults that do not fit their type, are accepted and returned with the schema. A `doc`, a
    /// `namespace` or an enum's `default` that is not a string is ignored and also returned.
    ///
    /// # Errors
    /// Fails for all other errors of [`parse`](Self::parse).
    pub fn parse_lenient(text: &str) -> Result<(Self, Vec<SchemaError>), SchemaError> {
        let json = Json::parse(text).map_err(SchemaError::syntax)?;
        read::schema(json)
    }

    /// Returns the JSON text on one line. A definition is written where it is first used. A namespace is
    /// written if it differs from the enclosing namespace.
    pub fn to_json(&self) -> String {
        write::schema(self).to_text()
    }

    /// Returns the JSON text, indented by two spaces.
    pub fn to_json_pretty(&self) -> String {
        write::schema(self).to_text_pretty()
    }
}

impl Type {
    /// Returns the JSON of the type in a schema. Named types are written by name.
    pub fn to_json(&self) -> Json {
        write::schema(&Schema { root: self.clone(), definitions: BTreeMap::new() })
    }
}
