//! The minimum that a generator does: reads the files, parses JSON, appends plain structs to a string, and
//! writes it once.

use std::fs;

use serde_json::Value;

use super::{
    Result,
    registry::{Registry, files},
};

pub(super) fn generate(registry: &Registry) -> Result<()> {
    let mut code = String::new();
    for file in files(&registry.avro)? {
        push_type(&mut code, &serde_json::from_str(&fs::read_to_string(file)?)?)?;
    }
    fs::write(registry.out.join("floor.rs"), code)?;
    Ok(())
}

/// Appends the structs that `schema` needs. Returns its Rust type.
fn push_type(code: &mut String, schema: &Value) -> Result<String> {
    match schema {
        Value::String(name) => Ok(match name.as_str() {
            "string" => "String".to_owned(),
            "int" => "i32".to_owned(),
            "long" => "i64".to_owned(),
            "double" => "f64".to_owned(),
            "boolean" => "bool".to_owned(),
            name => name.to_owned(),
        }),
        Value::Array(branches) => Ok(format!("Option<{}>", push_type(code, &branches[1])?)),
        Value::Object(members) if members.contains_key("items") => {
            Ok(format!("Vec<{}>", push_type(code, &members["items"])?))
        }
        schema => push_struct(code, schema),
    }
}

fn push_struct(code: &mut String, schema: &Value) -> Result<String> {
    let text = |value: &'_ Value| value.as_str().map(str::to_owned).ok_or("no text");
    let name = text(&schema["name"])?;
    let mut item = String::new();
    item.push_str("/// ");
    item.push_str(&text(&schema["doc"])?);
    item.push_str("\n#[derive(Clone, Debug, PartialEq)]\npub struct ");
    item.push_str(&name);
    item.push_str(" {\n");
    for field in schema["fields"].as_array().ok_or("no fields")? {
        let ty = push_type(code, &field["type"])?;
        item.push_str("    pub ");
        item.push_str(&text(&field["name"])?);
        item.push_str(": ");
        item.push_str(&ty);
        item.push_str(",\n");
    }
    item.push_str("}\n\n");
    code.push_str(&item);
    Ok(name)
}
