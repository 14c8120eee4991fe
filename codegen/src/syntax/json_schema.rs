//! What stands in the JSON Schema of registry files for types that have no form of their own there.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::reader::Word;

/// A table whose keys are names.
pub(super) type Map<T> = BTreeMap<String, T>;

/// One of the words for a value.
pub(crate) struct Choice<T>(PhantomData<T>);

/// A short form, or a table that says more.
pub(super) struct ShortOr<S, T>(PhantomData<(S, T)>);

/// A finding that is known and accepted.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "stands for the waiver of another crate, which knows no schemas")]
pub(super) struct Waiver {
    /// The id of the rule.
    rule: String,
    /// Where it may be broken: a path, or a pattern with `*`.
    on: String,
    /// The event, or a pattern with `*`: for findings of the evolution gate alone.
    event: Option<String>,
    /// The accepted minor versions beside which it may be broken; every one, where nothing is said.
    #[schemars(inner(range(max = 4_294_967_295_u32)))]
    versions: Option<Vec<u32>>,
    /// Why.
    #[schemars(regex(pattern = r"\S"))]
    reason: String,
    /// The last day on which nobody asks about it again: a date, without quotes.
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
