//! Values as JSON, in two forms that differ in unions and in fields that are left out.

mod branch;
mod describe;
mod error;
mod fault;
mod form;
mod number;
mod read;
mod write;

pub use error::{JsonError, JsonProblem};

/// Plain JSON: what people and scripts read and write.
///
/// A union's value stands bare where it is read as the same branch again, as one that may be null is; else in
/// an object under the name of its branch, as in Avro's form: `{"bytes": "x"}` of a union with `string`.
/// Reading takes the branch that is so named; else the first that the bare value fits exactly; else the first
/// that it fits with a number rounded or a field left out. So what was written is read as the value it was. A
/// field may be left out where the schema has a default for it. Bytes and fixed are text of one code point
/// from 0 to 255 a byte; NaN and the infinities are the texts `NaN`, `Infinity` and `-Infinity`.
pub mod plain {
    use signalbook_model::{Json, Schema};

    use super::form::Form;
    use super::{JsonError, read, write};
    use crate::{Mismatch, Value};

    /// The value of `schema` that `json` says.
    ///
    /// # Errors
    /// Every place where it is none, up to a thousand.
    pub fn read(schema: &Schema, json: &Json) -> Result<Value, Vec<JsonError>> {
        read::read(schema, json, Form::Plain, false)
    }

    /// As [`read`], where the logical types count as well: a time of day ends at midnight, a decimal has no
    /// more digits than its precision, and a UUID is one. Data that others wrote need not be so; what is yet
    /// to be written should.
    ///
    /// # Errors
    /// As there.
    pub fn read_logical(schema: &Schema, json: &Json) -> Result<Value, Vec<JsonError>> {
        read::read(schema, json, Form::Plain, true)
    }

    /// `value` as JSON.
    ///
    /// # Errors
    /// The first part that is none of the schema's; not for what was decoded or read with the same schema.
    pub fn write(schema: &Schema, value: &Value) -> Result<Json, Mismatch> {
        write::write(schema, value, Form::Plain)
    }
}

/// Avro's JSON encoding (Avro 1.12, "JSON Encoding").
///
/// As [`plain`], but that a union's value stands in an object under the name of its branch, null aside, and
/// that no field is left out.
pub mod avro_json {
    use signalbook_model::{Json, Schema};

    use super::form::Form;
    use super::{JsonError, read, write};
    use crate::{Mismatch, Value};

    /// The value of `schema` that `json` says.
    ///
    /// # Errors
    /// Every place where it is none, up to a thousand.
    pub fn read(schema: &Schema, json: &Json) -> Result<Value, Vec<JsonError>> {
        read::read(schema, json, Form::Avro, false)
    }

    /// `value` as JSON.
    ///
    /// # Errors
    /// The first part that is none of the schema's; not for what was decoded or read with the same schema.
    pub fn write(schema: &Schema, value: &Value) -> Result<Json, Mismatch> {
        write::write(schema, value, Form::Avro)
    }
}
