use signalbook_diagnostics::Pattern;
use signalbook_model::{Logical, Mode, Name, TypeNames};

#[cfg(feature = "json-schema")]
use crate::syntax::json_schema::Choice;

/// What `signalbook.toml` says; its defaults where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Settings {
    /// Which readers and writers must get along when a contract changes.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Option<Choice<Mode>>"))]
    pub compatibility: Mode,
    /// How a `datetime` travels.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Option<Choice<DateTimeWire>>"))]
    pub datetime: DateTimeWire,
    /// How a `uuid` travels.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Option<Choice<UuidWire>>"))]
    pub uuid: UuidWire,
    /// How types are named within an event's schema.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Option<Choice<TypeNames>>"))]
    pub type_names: TypeNames,
    /// Whether emitted schemas carry docs.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Option<Choice<SchemaDocs>>"))]
    pub schema_docs: SchemaDocs,
    /// The doc of the record of every event, in place of its own.
    pub event_doc: Option<String>,
    /// What every event type starts with.
    pub event_prefix: Option<String>,
    /// Which readers and writers must get along when certain events change, by a pattern of event types.
    #[cfg_attr(feature = "json-schema", schemars(skip))]
    pub exceptions: Vec<(Pattern, Mode)>,
    /// How Rust code is written.
    #[cfg_attr(feature = "json-schema", schemars(skip))]
    pub rust: RustSettings,
    /// What is generated when the command line names nothing.
    #[cfg_attr(feature = "json-schema", schemars(skip))]
    pub outputs: Outputs,
}

/// How a `datetime` travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateTimeWire {
    /// A string in ISO 8601, as CloudEvents' Avro mapping has it.
    #[default]
    Text,
    /// A long with `logicalType` `timestamp-millis`.
    TimestampMillis,
    /// A long with `logicalType` `timestamp-micros`.
    TimestampMicros,
    /// A long with `logicalType` `timestamp-nanos`.
    TimestampNanos,
}

/// How a `uuid` travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UuidWire {
    /// A plain string.
    #[default]
    Text,
    /// A string with `logicalType` `uuid`.
    Logical,
    /// A fixed of 16 bytes, named [`signalbook_model::builtin::UUID`].
    Fixed,
}

/// Whether emitted schemas carry docs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaDocs {
    /// None but a fixed [`Settings::event_doc`].
    #[default]
    None,
    /// All.
    All,
}

/// How Rust code is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct RustSettings {
    /// Traits that more types derive.
    #[cfg_attr(feature = "json-schema", schemars(default))]
    pub derive: Vec<Addition>,
    /// Attributes that more types carry.
    #[cfg_attr(feature = "json-schema", schemars(default))]
    pub attributes: Vec<Addition>,
    /// The Rust type of `datetime`.
    pub datetime: Option<String>,
    /// The Rust type of `uuid`.
    pub uuid: Option<String>,
    /// The Rust type of `map<T>`, without its arguments.
    pub map: Option<String>,
}

/// What is added to every type or event that a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Addition {
    /// A path, or a pattern with `*`.
    pub on: String,
    /// What is added.
    pub add: Vec<String>,
}

/// What is generated when the command line names nothing; paths relative to the registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct Outputs {
    /// The folder of the schemas.
    pub avro: Option<String>,
    /// The file of the Rust code.
    pub rust: Option<String>,
}

impl Settings {
    /// Which readers and writers must get along when this event changes: what the longest pattern that matches it says, or
    /// what holds for the registry.
    pub fn compatibility_of(&self, event_type: &Name) -> Mode {
        let matching = self.exceptions.iter().filter(|(on, _)| on.matches(event_type.as_str()));
        let longest = matching.max_by_key(|(on, _)| on.as_str().len());
        longest.map_or(self.compatibility, |(_, compatibility)| *compatibility)
    }
}

impl DateTimeWire {
    /// The logical type, unless it travels as text.
    pub fn logical(self) -> Option<Logical> {
        match self {
            Self::Text => None,
            Self::TimestampMillis => Some(Logical::TimestampMillis),
            Self::TimestampMicros => Some(Logical::TimestampMicros),
            Self::TimestampNanos => Some(Logical::TimestampNanos),
        }
    }
}
