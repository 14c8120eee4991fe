use std::fmt::Write as _;

use crate::Json;

impl Json {
    /// The value in TOML, on one line; none for one that holds a null, which TOML has not.
    pub fn to_toml(&self) -> Option<String> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => format!("{value:?}"),
            Self::String(value) => Self::toml_string(value),
            Self::Array(items) => {
                let items: Option<Vec<_>> = items.iter().map(Self::to_toml).collect();
                format!("[{}]", items?.join(", "))
            }
            Self::Object(members) if members.is_empty() => "{}".to_owned(),
            Self::Object(members) => {
                let member = |(key, value): &(String, Self)| {
                    Some(format!("{} = {}", Self::toml_string(key), value.to_toml()?))
                };
                let members: Option<Vec<_>> = members.iter().map(member).collect();
                format!("{{ {} }}", members?.join(", "))
            }
        })
    }

    /// A basic string of TOML.
    pub fn toml_string(text: &str) -> String {
        let mut quoted = String::from("\"");
        for c in text.chars() {
            match c {
                '"' | '\\' => quoted.extend(['\\', c]),
                c if c.is_control() => {
                    let _ = write!(quoted, "\\u{:04X}", u32::from(c)); // a `String` takes every text
                }
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        quoted
    }
}
