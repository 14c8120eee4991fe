//! Types that describe parts of the JSON Schema for which the parser has no struct.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::reader::Word;

/// A table whose keys are names.
pub(super) type Map<T> = BTreeMap<String, T>;

/// One of the words of a [`Word`] type.
pub(crate) struct Choice<T>(PhantomData<T>);

/// A short form, or a table with more keys.
pub(super) struct ShortOr<S, T>(PhantomData<(S, T)>);

/// A waiver: findings that are accepted.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the waiver type of another crate, which does not depend on schemars")]
pub(super) struct Waiver {
    /// The id of the rule.
    rule: String,
    /// The path of the findings, or a pattern with `*`.
    on: String,
    /// The event, or a pattern with `*`. Only for findings of the evolution gate.
    event: Option<String>,
    /// The accepted minor versions to which the findings refer. By default all versions.
    #[schemars(inner(range(max = 4_294_967_295_u32)))]
    versions: Option<Vec<u32>>,
    /// The reason.
    #[schemars(regex(pattern = r"\S"))]
    reason: String,
    /// The last day of the waiver: a date without quotes. After this day, the waiver is reported as expired.
    until: Option<String>,
}

impl<T: Word> JsonSchema for Choice<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Choice".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<_> = T::WORDS.iter().map(|(word, _)| *word).collect();
        json_schema!({ "type": "string", "enum": words })
    }
}

impl<S: JsonSchema, T: JsonSchema> JsonSchema for ShortOr<S, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}Or{}", S::schema_name(), T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [generator.subschema_for::<S>(), generator.subschema_for::<T>()] })
    }
}
