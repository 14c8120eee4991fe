//! Schemas as JSON text.

mod defaults;
mod error;
mod json;
mod logical;
mod read;
mod write;

pub use error::{SchemaError, SchemaProblem};

use crate::{Json, Schema};

impl Schema {
    /// Reads a schema from its JSON text (Avro 1.12).
    ///
    /// Logical types that do not fit their base are kept as attributes, as the specification demands. Defaults are brought
    /// into the form of [`Schema::check_default`].
    ///
    /// # Errors
    /// Whatever the specification does not allow, with a JSON pointer to it.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let (schema, irregularities) = Self::parse_lenient(text)?;
        irregularities.into_iter().next().map_or(Ok(schema), Err)
    }

    /// Reads a schema of which no more is asked than that data can be read with it: names that are not legal Avro and
    /// defaults that do not fit their type are taken, and returned beside the schema. So is a `doc`, a `namespace` or an
    /// enum's `default` that is no string, in place of which there is none.
    ///
    /// # Errors
    /// Whatever else the specification does not allow.
    pub fn parse_lenient(text: &str) -> Result<(Self, Vec<SchemaError>), SchemaError> {
        let json = Json::parse(text).map_err(SchemaError::syntax)?;
        read::schema(json)
    }

    /// The schema's JSON text on one line. A definition stands where it is first used; a namespace is written where it
    /// differs from the one around it.
    pub fn to_json(&self) -> String {
        write::schema(self).to_text()
    }

    /// The schema's JSON text, indented by two spaces.
    pub fn to_json_pretty(&self) -> String {
        write::schema(self).to_text_pretty()
    }
}
