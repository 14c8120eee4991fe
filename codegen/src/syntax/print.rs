//! Writes types and values in the registry language.

use std::fmt::Write as _;

use signalbook_model::{Json, Name, Type};

/// Returns the type expression of the registry language, with the simple names of types: `list<Line>?`.
pub fn type_text(ty: &Type) -> String {
    type_expression(ty, &mut |name| name.simple().to_owned())
}

/// Returns the type expression of the registry language: `list<Line>?`, `(Card | Transfer)?`. `named` returns
/// the text for a named type.
pub fn type_expression(ty: &Type, named: &mut impl FnMut(&Name) -> String) -> String {
    match ty {
        Type::Primitive(primitive) => primitive.name().to_owned(),
        Type::Logical(logical) => logical.to_string(),
        Type::Array(items) => format!("list<{}>", type_expression(items, named)),
        Type::Map(values) => format!("map<{}>", type_expression(values, named)),
        Type::Union(branches) => match (ty.as_optional(), branches.as_slice()) {
            (Some(inner), _) => format!("{}?", type_expression(inner, named)),
            (None, [Type::NULL, branches @ ..]) if !branches.is_empty() => {
                format!("({})?", alternatives(branches, named))
            }
            (None, branches) => alternatives(branches, named),
        },
        Type::Named(name) => named(name),
        Type::Annotated(annotated) => type_expression(&annotated.ty, named),
    }
}

fn alternatives(branches: &[Type], named: &mut impl FnMut(&Name) -> String) -> String {
    let branches = branches.iter().map(|branch| type_expression(branch, named));
    branches.collect::<Vec<_>>().join(" | ")
}

/// Returns the value in TOML, on one line. Returns `None` if it contains a null, which TOML does not have.
pub(crate) fn toml_value(value: &Json) -> Option<String> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(value) => value.to_string(),
        Json::Integer(value) => value.to_string(),
        Json::Float(value) => format!("{value:?}"),
        Json::String(value) => toml_string(value),
        Json::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(toml_value).collect();
            format!("[{}]", items?.join(", "))
        }
        Json::Object(members) if members.is_empty() => "{}".to_owned(),
        Json::Object(members) => {
            let member = |(key, value): &(String, Json)| {
                Some(format!("{} = {}", toml_string(key), toml_value(value)?))
            };
            let members: Option<Vec<_>> = members.iter().map(member).collect();
            format!("{{ {} }}", members?.join(", "))
        }
    })
}

/// Returns `text` as a basic string of TOML.
pub(crate) fn toml_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c)); // writing to a `String` does not fail
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
