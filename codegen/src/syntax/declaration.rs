//! The declarations of a registry file. The JSON Schema for editors is generated from these structs.

use signalbook_model::{Order, Stability};

use super::Spanned;
use super::expr::TypeExpr;
#[cfg(feature = "json-schema")]
use super::json_schema::{Choice, Map, ShortOr};
use super::literal::Literal;
use super::reader::Word;

/// A file of a registry.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Document {
    /// The namespace of the file's declarations. Required if the file has declarations.
    pub(crate) namespace: Option<Spanned<String>>,
    /// Scalars: types with a wire type and a Rust type.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<Scalar>"))]
    pub(crate) scalars: Entries<Scalar>,
    /// Records, enums, fixeds and named unions.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<TypeDecl>"))]
    pub(crate) types: Entries<TypeDecl>,
    /// Events, by their event type without the namespace: `order.placed.v1`.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<Event>"))]
    pub(crate) events: Entries<Event>,
}

/// Declarations with their names, in the order of the file.
pub(crate) type Entries<T> = Vec<Entry<T>>;

/// A name and its declaration.
#[derive(Debug)]
pub(crate) struct Entry<T> {
    pub(crate) name: Spanned<String>,
    pub(crate) value: T,
}

/// A scalar: a type with a wire type and a Rust type.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Scalar {
    /// The wire type: any type, or `none` if the values cannot be on the bus.
    #[cfg_attr(feature = "json-schema", schemars(required))]
    pub(crate) wire: Option<Wire>,
    /// The path of an existing Rust type. By default the Rust type of the wire type.
    pub(crate) rust: Option<Spanned<String>>,
    /// The path of the adapter that reads and writes the Rust type.
    #[cfg_attr(feature = "json-schema", schemars(rename = "as"))]
    pub(crate) adapter: Option<Spanned<String>>,
    /// The format of the values, as in JSON Schema: `uuid`, `date-time`, `uri`, ….
    pub(crate) format: Option<Spanned<String>>,
    /// The documentation.
    pub(crate) doc: Option<Spanned<String>>,
}

/// The wire type of a scalar.
#[derive(Debug)]
pub(crate) enum Wire {
    /// `none`: the scalar has no wire form.
    Nothing,
    /// This type.
    Type(TypeExpr),
}

/// A type: a record, an enum, a fixed or a union. Its keys decide which.
#[derive(Debug)]
pub(crate) struct TypeDecl {
    pub(crate) doc: Option<Spanned<String>>,
    pub(crate) aliases: Vec<Spanned<String>>,
    /// `None` if the keys do not decide which kind of type it is.
    pub(crate) body: Option<TypeBody>,
}

/// What only one kind of type has. The keys of the declaration decide which kind it is.
#[derive(Debug)]
pub(crate) enum TypeBody {
    Record(RecordType),
    Enum(EnumType),
    Fixed(FixedType),
    Union(UnionType),
}

/// A sequence of fields, each with a name. It may extend another record.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct RecordType {
    /// The base: the record whose fields come first.
    pub(crate) extends: Option<Spanned<String>>,
    /// The fields, in the order on the wire.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<ShortOr<TypeExpr, Field>>"))]
    pub(crate) fields: Entries<Field>,
}

/// One of several symbols.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct EnumType {
    /// The symbols, in the order of their indices.
    pub(crate) symbols: Vec<Spanned<String>>,
    /// The symbol that a reader takes for a symbol that it does not know.
    pub(crate) fallback: Option<Spanned<String>>,
    /// Whether the Rust enum keeps a symbol that it does not know.
    pub(crate) open: Option<Spanned<bool>>,
}

/// A fixed: a fixed number of bytes.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct FixedType {
    /// The number of bytes.
    #[cfg_attr(
        feature = "json-schema",
        schemars(rename = "fixed", required, range(min = 1, max = 4_294_967_295_u32))
    )]
    pub(crate) size: Option<Spanned<u32>>,
    /// The logical type: `uuid` (16 bytes), `duration` (12 bytes) or `decimal(p,s)`.
    #[cfg_attr(feature = "json-schema", schemars(with = "Option<TypeExpr>"))]
    pub(crate) logical: Option<Spanned<FixedLogical>>,
}

/// `logical` of a fixed.
pub(crate) type FixedLogical = signalbook_model::FixedLogical;

/// A named union. The name is not on the wire.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct UnionType {
    /// The branches. One of them can be `null`.
    #[cfg_attr(feature = "json-schema", schemars(rename = "union"))]
    pub(crate) branches: Vec<TypeExpr>,
}

/// A named part of a record, or of an event's data. The short form is only its type.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Field {
    /// Its type.
    #[cfg_attr(feature = "json-schema", schemars(rename = "type", required))]
    pub(crate) ty: Option<TypeExpr>,
    /// The documentation.
    pub(crate) doc: Option<Spanned<String>>,
    /// Avro's default: the value that a reader takes if the writer does not have the field.
    pub(crate) default: Option<Literal>,
    /// The value that the constructor of the Rust type fills in. It is not in the schema.
    pub(crate) initial: Option<Literal>,
    /// Other names under which a reader finds a writer's field.
    #[cfg_attr(feature = "json-schema", schemars(default))]
    pub(crate) aliases: Vec<Spanned<String>>,
    /// The class of personal data in the field: `email`, `name`, ….
    pub(crate) pii: Option<Spanned<String>>,
    /// The sort order of the field.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Option<Choice<Order>>"))]
    pub(crate) order: Order,
    /// Marks the declaration as deprecated: a reason, or a table.
    #[cfg_attr(feature = "json-schema", schemars(with = "Option<ShortOr<String, Deprecation>>"))]
    pub(crate) deprecated: Option<Deprecation>,
}

/// Why users should stop using a field or an event. The short form is only the reason.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Deprecation {
    /// What to use instead: an event type, or a field of the same record or event.
    pub(crate) replacement: Option<Spanned<String>>,
    /// The reason.
    pub(crate) reason: Option<Spanned<String>>,
}

/// Something that happened, as data, with facts that its schema does not hold.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Event {
    /// The constant name. By default it is made from subject and action.
    pub(crate) name: Option<Spanned<String>>,
    /// The documentation: what happened.
    pub(crate) doc: Option<Spanned<String>>,
    /// The minor version. The major version is in the event type.
    #[cfg_attr(feature = "json-schema", schemars(default, range(max = 4_294_967_295_u32)))]
    pub(crate) minor: u32,
    /// The path of the scalar that orders the events: `order.id`.
    #[cfg_attr(feature = "json-schema", schemars(with = "Option<String>"))]
    pub(crate) key: Option<Path>,
    /// The topics to which the event is published.
    #[cfg_attr(feature = "json-schema", schemars(default))]
    pub(crate) topics: Vec<Spanned<String>>,
    /// The service that publishes the event.
    pub(crate) producer: Option<Spanned<String>>,
    /// The team that owns the event.
    pub(crate) owner: Option<Spanned<String>>,
    /// The stability: whether users can rely on the event.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Option<Choice<Stability>>"))]
    pub(crate) stability: Stability,
    /// Marks the declaration as deprecated: a reason, or a table.
    #[cfg_attr(feature = "json-schema", schemars(with = "Option<ShortOr<String, Deprecation>>"))]
    pub(crate) deprecated: Option<Deprecation>,
    /// If `false`, the event is not on the bus: it has a struct and a signal, but no codec.
    #[cfg_attr(feature = "json-schema", schemars(default = "on_bus"))]
    pub(crate) bus: bool,
    /// The data: fields, in the order on the wire.
    #[cfg_attr(feature = "json-schema", schemars(with = "Map<ShortOr<TypeExpr, Field>>"))]
    pub(crate) data: Entries<Field>,
}

/// The field names of a key path, each with its span.
pub(crate) type Path = Spanned<Vec<Spanned<String>>>;

#[cfg(feature = "json-schema")]
fn on_bus() -> bool {
    true
}

impl Word for Order {
    const WORDS: &'static [(&'static str, Self)] =
        &[("ascending", Self::Ascending), ("descending", Self::Descending), ("ignore", Self::Ignore)];
}

impl Word for Stability {
    const WORDS: &'static [(&'static str, Self)] = &[("stable", Self::Stable), ("unstable", Self::Unstable)];
}
