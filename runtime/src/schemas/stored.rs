use std::{collections::BTreeMap, error::Error, fmt};

use sha2::{Digest as _, Sha256};
use signalbook_model::{Json, Schema};

use crate::backend::BoxError;

/// The largest value that is read from a schema store, in bytes.
const MAX_BYTES: usize = 1024 * 1024;

/// A version of an event in the schema store of a bus: its schema, and what its users must know.
///
/// The value in the store is a JSON object with the members `event_type`, `minor`, `schema` (the Avro schema
/// without documentation, as a text), `key`, `pii` and `sha256` (of the text of the schema, in hexadecimal
/// digits).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StoredSchema {
    /// The event type.
    pub event_type: Box<str>,
    /// The minor version.
    pub minor: u32,
    /// The schema, without documentation.
    pub schema: Schema,
    /// The key path, if the event has a key.
    pub key: Option<String>,
    /// The class of personal data of each field that has one, by path, as in
    /// [`Facts::pii`](signalbook_model::Facts::pii).
    pub pii: BTreeMap<String, String>,
}

/// Why a value of a schema store is not a [`StoredSchema`].
#[derive(Debug)]
pub struct StoredSchemaError {
    problem: &'static str,
    source: Option<BoxError>,
}

impl StoredSchema {
    /// Creates a version from its parts. The documentation of the schema is removed.
    pub fn new(event_type: impl Into<Box<str>>, minor: u32, schema: &Schema) -> Self {
        let (event_type, schema) = (event_type.into(), schema.without_docs());
        Self { event_type, minor, schema, key: None, pii: BTreeMap::new() }
    }

    /// Sets the key path.
    #[must_use]
    pub fn with_key(mut self, path: Option<&str>) -> Self {
        self.key = path.map(str::to_owned);
        self
    }

    /// Sets the classes of personal data.
    #[must_use]
    pub fn with_pii(mut self, pii: BTreeMap<String, String>) -> Self {
        self.pii = pii;
        self
    }

    /// Returns the name of a version in the store, `com.example.shop.order.placed.v1/3`.
    pub(crate) fn name_of(event_type: &str, minor: u32) -> String {
        format!("{event_type}/{minor}")
    }

    /// Returns the name in the store.
    pub(crate) fn name(&self) -> String {
        Self::name_of(&self.event_type, self.minor)
    }

    /// Returns the value in the store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let schema = self.schema.to_json();
        let digest = hex(&Sha256::digest(&schema));
        let pii = self.pii.iter().map(|(path, class)| (path.clone(), Json::string(class)));
        let value = Json::object([
            ("event_type", Json::string(&self.event_type)),
            ("minor", Json::Integer(self.minor.into())),
            ("schema", Json::String(schema)),
            ("key", self.key.as_deref().map_or(Json::Null, Json::string)),
            ("pii", Json::Object(pii.collect())),
            ("sha256", Json::String(digest)),
        ]);
        value.to_text().into_bytes()
    }

    /// Reads a value of the store. Members that this version of the program does not know are ignored.
    ///
    /// # Errors
    /// The value is larger than 1 MiB, is not such an object, or its schema is invalid or has another digest.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredSchemaError> {
        let wrong = |problem| StoredSchemaError { problem, source: None };
        if bytes.len() > MAX_BYTES {
            return Err(wrong("it is larger than 1 MiB"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8"))?;
        let json = Json::parse(text).map_err(|error| wrong("it is not JSON").caused_by(error))?;
        let Json::Object(members) = json else { return Err(wrong("it is not an object")) };
        let member = |name: &str| members.iter().find(|(member, _)| member == name).map(|(_, value)| value);
        let string = |name: &str| member(name).and_then(Json::as_str);
        let schema = string("schema").ok_or_else(|| wrong("its `schema` is not a text"))?;
        if string("sha256") != Some(&*hex(&Sha256::digest(schema))) {
            return Err(wrong("its `sha256` is not that of its `schema`"));
        }
        let (schema, _irregularities) =
            Schema::parse_lenient(schema).map_err(|error| wrong("its schema is invalid").caused_by(error))?;
        let minor = match member("minor") {
            Some(Json::Integer(minor)) => u32::try_from(*minor).ok(),
            _ => None,
        };
        Ok(Self {
            event_type: string("event_type").ok_or_else(|| wrong("its `event_type` is not a text"))?.into(),
            minor: minor.ok_or_else(|| wrong("its `minor` is not a version"))?,
            schema,
            key: string("key").map(str::to_owned),
            pii: member("pii")
                .map_or(Some(BTreeMap::new()), classes)
                .ok_or_else(|| wrong("its `pii` is invalid"))?,
        })
    }
}

/// Reads the classes of personal data, an object whose values are texts.
fn classes(json: &Json) -> Option<BTreeMap<String, String>> {
    let Json::Object(members) = json else { return None };
    members.iter().map(|(path, class)| Some((path.clone(), class.as_str()?.to_owned()))).collect()
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

impl StoredSchemaError {
    fn caused_by(self, source: impl Into<BoxError>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}

impl fmt::Display for StoredSchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{}: {source}", self.problem),
            None => f.write_str(self.problem),
        }
    }
}

impl Error for StoredSchemaError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().and_then(Error::source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> StoredSchema {
        let schema = r#"{"type": "record", "name": "CloudEvent", "doc": "An order.", "fields": [
            {"name": "id", "type": "string", "doc": "Its id."}]}"#;
        let schema = Schema::parse(schema).expect("a schema");
        StoredSchema::new("com.example.shop.order.placed.v1", 3, &schema)
            .with_key(Some("id"))
            .with_pii([("id".to_owned(), "email".to_owned())].into())
    }

    #[test]
    fn a_stored_schema_is_read_as_written() {
        let bytes = stored().to_bytes();
        let text = String::from_utf8(bytes.clone()).expect("JSON");
        let expected = concat!(
            r#"{"event_type":"com.example.shop.order.placed.v1","minor":3,"#,
            r#""schema":"{\"type\":\"record\",\"name\":\"CloudEvent\",\"fields\":[{\"name\":\"id\",\"type\":\"string\"}]}","#,
            r#""key":"id","pii":{"id":"email"},"#,
        );
        assert!(text.starts_with(expected), "{text}");
        assert_eq!(StoredSchema::from_bytes(&bytes).expect("written above"), stored());
        assert_eq!(stored().name(), "com.example.shop.order.placed.v1/3");
    }

    #[test]
    fn a_value_that_was_changed_is_refused() {
        let text = String::from_utf8(stored().to_bytes()).expect("JSON");
        let refuse = |from: &str, to: &str| {
            StoredSchema::from_bytes(text.replacen(from, to, 1).as_bytes()).expect_err(to).to_string()
        };
        assert_eq!(refuse("string", "bytes"), "its `sha256` is not that of its `schema`");
        assert_eq!(refuse("\"minor\":3", "\"minor\":-3"), "its `minor` is not a version");
        assert_eq!(refuse("\"email\"", "7"), "its `pii` is invalid");
        assert!(refuse("{\"event", "[\"event").starts_with("it is not JSON: "));
        let large = StoredSchema::from_bytes(&vec![b' '; MAX_BYTES + 1]).expect_err("too large");
        assert_eq!(large.to_string(), "it is larger than 1 MiB");
    }
}
