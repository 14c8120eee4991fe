use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use signalbook_model::Schema;

use super::{BackendError, ErrorKind};
use crate::{StoredSchema, schemas::Warnings};

/// What the bytes of a message mean: the version of its event, the schema of that version, and the type of
/// the key.
///
/// A backend moves bytes, and a contract is opaque to it. There are two exceptions:
///
/// - A backend with a [`SchemaStore`](super::SchemaStore) records each contract in order, before the first
///   message that carries it: it stores [`value`](Self::value) under [`scope`](Self::scope) and
///   [`name`](Self::name) if that is absent, and [`check`](Self::check)s the answer. If that is an error, it
///   publishes no message of the batch.
/// - A backend whose log has a framing of its own (Kafka with a schema registry) resolves the id of
///   [`schema`](Self::schema), and writes it before the payload. If the registry does not permit to record
///   the schema, it publishes no message of the batch, even if the schema is not
///   [required](Self::is_required): consumers could not read a payload without an id.
///
/// A clone is cheap. Two contracts are equal if they have the same scope, name and schema.
#[derive(Clone)]
pub struct Contract(Arc<Parts>);

struct Parts {
    scope: Box<str>,
    name: Box<str>,
    stored: StoredSchema,
    value: Vec<u8>,
    key: Option<KeySchema>,
    is_required: bool,
    warnings: Arc<Warnings>,
}

/// The name and the type of the key of an event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KeySchema {
    /// The name of the field that is the key.
    pub name: Box<str>,
    /// The schema of the key.
    pub schema: Schema,
}

impl Contract {
    pub(crate) fn new(
        scope: &str,
        stored: StoredSchema,
        key_path: Option<&str>,
        is_required: bool,
        warnings: Arc<Warnings>,
    ) -> Self {
        let key = key_path.and_then(|path| {
            let schema = stored.schema.key(path)?;
            Some(KeySchema { name: path.rsplit('.').next().unwrap_or(path).into(), schema })
        });
        let (name, value) = (stored.name().into(), stored.to_bytes());
        Self(Arc::new(Parts { scope: scope.into(), name, stored, value, key, is_required, warnings }))
    }

    /// The event type.
    pub fn event_type(&self) -> &str {
        &self.0.stored.event_type
    }

    /// The minor version.
    pub fn minor(&self) -> u32 {
        self.0.stored.minor
    }

    /// The schema of the payload, without documentation.
    pub fn schema(&self) -> &Schema {
        &self.0.stored.schema
    }

    /// The name and the type of the key, if the event has one.
    pub fn key(&self) -> Option<&KeySchema> {
        self.0.key.as_ref()
    }

    /// Whether the message must not be published if the schema cannot be recorded, for example because a
    /// permission is missing.
    pub fn is_required(&self) -> bool {
        self.0.is_required
    }

    /// The scope in the schema store: the prefix of the bus, or an empty text.
    pub fn scope(&self) -> &str {
        &self.0.scope
    }

    /// The name in the schema store, `com.example.shop.order.placed.v1/3`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The value in the schema store.
    pub fn value(&self) -> &[u8] {
        &self.0.value
    }

    /// Judges the answer of [`put_if_absent`](super::SchemaStore::put_if_absent): whether messages with this
    /// contract may be published. Logs a warning, once, if the store has other facts for the version.
    ///
    /// # Errors
    /// [`ErrorKind::SchemaConflict`] if the store has another schema for this version, or a value that is
    /// not a schema. The error of the store, unless the contract is not [required](Self::is_required) and the
    /// store does not permit to record it ([`ErrorKind::Refused`]) or cannot do so
    /// ([`ErrorKind::Unsupported`]): then a warning is logged, once for each bus.
    pub fn check(&self, answer: Result<Vec<u8>, BackendError>) -> Result<(), BackendError> {
        let value = match answer {
            Ok(value) if value == self.value() => return Ok(()),
            Ok(value) => value,
            Err(error) if self.is_optional_for(error.kind) => {
                self.0.warnings.not_permitted(&self.0.stored, &error);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let conflict = |what| {
            let (event_type, minor) = (self.event_type(), self.minor());
            BackendError::new(
                ErrorKind::SchemaConflict,
                format!(
                    "the bus has {what} for version {minor} of `{event_type}`: give the new schema a new \
                     minor version, or publish on another bus or with another prefix"
                ),
            )
        };
        match StoredSchema::from_bytes(&value) {
            Ok(stored) if stored.schema == self.0.stored.schema => {
                self.0.warnings.compare_facts(&self.0.stored, &stored);
                Ok(())
            }
            Ok(_) => Err(conflict("another schema")),
            Err(error) => Err(conflict("an invalid schema").caused_by(error)),
        }
    }

    /// Whether a message may be published although recording its schema failed in this way.
    fn is_optional_for(&self, kind: ErrorKind) -> bool {
        !self.is_required() && matches!(kind, ErrorKind::Refused | ErrorKind::Unsupported)
    }
}

impl PartialEq for Contract {
    fn eq(&self, other: &Self) -> bool {
        let (one, two) = (&self.0, &other.0);
        Arc::ptr_eq(one, two)
            || (one.scope == two.scope && one.name == two.name && one.stored.schema == two.stored.schema)
    }
}

impl Eq for Contract {}

impl Hash for Contract {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.scope.hash(state);
        self.0.name.hash(state);
    }
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contract")
            .field("scope", &self.0.scope)
            .field("name", &self.0.name)
            .finish_non_exhaustive()
    }
}
