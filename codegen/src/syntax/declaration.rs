//! What a registry file declares. The JSON Schema that editors use is made from these structs.

use signalbook_model::{Order, Stability};

use super::Spanned;
use super::expr::TypeExpr;
#[cfg(feature = "json-schema")]
use super::json_schema::{Choice, Map, ShortOr};
use super::literal::Literal;
use super::reader::Word;

/// A file of a signal registry.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Document {
    /// What the names of the file's declarations begin with; required where there are any.
    pub(crate) namespace: Option<Spanned<String>>,
    /// Domain types: what travels, and the Rust type that it becomes.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<Scalar>"))]
    pub(crate) scalars: Entries<Scalar>,
    /// Records, enums, fixed types and named unions.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<TypeDecl>"))]
    pub(crate) types: Entries<TypeDecl>,
    /// Events, by what follows the namespace in their event type: `order.placed.v1`.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<Event>"))]
    pub(crate) events: Entries<Event>,
}

/// Declarations by name, in the order written.
pub(crate) type Entries<T> = Vec<Entry<T>>;

/// A name and what it declares.
#[derive(Debug)]
pub(crate) struct Entry<T> {
    pub(crate) name: Spanned<String>,
    pub(crate) value: T,
}

/// A domain type that travels as some other type.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Scalar {
    /// What travels: any type; `none` for what cannot.
    #[cfg_attr(feature = "json-schema", schemars(required))]
    pub(crate) wire: Option<Wire>,
    /// The path of an existing Rust type; without it, that of the wire type.
    pub(crate) rust: Option<Spanned<String>>,
    /// The path of the adapter that writes the Rust type on the wire.
    #[cfg_attr(feature = "json-schema", schemars(rename = "as"))]
    pub(crate) adapter: Option<Spanned<String>>,
    /// A word for people and for JSON Schema: `uuid`, `date-time`, `uri`, ….
    pub(crate) format: Option<Spanned<String>>,
    /// What it is.
    pub(crate) doc: Option<Spanned<String>>,
}

/// What a scalar travels as.
#[derive(Debug)]
pub(crate) enum Wire {
    /// `none`: it cannot travel.
    Nothing,
    /// As this type.
    Type(TypeExpr),
}

/// A type: a record, an enum, a fixed or a union, by which of their keys it has.
#[derive(Debug)]
pub(crate) struct TypeDecl {
    pub(crate) doc: Option<Spanned<String>>,
    pub(crate) aliases: Vec<Spanned<String>>,
    /// `None` where it is not clear which it is.
    pub(crate) body: Option<TypeBody>,
}

/// What a type is made of.
#[derive(Debug)]
pub(crate) enum TypeBody {
    Record(RecordType),
    Enum(EnumType),
    Fixed(FixedType),
    Union(UnionType),
}

/// A record.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct RecordType {
    /// The record whose fields come first.
    pub(crate) extends: Option<Spanned<String>>,
    /// The fields, in the order of the wire.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Map<ShortOr<TypeExpr, Field>>"))]
    pub(crate) fields: Entries<Field>,
}

/// An enum.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct EnumType {
    /// The symbols, in the order of their indices.
    pub(crate) symbols: Vec<Spanned<String>>,
    /// What a reader takes for a symbol that it does not know.
    pub(crate) fallback: Option<Spanned<String>>,
    /// Whether the Rust enum keeps a symbol that it does not know.
    pub(crate) open: Option<Spanned<bool>>,
}

/// A number of bytes.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct FixedType {
    /// How many.
    #[cfg_attr(
        feature = "json-schema",
        schemars(rename = "fixed", required, range(min = 1, max = 4_294_967_295_u32))
    )]
    pub(crate) size: Option<Spanned<u32>>,
    /// What they mean: `uuid` (16), `duration` (12) or `decimal(p,s)`.
    #[cfg_attr(feature = "json-schema", schemars(with = "Option<TypeExpr>"))]
    pub(crate) logical: Option<Spanned<FixedLogical>>,
}

/// `logical` of a fixed.
pub(crate) type FixedLogical = signalbook_model::FixedLogical;

/// A union with a name; it travels as its branches.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct UnionType {
    /// The branches; `null` may be one.
    #[cfg_attr(feature = "json-schema", schemars(rename = "union"))]
    pub(crate) branches: Vec<TypeExpr>,
}

/// A field.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Field {
    /// Its type.
    #[cfg_attr(feature = "json-schema", schemars(rename = "type", required))]
    pub(crate) ty: Option<TypeExpr>,
    /// What it holds.
    pub(crate) doc: Option<Spanned<String>>,
    /// What a reader takes where a writer does not know the field: in the schema, and in the verdict on changes.
    pub(crate) default: Option<Literal>,
    /// What the constructor of the Rust type fills in; never in the schema.
    pub(crate) initial: Option<Literal>,
    /// Other names under which a reader finds a writer's field.
    #[cfg_attr(feature = "json-schema", schemars(default))]
    pub(crate) aliases: Vec<Spanned<String>>,
    /// The class of personal data that it holds: `email`, `name`, ….
    pub(crate) pii: Option<Spanned<String>>,
    /// How it takes part in sorting.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Option<Choice<Order>>"))]
    pub(crate) order: Order,
    /// Set where it is no longer to be used: a reason, or a table.
    #[cfg_attr(feature = "json-schema", schemars(with = "Option<ShortOr<String, Deprecation>>"))]
    pub(crate) deprecated: Option<Deprecation>,
}

/// Why something is no longer to be used.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Deprecation {
    /// What to use instead: an event type, or a field beside it.
    pub(crate) replacement: Option<Spanned<String>>,
    /// Why.
    pub(crate) reason: Option<Spanned<String>>,
}

/// An event.
#[derive(Debug)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(crate) struct Event {
    /// The constant that names its signal; from subject and action by default.
    pub(crate) name: Option<Spanned<String>>,
    /// What happened.
    pub(crate) doc: Option<Spanned<String>>,
    /// The minor version; the major is in the event type.
    #[cfg_attr(feature = "json-schema", schemars(default, range(max = 4_294_967_295_u32)))]
    pub(crate) minor: u32,
    /// The path of the scalar that orders the events: `order.id`.
    #[cfg_attr(feature = "json-schema", schemars(with = "Option<String>"))]
    pub(crate) key: Option<Path>,
    /// The topics it is published to.
    #[cfg_attr(feature = "json-schema", schemars(default))]
    pub(crate) topics: Vec<Spanned<String>>,
    /// The one service that sends it.
    pub(crate) producer: Option<Spanned<String>>,
    /// The team that answers for it.
    pub(crate) owner: Option<Spanned<String>>,
    /// How much its users may rely on it.
    #[cfg_attr(feature = "json-schema", schemars(default, with = "Option<Choice<Stability>>"))]
    pub(crate) stability: Stability,
    /// Set where it is no longer to be used: a reason, or a table.
    #[cfg_attr(feature = "json-schema", schemars(with = "Option<ShortOr<String, Deprecation>>"))]
    pub(crate) deprecated: Option<Deprecation>,
    /// `false`: for the process alone, a struct and a signal without a codec.
    #[cfg_attr(feature = "json-schema", schemars(default = "on_bus"))]
    pub(crate) bus: bool,
    /// What it carries: fields, in the order of the wire.
    #[cfg_attr(feature = "json-schema", schemars(with = "Map<ShortOr<TypeExpr, Field>>"))]
    pub(crate) data: Entries<Field>,
}

/// Field names joined by dots, each with its place.
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
