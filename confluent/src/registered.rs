use serde::Deserialize;
use signalbook_model::Schema;

use crate::joined;

/// A version of a subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Registered {
    /// The subject.
    pub subject: String,
    /// The number of the version, from 1.
    pub version: u32,
    /// The same schema has the same id in every subject; younger ones have larger ids.
    #[serde(default)]
    pub id: u64,
    /// `AVRO`, `JSON` or `PROTOBUF`; Avro where nothing is said.
    #[serde(default)]
    pub schema_type: Option<String>,
    /// The schema, without those that it refers to.
    pub schema: String,
    /// The schemas that it uses by name.
    #[serde(default)]
    pub references: Vec<Reference>,
}

/// A schema that another one uses by name.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Reference {
    /// Its subject.
    pub subject: String,
    /// Its version there.
    pub version: u32,
}

impl Registered {
    /// Whether it is an Avro schema.
    pub fn is_avro(&self) -> bool {
        self.schema_type.as_deref().is_none_or(|kind| kind == "AVRO")
    }

    /// The schema alone, where `schema` is of the text [`with_references`](crate::SchemaRegistry::with_references).
    #[must_use]
    pub fn without_references(&self, schema: Schema) -> Schema {
        if self.references.is_empty() { schema } else { joined::last(schema) }
    }
}

/// The answer to an id, which names no subject.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identified {
    #[serde(default)]
    pub(crate) schema_type: Option<String>,
    pub(crate) schema: String,
    #[serde(default)]
    pub(crate) references: Vec<Reference>,
}
