use crate::{Attributes, Name, Primitive};

/// The maximum nesting depth of types in a schema. Each array, map, union and record on the path from the
/// root counts.
///
/// It limits the recursion of all functions that visit a [`Schema`](crate::Schema) or its data.
pub const MAX_NESTING: usize = 128;

/// An Avro type. Named types are references.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A primitive type.
    Primitive(Primitive),
    /// A logical type on a primitive type. For a fixed, see [`Fixed::logical`](crate::Fixed::logical).
    Logical(Logical),
    /// An array: items of one type, encoded in blocks.
    Array(Box<Type>),
    /// A map: string keys and values of one type, encoded in blocks.
    Map(Box<Type>),
    /// A union: one of several branches, encoded by its index. A branch is not a union, and no two branches
    /// have the same kind.
    Union(Vec<Type>),
    /// A record, enum or fixed that is defined in the [`Registry`](crate::Registry) or
    /// [`Schema`](crate::Schema).
    Named(Name),
    /// A type with custom attributes.
    Annotated(Box<Annotated>),
}

/// A type with the attributes of its JSON object that the specification does not define.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotated {
    /// The type. It is not [`Type::Annotated`] itself.
    pub ty: Type,
    /// The custom attributes. There is at least one.
    pub attributes: Attributes,
}

/// The logical types of unnamed types (Avro 1.12, "Logical Types").
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
    /// `long`: milliseconds since 1970-01-01T00:00:00 in local time.
    LocalTimestampMillis,
    /// `long`: microseconds since 1970-01-01T00:00:00 in local time.
    LocalTimestampMicros,
    /// `long`: nanoseconds since 1970-01-01T00:00:00 in local time.
    LocalTimestampNanos,
    /// `string`: a UUID in the form of RFC 9562.
    Uuid,
    /// `bytes`: an unscaled two's complement integer, big endian.
    Decimal {
        /// The maximum number of digits: at least 1.
        precision: u32,
        /// The number of digits after the point: at most `precision`.
        scale: u32,
    },
    /// `bytes`: a decimal that contains its own scale.
    BigDecimal,
}

impl Logical {
    /// Returns the base type, which is the type on the wire.
    pub const fn primitive(self) -> Primitive {
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

    /// Returns the base type as a [`Type`].
    pub fn base(self) -> Type {
        self.primitive().into()
    }

    /// Returns the name of the base type.
    pub fn base_name(self) -> &'static str {
        self.primitive().name()
    }

    /// Returns the value of the attribute `logicalType`.
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

    /// Returns an array of `items`.
    pub fn array(items: Type) -> Self {
        Self::Array(Box::new(items))
    }

    /// Returns a map with `values`.
    pub fn map(values: Type) -> Self {
        Self::Map(Box::new(values))
    }

    /// Returns `["null", inner]`, the type of an optional value.
    pub fn optional(inner: Type) -> Self {
        Self::Union(vec![Self::NULL, inner])
    }

    /// Returns the name of this type as a branch of a union, which Avro's JSON encoding also uses: the full
    /// name of a named type, or the name of the type on the wire. For a union, it is `union`.
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

    /// Returns the primitive type on the wire. Returns `None` for arrays, maps, unions and named types.
    pub fn primitive(&self) -> Option<Primitive> {
        match self.plain() {
            Self::Primitive(primitive) => Some(*primitive),
            Self::Logical(logical) => Some(logical.primitive()),
            Self::Array(_) | Self::Map(_) | Self::Union(_) | Self::Named(_) | Self::Annotated(_) => None,
        }
    }

    /// Returns the types that this type contains directly: items, values or branches. Named types are not
    /// followed.
    pub fn parts(&self) -> &[Type] {
        match self {
            Self::Array(part) | Self::Map(part) => std::slice::from_ref(part),
            Self::Union(branches) => branches,
            Self::Annotated(annotated) => std::slice::from_ref(&annotated.ty),
            Self::Primitive(_) | Self::Logical(_) | Self::Named(_) => &[],
        }
    }

    /// Returns the names of all definitions in this type, in the order of the type. Definitions are not
    /// followed.
    pub fn references(&self) -> Vec<&Name> {
        match self {
            Self::Named(name) => vec![name],
            other => other.parts().iter().flat_map(Self::references).collect(),
        }
    }

    /// Returns the type without custom attributes.
    pub fn plain(&self) -> &Type {
        match self {
            Self::Annotated(annotated) => &annotated.ty,
            other => other,
        }
    }

    /// Returns `T` for an optional type: a union of null and `T`.
    pub fn as_optional(&self) -> Option<&Type> {
        match self.plain() {
            Self::Union(branches) => match branches.as_slice() {
                [Self::NULL, ty] | [ty, Self::NULL] => Some(ty),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the type of the values other than null of an optional type, and any other type itself. Custom
    /// attributes are removed.
    pub fn without_null(&self) -> &Type {
        self.as_optional().unwrap_or(self).plain()
    }

    /// Returns the type on the wire: without custom attributes and without the logical type.
    pub fn wire(&self) -> std::borrow::Cow<'_, Type> {
        match self.plain() {
            Self::Logical(logical) => std::borrow::Cow::Owned(logical.base()),
            other => std::borrow::Cow::Borrowed(other),
        }
    }
}
