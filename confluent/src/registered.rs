use serde::Deserialize;
use signalbook_model::Schema;

use crate::references;

/// A version of a subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Registered {
    /// The subject.
    pub subject: String,
    /// The number of the version, from 1.
    pub version: u32,
    /// The id of the schema: the same in every subject. Newer schemas have larger ids.
    #[serde(default)]
    pub id: u64,
    /// `AVRO`, `JSON` or `PROTOBUF`; Avro if missing.
    #[serde(default)]
    pub schema_type: Option<String>,
    /// The schema, without the schemas that it refers to.
    pub schema: String,
    /// The schemas that it refers to by name.
    #[serde(default)]
    pub references: Vec<Reference>,
}

/// A schema that another one refers to by name.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Reference {
    /// The subject of the schema.
    pub subject: String,
    /// The version of the subject.
    pub version: u32,
}

impl Registered {
    /// Whether the schema is an Avro schema.
    pub fn is_avro(&self) -> bool {
        self.schema_type.as_deref().is_none_or(|kind| kind == "AVRO")
    }

    /// Extracts the schema alone, if `schema` was parsed from the text of
    /// [`with_references`](crate::SchemaRegistry::with_references).
    #[must_use]
    pub fn without_references(&self, schema: Schema) -> Schema {
        if self.references.is_empty() { schema } else { references::last(schema) }
    }
}

/// The answer to a request for an id, which does not name a subject.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identified {
    #[serde(default)]
    pub(crate) schema_type: Option<String>,
    pub(crate) schema: String,
    #[serde(default)]
    pub(crate) references: Vec<Reference>,
}
