//! Checks that the JSON Schemas reject the same files as the parser.

use std::path::{Path, PathBuf};
use std::{env, fs};

use jsonschema::Validator;
use serde_json::{Map, Value};
use signalbook_codegen::tool::{Options, check, files, registry_schema, settings_schema};
use signalbook_diagnostics::Sources;
use toml::de::{DeTable, DeValue};

/// The rules that a JSON Schema can check: keys and the types of values.
const FORM: &[&str] = &["unknown-entry", "missing-entry", "wrong-value", "which-type"];

/// The cases that a JSON Schema cannot check: the logical type of a fixed can be only one of a few type
/// expressions.
const BEYOND: &[&str] = &["wrong-value--fixed-logical"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map_or(Value::from(integer.as_str().parse::<f64>().unwrap_or(0.0)), Value::from),
        DeValue::Float(float) => Value::from(float.as_str().parse::<f64>().unwrap_or(0.0)),
        DeValue::Boolean(boolean) => Value::from(*boolean),
        DeValue::Datetime(datetime) => Value::from(datetime.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => json_table(table),
    }
}

fn json_table(table: &DeTable<'_>) -> Value {
    let member = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        (std::borrow::Cow::<str>::to_string(key.get_ref()), json(value.get_ref()))
    };
    Value::Object(table.iter().map(member).collect::<Map<_, _>>())
}

/// Returns whether the schema and the parser accept a file. Returns `None` if the file is not valid TOML.
fn opinions(file: &Path, registry: &Validator, settings: &Validator) -> Option<(bool, bool)> {
    let text = String::from_utf8(fs::read(file).expect("the file can be read")).ok()?;
    let table = DeTable::parse(&text).ok()?;
    let name = file.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
    let schema = if name == "signalbook.toml" { settings } else { registry };
    let mut sources = Sources::new();
    sources.add(name, text.as_str());
    let findings = check(&sources, &Options::default()).findings;
    let parser = !findings.iter().any(|finding| FORM.contains(&finding.rule.id));
    Some((schema.is_valid(&json_table(table.get_ref())), parser))
}

#[test]
fn schema_and_parser_agree() {
    let validator = |text: &str| {
        let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
        jsonschema::validator_for(&schema).expect("the JSON Schema is valid")
    };
    let (registry, settings) = (validator(&registry_schema()), validator(&settings_schema()));
    let mut compared = 0;
    let mut differ = Vec::new();
    for folder in ["tests/invalid", "../schemas"] {
        for file in files(&root().join(folder)).expect("the folder exists") {
            if BEYOND.iter().any(|case| file.components().any(|part| part.as_os_str() == *case)) {
                continue;
            }
            let Some((schema, parser)) = opinions(&file, &registry, &settings) else { continue };
            compared += 1;
            if schema != parser {
                differ.push(format!("{}: the schema says {schema}, the parser {parser}", file.display()));
            }
        }
    }
    assert!(compared > 100, "only {compared} files");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn committed_schemas_are_up_to_date() {
    for (name, schema) in [
        ("signalbook.schema.json", registry_schema()),
        ("signalbook.settings.schema.json", settings_schema()),
    ] {
        let path = root().join("..").join(name);
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &schema).unwrap();
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap_or_default(),
            schema,
            "{name} is old: set UPDATE_EXPECT=1"
        );
    }
}
