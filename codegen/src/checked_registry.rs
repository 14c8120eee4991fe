use std::collections::HashMap;

use signalbook_diagnostics::Span;
use signalbook_model::{FixedLogical, Json, Name, Order, Primitive, Registry, Stability};

use crate::settings::Settings;
use crate::syntax::{Builtin, Spanned};

/// A checked registry: names are resolved, and records contain the fields of their bases.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedRegistry {
    /// The events on the bus, and the types that they use.
    pub registry: Registry,
    /// The settings.
    pub settings: Settings,
    /// The scalars, in the order of declaration.
    pub scalars: Vec<Scalar>,
    /// The types, in the order of declaration.
    pub types: Vec<TypeDef>,
    /// All events, in the order of declaration, also those that are not on the bus.
    pub events: Vec<EventDef>,
    /// All events and types with a wire form, also those that are not on the bus.
    pub(crate) complete: Registry,
    pub(crate) names: HashMap<Name, Reference>,
    /// The indexes of events by event type.
    pub(crate) event_indexes: HashMap<Name, usize>,
}

/// What a name in a type expression refers to: an index into the registry.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reference {
    Scalar(usize),
    Type(usize),
}

/// A scalar: a type with a wire type and a Rust type.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Scalar {
    /// The qualified name.
    pub name: Name,
    /// Where the name is declared.
    pub span: Span,
    /// The documentation.
    pub doc: Option<String>,
    /// The wire form; `None` if the type has no wire form.
    pub wire: Option<Shape>,
    /// The path of an existing Rust type. `None` for the Rust type of `wire`.
    pub rust: Option<String>,
    /// The path of the adapter that reads and writes the Rust type.
    pub adapter: Option<String>,
    /// The format of the values, as in JSON Schema.
    pub format: Option<String>,
}

/// A declared record, enum, fixed or union.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TypeDef {
    /// The qualified name.
    pub name: Name,
    /// Where the name is declared.
    pub span: Span,
    /// The documentation.
    pub doc: Option<String>,
    /// The aliases: other names under which a reader finds a type of the writer.
    pub aliases: Vec<Spanned<String>>,
    /// The kind of type, with its content.
    pub kind: TypeKind,
    /// Whether the type has a wire form. It has none if it contains a scalar without a wire form.
    pub has_wire_form: bool,
}

/// The kind of a declared type, with its content.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TypeKind {
    /// A sequence of fields.
    Record(Record),
    /// One of several symbols.
    Enum(Enum),
    /// A fixed number of bytes.
    Fixed(Fixed),
    /// One of several branches. It has no name on the wire.
    Union(Vec<Shape>),
}

/// A record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Record {
    /// The record that this record extends.
    pub base: Option<Name>,
    /// All fields, including those of the base, in the order on the wire.
    pub fields: Vec<Field>,
}

/// An enum.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Enum {
    /// The symbols, in the order of their indices.
    pub symbols: Vec<Spanned<String>>,
    /// The symbol that a reader takes for a symbol that it does not know.
    pub fallback: Option<String>,
    /// Whether the Rust enum keeps a symbol that it does not know.
    pub open: bool,
}

/// A fixed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fixed {
    /// The number of bytes.
    pub size: usize,
    /// The logical type.
    pub logical: Option<FixedLogical>,
}

/// A field of a record, or of an event's data.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Field {
    /// The name in the schema.
    pub name: String,
    /// Where the name is declared. For an inherited field, this is in the base.
    pub span: Span,
    /// The documentation.
    pub doc: Option<String>,
    /// The type, as written in the registry.
    pub shape: Shape,
    /// Avro's default: `null` for `T?` without a default.
    pub default: Option<Json>,
    /// The default in the form of the registry and of the derives: a date is `"2026-01-31"`.
    pub plain_default: Option<Json>,
    /// The value that the constructor of the Rust type fills in.
    pub initial: Option<Json>,
    /// The aliases: other names under which a reader finds a field of the writer.
    pub aliases: Vec<Spanned<String>>,
    /// The class of personal data in the field.
    pub pii: Option<String>,
    /// The sort order.
    pub order: Order,
    /// The deprecation, if the declaration is deprecated.
    pub deprecation: Option<Deprecation>,
}

/// A type expression with resolved names. Scalars, named unions and types are references.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// A built-in type.
    Builtin(Builtin),
    /// `list<T>`
    List(Box<Shape>),
    /// `map<T>`
    Map(Box<Shape>),
    /// `T?`. Null is the first branch, unless the field has a default other than null.
    Optional(Box<Shape>),
    /// `A | B`, in this order.
    Union(Vec<Shape>),
    /// A [`TypeDef`]: a record, enum, fixed or named union.
    Type(Name),
    /// A [`Scalar`].
    Scalar(Name),
}

/// An event.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EventDef {
    /// The event type.
    pub name: Name,
    /// Where the name is declared.
    pub span: Span,
    /// The namespace of the file, with which the event type begins.
    pub namespace: String,
    /// The constant name: `ORDER_PLACED`.
    pub constant: String,
    /// Where the constant name is written. If it is made from the event type, this is the span of the event
    /// type.
    pub constant_span: Span,
    /// The documentation.
    pub doc: Option<String>,
    /// The minor version.
    pub minor: u32,
    /// The key path, as written. [`registry`](CheckedRegistry::registry) contains it only if it is valid.
    pub key: Option<Spanned<Vec<Spanned<String>>>>,
    /// The topics to which the event is published.
    pub topics: Vec<Spanned<String>>,
    /// The service that publishes the event.
    pub producer: Option<String>,
    /// The team that owns the event.
    pub owner: Option<String>,
    /// Whether users can rely on the event.
    pub stability: Stability,
    /// The deprecation, if the declaration is deprecated.
    pub deprecation: Option<Deprecation>,
    /// Whether the event is on the bus. If false, it has a struct and a signal, but no codec.
    pub bus: bool,
    /// The data: fields, in the order on the wire.
    pub data: Vec<Field>,
}

/// A deprecation: the reason and the replacement.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Deprecation {
    /// What to use instead: an event type, or a field.
    pub replacement: Option<Spanned<String>>,
    /// The reason.
    pub reason: Option<String>,
}

impl CheckedRegistry {
    /// Returns the scalar with this qualified name.
    pub fn scalar(&self, name: &Name) -> Option<&Scalar> {
        match self.names.get(name)? {
            Reference::Scalar(index) => self.scalars.get(*index),
            Reference::Type(_) => None,
        }
    }

    /// Returns the type with this qualified name.
    pub fn type_def(&self, name: &Name) -> Option<&TypeDef> {
        match self.names.get(name)? {
            Reference::Type(index) => self.types.get(*index),
            Reference::Scalar(_) => None,
        }
    }

    /// Returns the event with this event type.
    pub fn event(&self, event_type: &Name) -> Option<&EventDef> {
        self.events.get(*self.event_indexes.get(event_type)?)
    }

    /// Returns true if the wire type of `shape` is null.
    pub(crate) fn is_null(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Builtin(builtin) => *builtin == Builtin::Primitive(Primitive::Null),
            Shape::Scalar(name) => {
                let wire = self.scalar(name).and_then(|scalar| scalar.wire.as_ref());
                wire.is_some_and(|wire| self.is_null(wire))
            }
            Shape::List(_) | Shape::Map(_) | Shape::Optional(_) | Shape::Union(_) | Shape::Type(_) => false,
        }
    }
}

impl Shape {
    /// Returns the names of all scalars and types in the shape, in the order of the expression.
    pub fn references(&self) -> Vec<&Name> {
        match self {
            Self::Builtin(_) => Vec::new(),
            Self::List(inner) | Self::Map(inner) | Self::Optional(inner) => inner.references(),
            Self::Union(branches) => branches.iter().flat_map(Self::references).collect(),
            Self::Type(name) | Self::Scalar(name) => vec![name],
        }
    }
}

impl EventDef {
    /// Returns the event type without its namespace, as it is written in the registry.
    pub fn local(&self) -> &str {
        let name = self.name.as_str();
        name.strip_prefix(self.namespace.as_str()).map_or(name, |rest| rest.trim_start_matches('.'))
    }

    /// Returns the parts of the event type, each with its span. The parts of the namespace have the span of
    /// the event.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&str, Span)> {
        let name = self.name.as_str();
        let local = name.len() - self.local().len();
        let exact = self.span.end - self.span.start == name.len() - local;
        name.split('.').map(move |part| {
            let offset = part.as_ptr() as usize - name.as_ptr() as usize;
            let span = match offset.checked_sub(local) {
                Some(at) if exact => {
                    let start = self.span.start + at;
                    Span { start, end: start + part.len(), ..self.span }
                }
                Some(_) | None => self.span,
            };
            (part, span)
        })
    }
}
