//! Generates schemas and values from bytes.

use proptest::prelude::*;
use proptest::sample::subsequence;
use signalbook_data::Value;
use signalbook_model::Schema;
use signalbook_sample::Choices;

use crate::samples::value;

/// A schema and one of its values.
pub(crate) fn data() -> impl Strategy<Value = (Schema, Value)> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| {
        let mut choices = Choices::new(&bytes);
        let schema = signalbook_sample::schema(&mut choices);
        let value = value(&mut choices, &schema, &schema.root, 6);
        (schema, value)
    })
}

/// Types with similar bare values. Maps have the keys `k0` and `k1`.
const LOOK_ALIKE: &[&str] = &[
    r#""null""#,
    r#""int""#,
    r#""long""#,
    r#""float""#,
    r#""double""#,
    r#""string""#,
    r#""bytes""#,
    r#"{"type":"enum","name":"E","symbols":["x","NaN"]}"#,
    r#"{"type":"fixed","name":"F","size":1}"#,
    r#"{"type":"array","items":["int","long"]}"#,
    r#"{"type":"map","values":["float","int"]}"#,
    r#"{"type":"record","name":"None","fields":[]}"#,
    r#"{"type":"record","name":"k0","fields":[{"name":"k0","type":["int","string"]}]}"#,
    r#"{"type":"record","name":"Int","fields":[{"name":"k0","type":"int"}]}"#,
    r#"{"type":"record","name":"Long","fields":[{"name":"k0","type":"long"}]}"#,
    r#"{"type":"record","name":"Bytes","fields":[{"name":"k0","type":"bytes"}]}"#,
    r#"{"type":"record","name":"Two","fields":[{"name":"k0","type":"float"},{"name":"k1","type":"string","default":""}]}"#,
    r#"{"type":"record","name":"Tagged","fields":[{"name":"int","type":"long"}]}"#,
    r#"{"type":"record","name":"Deep","fields":[{"name":"k0","type":[
        {"type":"record","name":"One","fields":[{"name":"k0","type":{"type":"array","items":"double"}}]},
        {"type":"record","name":"Other","fields":[{"name":"k0","type":{"type":"array","items":"string"}}]}]}]}"#,
];

/// Types whose values have texts, one list for each kind of branch.
const LOGICAL: &[&[&str]] = &[
    &[r#""null""#],
    &[r#"{"type":"int","logicalType":"date"}"#, r#"{"type":"int","logicalType":"time-millis"}"#, r#""int""#],
    &[
        r#"{"type":"long","logicalType":"time-micros"}"#,
        r#"{"type":"long","logicalType":"timestamp-millis"}"#,
        r#"{"type":"long","logicalType":"timestamp-micros"}"#,
        r#"{"type":"long","logicalType":"timestamp-nanos"}"#,
        r#"{"type":"long","logicalType":"local-timestamp-millis"}"#,
        r#"{"type":"long","logicalType":"local-timestamp-micros"}"#,
        r#"{"type":"long","logicalType":"local-timestamp-nanos"}"#,
        r#""long""#,
    ],
    &[
        r#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":40,"scale":0}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":3,"scale":3,"x":1}"#,
        r#"{"type":"bytes","logicalType":"big-decimal"}"#,
        r#""bytes""#,
    ],
    &[r#"{"type":"string","logicalType":"uuid"}"#, r#""string""#],
    &[r#""double""#, r#""float""#],
    &[r#"{"type":"fixed","name":"Money","size":3,"logicalType":"decimal","precision":5,"scale":2}"#],
    &[r#"{"type":"fixed","name":"Id","size":16,"logicalType":"uuid"}"#],
    &[r#"{"type":"fixed","name":"Span","size":12,"logicalType":"duration"}"#],
    &[r#"{"type":"fixed","name":"Digest","size":5}"#],
    &[r#"{"type":"enum","name":"P1","symbols":["P1","NaN"]}"#],
    &[
        r#"{"type":"map","values":{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}}"#,
        r#"{"type":"map","values":["null",{"type":"long","logicalType":"timestamp-millis"},"string"]}"#,
        r#"{"type":"map","values":"string"}"#,
    ],
    &[
        r#"{"type":"array","items":{"type":"int","logicalType":"date"}}"#,
        r#"{"type":"array","items":["null",{"type":"bytes","logicalType":"big-decimal"},"string"]}"#,
    ],
    &[r#"{"type":"record","name":"bytes_","fields":[{"name":"bytes","type":"string"}]}"#],
    &[
        r#"{"type":"record","name":"Day","fields":[{"name":"k0","type":{"type":"int","logicalType":"date"}}]}"#,
    ],
    &[r#"{"type":"record","name":"Text","fields":[{"name":"k0","type":"string"}]}"#],
];

/// A schema with types whose values have texts, alone, in a union, in an array, in a map and in a record, and
/// one of its values.
pub(crate) fn logical() -> impl Strategy<Value = (Schema, Value)> {
    let branches = LOGICAL.iter().map(|alternatives| prop::sample::select(*alternatives)).collect::<Vec<_>>();
    let branches = branches.prop_flat_map(|branches| subsequence(branches, 1..=6)).prop_shuffle();
    let around = prop::sample::select(vec![
        "*",
        r#"{"type":"array","items":*}"#,
        r#"{"type":"map","values":*}"#,
        r#"{"type":"record","name":"Around","fields":[{"name":"decimal","type":*},{"name":"k1","type":"int"}]}"#,
    ]);
    (branches, around, prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(branches, around, bytes)| {
        let inner = match branches.as_slice() {
            [alone] => (*alone).to_owned(),
            several => format!("[{}]", several.join(",")),
        };
        let schema = Schema::parse(&around.replace('*', &inner)).expect("a schema");
        let value = value(&mut Choices::new(&bytes), &schema, &schema.root, 6);
        (schema, value)
    })
}

/// A schema of a list of a union of such types, and one of its values.
pub(crate) fn look_alike() -> impl Strategy<Value = (Schema, Value)> {
    let branches = subsequence(LOOK_ALIKE, 2..=LOOK_ALIKE.len()).prop_shuffle();
    (branches, prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(branches, bytes)| {
        let text = format!(r#"{{"type":"array","items":[{}]}}"#, branches.join(","));
        let schema = Schema::parse(&text).expect("a schema");
        let value = value(&mut Choices::new(&bytes), &schema, &schema.root, 6);
        (schema, value)
    })
}
