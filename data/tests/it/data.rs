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
