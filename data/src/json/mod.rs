//! Values as JSON, in two forms that differ in logical types, in unions and in missing fields.

mod branch;
mod error;
mod expected_form;
mod fault;
mod float_to_json;
mod form;
mod read;
mod write;

pub use error::{JsonError, JsonProblem};

/// Plain JSON, for people and scripts.
///
/// A value of a union is bare if it is read as the same branch again, as in an optional type. Otherwise it is
/// an object with the name of its branch, as in Avro's form: `{"bytes": "x"}` in a union with `string`.
///
/// Reading chooses the named branch. For a bare value it chooses the first branch that matches exactly, or
/// else the first that matches with a rounded number or a missing field. Every written value is read as the
/// same value.
///
/// Values of logical types are texts: a decimal is `"12.34"`, a date `"2026-01-31"`. What has no text is raw: a
/// number, or an object with the name of the base type, `{"bytes": "..."}`. A text that looks like a value of a
/// logical type and is not valid is an error, also in a union.
///
/// A field may be missing if the schema has a default for it. Bytes and fixed without a logical type are
/// strings with one code point from 0 to 255 for each byte. NaN and the infinities are the strings `NaN`,
/// `Infinity` and `-Infinity`.
pub mod plain {
    use signalbook_model::{Json, Schema};

    use super::form::Form;
    use super::{JsonError, read, write};
    use crate::{Mismatch, Value};

    /// Reads `json` as a value of `schema`.
    ///
    /// # Errors
    /// Returns every part that is not a value of the schema, up to 1000.
    pub fn read(schema: &Schema, json: &Json) -> Result<Value, Vec<JsonError>> {
        read::read(schema, json, Form::Plain)
    }

    /// Returns `value` as JSON.
    ///
    /// # Errors
    /// Returns the first part that does not conform to the schema. A value that was decoded or read with the
    /// same schema always conforms.
    pub fn write(schema: &Schema, value: &Value) -> Result<Json, Mismatch> {
        write::write(schema, value, Form::Plain)
    }
}

/// Avro's JSON encoding (Avro 1.12, "JSON Encoding").
///
/// As [`plain`], but every value of a union except null is an object with the name of its branch, values of
/// logical types are those of their base types, and no field may be missing.
pub mod avro_json {
    use signalbook_model::{Json, Schema};

    use super::form::Form;
    use super::{JsonError, read, write};
    use crate::{Mismatch, Value};

    /// Reads `json` as a value of `schema`.
    ///
    /// # Errors
    /// Returns every part that is not a value of the schema, up to 1000.
    pub fn read(schema: &Schema, json: &Json) -> Result<Value, Vec<JsonError>> {
        read::read(schema, json, Form::Avro)
    }

    /// Returns `value` as JSON.
    ///
    /// # Errors
    /// Returns the first part that does not conform to the schema. A value that was decoded or read with the
    /// same schema always conforms.
    pub fn write(schema: &Schema, value: &Value) -> Result<Json, Mismatch> {
        write::write(schema, value, Form::Avro)
    }
}
