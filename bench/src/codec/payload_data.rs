//! The data of the payloads: schemas, values, and the lengths of their encodings.

use serde::Deserialize;
use signalbook_data::{encode, plain};
use signalbook_model::{Json, Schema};

/// A schema and values of it.
pub(crate) struct EncodedValues {
    pub(crate) schema: Schema,
    /// The encodings of the values, made by the encoder of plain values.
    pub(crate) data: Vec<Vec<u8>>,
}

/// Data of an older schema, and the same data in a newer one.
pub(crate) struct Evolved {
    pub(crate) writer: EncodedValues,
    pub(crate) reader: EncodedValues,
}

/// Reads a payload, and its evolved form if it has one.
pub(crate) fn read(text: &str) -> (EncodedValues, Option<Evolved>) {
    let file: File = serde_json::from_str(text).expect("a payload");
    let payload = EncodedValues::new(&file.schema, &file.values);
    payload.assert_lengths(&file.bytes);
    let evolved = file.resolved.map(|resolved| {
        let writer = EncodedValues::new(&resolved.writer, &resolved.written);
        writer.assert_lengths(&resolved.bytes);
        Evolved { writer, reader: EncodedValues::new(&resolved.reader, &resolved.read) }
    });
    (payload, evolved)
}

#[derive(Deserialize)]
struct File {
    schema: Json,
    values: Vec<Json>,
    bytes: Vec<usize>,
    resolved: Option<Resolved>,
}

#[derive(Deserialize)]
struct Resolved {
    writer: Json,
    reader: Json,
    written: Vec<Json>,
    bytes: Vec<usize>,
    read: Vec<Json>,
}

impl EncodedValues {
    fn new(schema: &Json, values: &[Json]) -> Self {
        let schema = Schema::parse(&schema.to_text()).expect("a schema");
        let encoded =
            |value| encode(&schema, &plain::read(&schema, value).expect("a value")).expect("a value");
        Self { data: values.iter().map(encoded).collect(), schema }
    }

    fn assert_lengths(&self, lengths: &[usize]) {
        assert!(
            self.data.iter().map(Vec::len).eq(lengths.iter().copied()),
            "the lengths of the encodings differ"
        );
    }
}
