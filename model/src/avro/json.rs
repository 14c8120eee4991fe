//! Reads and writes [`Json`] with serde. It keeps the order of keys, rejects duplicate keys and limits the
//! depth.

use std::fmt::{self, Write as _};

use serde_core::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Serialize, Serializer};

use crate::{Json, MAX_NESTING};

/// The maximum nesting depth of values. It is sufficient for the deepest schema: a type has at most three
/// levels of JSON (the record, its list of fields, the field), and the innermost one can have a default or an
/// attribute.
const MAX_DEPTH: usize = 4 * MAX_NESTING;

impl Json {
    /// Reads one JSON value from its text.
    ///
    /// # Errors
    /// Fails if the text is not JSON, an object has the same key twice, or values are nested hundreds of
    /// levels deep.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer.disable_recursion_limit(); // `Bounded` has its own
        let value = Bounded(MAX_DEPTH).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(value)
    }

    /// Returns the JSON text on one line.
    #[expect(clippy::missing_panics_doc, reason = "it does not panic")]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("keys are strings, and writing to a string does not fail")
    }

    /// As [`to_text`](Self::to_text), for terminals and for files that are read line by line: see
    /// [`escape_controls`].
    pub fn to_line(&self) -> String {
        escape_controls(self.to_text())
    }

    /// Returns the JSON text, indented by two spaces.
    #[expect(clippy::missing_panics_doc, reason = "it does not panic")]
    pub fn to_text_pretty(&self) -> String {
        serde_json::to_string_pretty(self).expect("keys are strings, and writing to a string does not fail")
    }
}

/// Escapes the characters of a JSON text that JSON allows in strings, but that control terminals or end
/// lines: U+007F to U+009F, U+2028 and U+2029.
pub fn escape_controls(text: String) -> String {
    let is_control = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}');
    if !text.contains(is_control) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_control(c) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c)); // a `String` takes every text
        } else {
            escaped.push(c);
        }
    }
    escaped
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Bounded(MAX_DEPTH).deserialize(deserializer)
    }
}

/// Deserializes a value that is nested at most this many levels deep.
struct Bounded(usize);

impl Bounded {
    fn inner<E: de::Error>(&self) -> Result<Self, E> {
        self.0
            .checked_sub(1)
            .map(Self)
            .ok_or_else(|| E::custom(format_args!("nested more than {MAX_DEPTH} levels deep")))
    }
}

impl<'de> DeserializeSeed<'de> for Bounded {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Integer(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(self.inner()?)? {
            values.push(value);
        }
        Ok(Json::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some(key) = entries.next_key()? {
            members.push((key, entries.next_value_seed(self.inner()?)?));
        }
        // The message does not contain the key, which can be personal data. The location is sufficient.
        match super::read::first_duplicate(members.iter().map(|(key, _)| key.as_str())) {
            Some(_) => Err(de::Error::custom("a key occurs twice in the object that ends")),
            None => Ok(Json::Object(members)),
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => match i64::try_from(*value) {
                Ok(value) => serializer.serialize_i64(value),
                Err(_) => serializer.serialize_i128(*value),
            },
            Self::Float(value) if value.is_nan() => serializer.serialize_str("NaN"),
            Self::Float(value) if value.is_infinite() => {
                serializer.serialize_str(if *value > 0.0 { "Infinity" } else { "-Infinity" })
            }
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::String(value) => serializer.serialize_str(value),
            Self::Array(values) => serializer.collect_seq(values),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
        }
    }
}
