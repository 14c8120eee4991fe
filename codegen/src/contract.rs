use std::collections::HashMap;

use signalbook_diagnostics::Span;
use signalbook_model::{FixedLogical, Json, Name, Order, Registry, Stability};

use crate::{Builtin, Settings, Spanned};

/// What a registry says, after names are found and bases are flattened.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The events with a wire form, and the types that they reach.
    pub registry: Registry,
    /// What `signalbook.toml` says.
    pub settings: Settings,
    /// The scalars, in the order declared.
    pub scalars: Vec<Scalar>,
    /// The types, in the order declared.
    pub types: Vec<TypeDef>,
    /// The events, in the order declared; also those for the process alone.
    pub events: Vec<EventDef>,
    pub(crate) names: HashMap<Name, Reference>,
}

/// What a name of a type expression stands for: an index into the contract.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reference {
    Scalar(usize),
    Type(usize),
}

/// A domain type that travels as some other type.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// Its qualified name.
    pub name: Name,
    /// Where its name is declared.
    pub span: Span,
    /// What it is, for people.
    pub doc: Option<String>,
    /// The wire form; `None` if the type has no wire form.
    pub wire: Option<Shape>,
    /// The path of an existing Rust type; without one, it is the Rust type of `wire`.
    pub rust: Option<String>,
    /// The path of the adapter that writes the Rust type on the wire.
    pub adapter: Option<String>,
    /// A word for people and for JSON Schema.
    pub format: Option<String>,
}

/// A declared record, enum, fixed or union.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Its qualified name.
    pub name: Name,
    /// Where its name is declared.
    pub span: Span,
    /// What it is, for people.
    pub doc: Option<String>,
    /// Other names under which a reader finds a writer's type.
    pub aliases: Vec<Spanned<String>>,
    /// What it is made of.
    pub kind: TypeKind,
    /// Whether it has a wire form: no scalar that cannot travel is in reach.
    pub has_wire_form: bool,
}

/// What a declared type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// Fields in order.
    Record(Record),
    /// One symbol of a list.
    Enum(Enum),
    /// A number of bytes.
    Fixed(Fixed),
    /// One of several branches; without a name on the wire.
    Union(Vec<Shape>),
}

/// A record.
#[derive(Clone, Debug)]
pub struct Record {
    /// The record that it extends.
    pub base: Option<Name>,
    /// All its fields, the base's included, in the order of the wire.
    pub fields: Vec<Field>,
}

/// An enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The symbols, in the order of their indices.
    pub symbols: Vec<Spanned<String>>,
    /// What a reader takes for a symbol that it does not know.
    pub fallback: Option<String>,
    /// Whether the Rust enum keeps a symbol that it does not know.
    pub open: bool,
}

/// A fixed.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// How many bytes.
    pub size: usize,
    /// What they mean.
    pub logical: Option<FixedLogical>,
}

/// A field of a record, or of an event's data.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in the schema.
    pub name: String,
    /// Where its name is declared; in the base, where it comes from there.
    pub span: Span,
    /// What it is, for people.
    pub doc: Option<String>,
    /// Its type, as it was written.
    pub shape: Shape,
    /// Avro's default, complete: `null` for `T?` without one; records with all their fields.
    pub default: Option<Json>,
    /// What the constructor of the Rust type fills in; as complete as a default.
    pub initial: Option<Json>,
    /// Other names under which a reader finds a writer's field.
    pub aliases: Vec<Spanned<String>>,
    /// The class of personal data that it holds.
    pub pii: Option<String>,
    /// How it takes part in sorting.
    pub order: Order,
    /// Set where it is no longer to be used.
    pub deprecation: Option<Deprecation>,
}

/// A type expression whose names are found. Scalars, named unions and types stay references.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A type that the language brings along.
    Builtin(Builtin),
    /// `list<T>`
    List(Box<Shape>),
    /// `map<T>`
    Map(Box<Shape>),
    /// `T?`: null first, unless the field has a default other than null.
    Optional(Box<Shape>),
    /// `A | B`, in the order written.
    Union(Vec<Shape>),
    /// A [`TypeDef`]: a record, enum, fixed or named union.
    Type(Name),
    /// A [`Scalar`].
    Scalar(Name),
}

/// An event.
#[derive(Clone, Debug)]
pub struct EventDef {
    /// Its event type.
    pub name: Name,
    /// Where its name is declared.
    pub span: Span,
    /// The namespace of its file: what the event type begins with.
    pub namespace: String,
    /// The constant that names its signal, `ORDER_PLACED`.
    pub constant: String,
    /// Where the constant is written; the event type, where it comes from there.
    pub constant_span: Span,
    /// What happened, for people.
    pub doc: Option<String>,
    /// The minor version.
    pub minor: u32,
    /// The path of the key, as it was written; in the registry only where it resolves.
    pub key: Option<Spanned<Vec<Spanned<String>>>>,
    /// The topics it is published to.
    pub topics: Vec<Spanned<String>>,
    /// The one service that sends it.
    pub producer: Option<String>,
    /// The team that answers for it.
    pub owner: Option<String>,
    /// How much its users may rely on it.
    pub stability: Stability,
    /// Set where it is no longer to be used.
    pub deprecation: Option<Deprecation>,
    /// Whether it may travel; otherwise it is for the process alone: a struct and a signal, no codec.
    pub bus: bool,
    /// What it carries, in the order of the wire.
    pub data: Vec<Field>,
}

/// Why something is no longer to be used, and what takes its place.
#[derive(Clone, Debug)]
pub struct Deprecation {
    /// What to use instead: an event type, or a field.
    pub replacement: Option<Spanned<String>>,
    /// Why.
    pub reason: Option<String>,
}

impl Contract {
    /// The scalar of that qualified name.
    pub fn scalar(&self, name: &Name) -> Option<&Scalar> {
        match self.names.get(name)? {
            Reference::Scalar(index) => self.scalars.get(*index),
            Reference::Type(_) => None,
        }
    }

    /// The type of that qualified name.
    pub fn type_def(&self, name: &Name) -> Option<&TypeDef> {
        match self.names.get(name)? {
            Reference::Type(index) => self.types.get(*index),
            Reference::Scalar(_) => None,
        }
    }

    /// The event of that type.
    pub fn event(&self, event_type: &Name) -> Option<&EventDef> {
        self.events.iter().find(|event| event.name == *event_type)
    }
}

impl Shape {
    /// Every scalar and type that it names, in the order written.
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
    /// The event type without its namespace, as it was written.
    pub fn local(&self) -> &str {
        let name = self.name.as_str();
        name.strip_prefix(self.namespace.as_str()).map_or(name, |rest| rest.trim_start_matches('.'))
    }

    /// The parts of the event type, and where each is written: those of the namespace where the event is declared.
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
