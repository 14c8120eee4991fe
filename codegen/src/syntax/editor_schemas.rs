//! The JSON Schemas of registry files and settings, for editors. They are generated from the structs of the
//! parser.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Value, json};

use super::Spanned;
use super::declaration::{Document, EnumType, FixedType, RecordType, TypeDecl, UnionType, Wire};
use super::expr::TypeExpr;
use super::literal::Literal;
use super::settings::SettingsDocument;

/// Returns the JSON Schema of a registry file.
pub fn registry_schema() -> String {
    text::<Document>()
}

/// Returns the JSON Schema of `signalbook.toml`.
pub fn settings_schema() -> String {
    text::<SettingsDocument>()
}

/// Returns the JSON Schema in draft 7, because TOML editors support this version.
fn text<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    format!("{:#}\n", schema.to_value())
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl JsonSchema for TypeExpr {
    fn schema_name() -> Cow<'static, str> {
        "Type".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A type: `string`, `Order`, `list<T>`, `map<T>`, `T?`, `decimal(p,s)`, `A | B` or \
                            `(A | B)?`.",
            "examples": [
                "string", "long", "uuid", "datetime", "list<string>", "string?", "decimal(12,2)",
                "(int | string)?",
            ],
        })
    }
}

impl JsonSchema for Wire {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Wire".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<TypeExpr>()
    }
}

impl JsonSchema for Literal {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Literal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean", "array", "object"] })
    }
}

impl JsonSchema for TypeDecl {
    fn schema_name() -> Cow<'static, str> {
        "TypeDeclaration".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut record = kind::<RecordType>(generator);
        record.insert("anyOf".into(), json!([{ "required": ["fields"] }, { "required": ["extends"] }]));
        let kinds =
            [record, kind::<EnumType>(generator), kind::<FixedType>(generator), kind::<UnionType>(generator)];
        json_schema!({
            "description": "A record, an enum, a fixed or a union.",
            "anyOf": kinds,
        })
    }
}

/// Returns the schema of one kind of type, with the keys that all kinds have.
fn kind<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = T::json_schema(generator);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert("doc".to_owned(), json!({ "description": "The documentation.", "type": "string" }));
        let aliases = json!({
            "description": "Other names under which a reader finds a writer's type.",
            "type": "array",
            "items": { "type": "string" },
        });
        properties.insert("aliases".to_owned(), aliases);
    }
    schema
}
