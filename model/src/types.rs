use crate::{Attributes, Name, Primitive};

/// How deep types may nest in a schema, counting each array, map, union and record on the way from the root.
///
/// It bounds the recursion of everything that walks a [`Schema`](crate::Schema) or its data along the schema.
pub const MAX_NESTING: usize = 128;

/// What a value is: Avro's types, with named types by reference.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A type without parts.
    Primitive(Primitive),
    /// A logical type over a primitive type; over a fixed see [`Fixed::logical`](crate::Fixed::logical).
    Logical(Logical),
    /// Items of one type, in blocks.
    Array(Box<Type>),
    /// String keys and values of one type, in blocks.
    Map(Box<Type>),
    /// One of several branches, by index. Holds neither a union directly nor two branches of one kind.
    Union(Vec<Type>),
    /// A record, enum or fixed, defined in the [`Registry`](crate::Registry) or [`Schema`](crate::Schema) around it.
    Named(Name),
    /// A type with custom attributes, as foreign schemas have them.
    Annotated(Box<Annotated>),
}

/// A type together with the attributes that its JSON object carries beyond the specification's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotated {
    /// The type; never itself [`Type::Annotated`].
    pub ty: Type,
    /// What else the schema's object says; never empty.
    pub attributes: Attributes,
}

/// The logical types over unnamed types (Avro 1.12, "Logical Types").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logical {
    /// `int`: days since 1970-01-01.
    Date,
    /// `int`: milliseconds since midnight.
    TimeMillis,
    /// `long`: microseconds since midnight.
    TimeMicros,
    /// `long`: milliseconds since 1970-01-01T00:00:00Z.
    TimestampMillis,
    /// `long`: microseconds since 1970-01-01T00:00:00Z.
    TimestampMicros,
    /// `long`: nanoseconds since 1970-01-01T00:00:00Z.
    TimestampNanos,
    /// `long`: milliseconds since 1970-01-01T00:00:00 of whatever the local clock is.
    LocalTimestampMillis,
    /// `long`: microseconds since 1970-01-01T00:00:00 of whatever the local clock is.
    LocalTimestampMicros,
    /// `long`: nanoseconds since 1970-01-01T00:00:00 of whatever the local clock is.
    LocalTimestampNanos,
    /// `string`: a UUID in RFC 9562's form.
    Uuid,
    /// `bytes`: an unscaled two's complement integer, big endian.
    Decimal {
        /// The most digits; at least 1.
        precision: u32,
        /// Digits after the point; at most `precision`.
        scale: u32,
    },
    /// `bytes`: a decimal that carries its own scale.
    BigDecimal,
}

impl Logical {
    /// The type on the wire.
    pub fn primitive(self) -> Primitive {
        match self {
            Self::Date | Self::TimeMillis => Primitive::Int,
            Self::TimeMicros
            | Self::TimestampMillis
            | Self::TimestampMicros
            | Self::TimestampNanos
            | Self::LocalTimestampMillis
            | Self::LocalTimestampMicros
            | Self::LocalTimestampNanos => Primitive::Long,
            Self::Uuid => Primitive::String,
            Self::Decimal { .. } | Self::BigDecimal => Primitive::Bytes,
        }
    }

    /// The same as a type.
    pub fn base(self) -> Type {
        self.primitive().into()
    }

    /// The name of the type on the wire.
    pub fn base_name(self) -> &'static str {
        self.primitive().name()
    }

    /// The value of the attribute `logicalType`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::TimeMillis => "time-millis",
            Self::TimeMicros => "time-micros",
            Self::TimestampMillis => "timestamp-millis",
            Self::TimestampMicros => "timestamp-micros",
            Self::TimestampNanos => "timestamp-nanos",
            Self::LocalTimestampMillis => "local-timestamp-millis",
            Self::LocalTimestampMicros => "local-timestamp-micros",
            Self::LocalTimestampNanos => "local-timestamp-nanos",
            Self::Uuid => "uuid",
            Self::Decimal { .. } => "decimal",
            Self::BigDecimal => "big-decimal",
        }
    }
}

impl Type {
    /// `null`.
    pub const NULL: Self = Self::Primitive(Primitive::Null);
    /// `boolean`.
    pub const BOOLEAN: Self = Self::Primitive(Primitive::Boolean);
    /// `int`.
    pub const INT: Self = Self::Primitive(Primitive::Int);
    /// `long`.
    pub const LONG: Self = Self::Primitive(Primitive::Long);
    /// `float`.
    pub const FLOAT: Self = Self::Primitive(Primitive::Float);
    /// `double`.
    pub const DOUBLE: Self = Self::Primitive(Primitive::Double);
    /// `bytes`.
    pub const BYTES: Self = Self::Primitive(Primitive::Bytes);
    /// `string`.
    pub const STRING: Self = Self::Primitive(Primitive::String);

    /// An array of `items`.
    pub fn array(items: Type) -> Self {
        Self::Array(Box::new(items))
    }

    /// A map to `values`.
    pub fn map(values: Type) -> Self {
        Self::Map(Box::new(values))
    }

    /// `["null", inner]`, what an optional value is.
    pub fn optional(inner: Type) -> Self {
        Self::Union(vec![Self::NULL, inner])
    }

    /// What a union calls this type as a branch, and Avro JSON a union's value: the full name of a named type, else the
    /// name of the type on the wire. A union within a union has none of its own: `union`.
    pub fn branch_name(&self) -> &str {
        match self {
            Self::Primitive(primitive) => primitive.name(),
            Self::Logical(logical) => logical.base_name(),
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Union(_) => "union",
            Self::Named(name) => name.as_str(),
            Self::Annotated(annotated) => annotated.ty.branch_name(),
        }
    }

    /// The type as the registry language writes it, `list<Line>?`, `(Card | Transfer)?`; `name` says how a named type is written.
    pub fn expression(&self, name: &mut impl FnMut(&Name) -> String) -> String {
        match self {
            Self::Primitive(primitive) => primitive.name().to_owned(),
            Self::Logical(Logical::Decimal { precision, scale }) => format!("decimal({precision},{scale})"),
            Self::Logical(logical) => logical.name().to_owned(),
            Self::Array(items) => format!("list<{}>", items.expression(name)),
            Self::Map(values) => format!("map<{}>", values.expression(name)),
            Self::Union(branches) => match branches.as_slice() {
                [Self::NULL, inner] | [inner, Self::NULL] => format!("{}?", inner.expression(name)),
                [Self::NULL, branches @ ..] if !branches.is_empty() => {
                    format!("({})?", alternatives(branches, name))
                }
                branches => alternatives(branches, name),
            },
            Self::Named(named) => name(named),
            Self::Annotated(annotated) => annotated.ty.expression(name),
        }
    }

    /// The primitive type on the wire; `None` for a type with parts and for a named one.
    pub fn primitive(&self) -> Option<Primitive> {
        match self.plain() {
            Self::Primitive(primitive) => Some(*primitive),
            Self::Logical(logical) => Some(logical.primitive()),
            Self::Array(_) | Self::Map(_) | Self::Union(_) | Self::Named(_) | Self::Annotated(_) => None,
        }
    }

    /// The types that stand directly in this one: items, values, branches; not those of a definition that it names.
    pub fn parts(&self) -> &[Type] {
        match self {
            Self::Array(part) | Self::Map(part) => std::slice::from_ref(part),
            Self::Union(branches) => branches,
            Self::Annotated(annotated) => std::slice::from_ref(&annotated.ty),
            Self::Primitive(_) | Self::Logical(_) | Self::Named(_) => &[],
        }
    }

    /// The type without custom attributes.
    pub fn plain(&self) -> &Type {
        match self {
            Self::Annotated(annotated) => &annotated.ty,
            other => other,
        }
    }

    /// The type on the wire: without custom attributes and without the logical type.
    pub fn wire(&self) -> std::borrow::Cow<'_, Type> {
        match self.plain() {
            Self::Logical(logical) => std::borrow::Cow::Owned(logical.base()),
            other => std::borrow::Cow::Borrowed(other),
        }
    }
}

/// The branches of a union as the registry language writes them.
fn alternatives(branches: &[Type], name: &mut impl FnMut(&Name) -> String) -> String {
    let branches = branches.iter().map(|branch| branch.expression(name));
    branches.collect::<Vec<_>>().join(" | ")
}
