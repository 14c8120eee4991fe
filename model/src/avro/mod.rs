//! Reads and writes schemas as JSON text.

mod comments;
mod defaults;
mod error;
mod json;
mod read;
mod read_logical;
mod write;

pub use error::{SchemaError, SchemaProblem};
pub use json::escape_controls;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::{Json, Name, Schema, Type};

/// The names in the text of a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaNames {
    /// The names that it defines.
    pub defined: BTreeSet<Name>,
    /// The names that it uses and does not define.
    pub missing: BTreeSet<Name>,
}

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

    /// Reads a schema leniently: it only has to be sufficient to read data. These are accepted, and returned
    /// with the schema: names that are not legal in Avro; defaults that do not fit their type; a type that is
    /// used before its definition, or defined twice in the same way; comments and a byte order mark. A `doc`,
    /// a `namespace` or an enum's `default` that is not a string is ignored and also returned.
    ///
    /// # Errors
    /// Fails for all other errors of [`parse`](Self::parse).
    pub fn parse_lenient(text: &str) -> Result<(Self, Vec<SchemaError>), SchemaError> {
        Self::parse_lenient_with(text, &[])
    }

    /// Reads a schema leniently. It may use types that `others`, the texts of other schemas, define.
    ///
    /// # Errors
    /// Fails for the errors of [`parse_lenient`](Self::parse_lenient), also in the other texts.
    pub fn parse_lenient_with(text: &str, others: &[&str]) -> Result<(Self, Vec<SchemaError>), SchemaError> {
        let others = others.iter().map(|text| Ok(lenient_json(text)?.0));
        let others = others.collect::<Result<Vec<_>, SchemaError>>()?;
        let (json, mut irregularities) = lenient_json(text)?;
        let (schema, others) = read::schema(json, others)?;
        irregularities.extend(others);
        Ok((schema, irregularities))
    }

    /// Returns the names in the text of a schema.
    ///
    /// # Errors
    /// Fails for the errors of [`parse_lenient`](Self::parse_lenient), except for unknown types.
    pub fn names(text: &str) -> Result<SchemaNames, SchemaError> {
        read::names(lenient_json(text)?.0)
    }

    /// Returns the full name of the definition in the text of a schema, even if the rest of the text is not a
    /// schema. Returns `None` if the text is not JSON, or not a definition.
    pub fn root_name(text: &str) -> Option<Name> {
        read::root_name(&lenient_json(text).ok()?.0)
    }

    /// Returns the text of a schema with its comments and its byte order mark replaced by spaces, so that
    /// locations stay the same.
    pub fn without_comments(text: &str) -> Cow<'_, str> {
        comments::blank(text).map_or(Cow::Borrowed(text), |blanked| Cow::Owned(blanked.text))
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

/// Reads JSON that may have comments and a byte order mark, which are returned as irregularities.
fn lenient_json(text: &str) -> Result<(Json, Vec<SchemaError>), SchemaError> {
    let error = match Json::parse(text) {
        Ok(json) => return Ok((json, Vec::new())),
        Err(error) => error,
    };
    let Some(blanked) = comments::blank(text) else { return Err(SchemaError::syntax(error)) };
    let json = Json::parse(&blanked.text).map_err(SchemaError::syntax)?;
    let mark = blanked.has_mark.then_some(SchemaProblem::ByteOrderMark);
    let comment = blanked.has_comment.then_some(SchemaProblem::Comment);
    let irregular = |problem| SchemaError { pointer: String::new(), problem };
    Ok((json, mark.into_iter().chain(comment).map(irregular).collect()))
}

impl Type {
    /// Returns the JSON of the type in a schema. Named types are written by name.
    pub fn to_json(&self) -> Json {
        write::schema(&Schema { root: self.clone(), definitions: BTreeMap::new() })
    }
}
