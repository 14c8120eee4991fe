//! The description of a type as constant data, from which the model is built on demand.

use std::any::type_name;

use signalbook_model::{
    Builder, Deprecation, Enum, Event, Field, Fixed, FixedLogical, Json, Logical, Order, Record, Stability,
    Type, TypeNames,
};

use crate::{Branch, BranchKind, Describe, EncodeError, Encoder, EventType, SchemaError, traits::Shape};

/// How a type describes itself.
type DescribeFn = fn(&mut Builder) -> Type;

#[derive(Debug)]
pub struct RecordSpec {
    /// The qualified name, for a generic type without its arguments.
    pub name: &'static str,
    pub arguments: &'static [DescribeFn],
    pub doc: Option<&'static str>,
    pub aliases: &'static [&'static str],
    pub fields: &'static [FieldSpec],
}

/// A field of a record or event.
#[derive(Debug)]
pub struct FieldSpec {
    /// The wire name.
    pub name: &'static str,
    pub describe: DescribeFn,
    /// The logical type of the field's type, or of the innermost type in it.
    pub logical: Option<Logical>,
    pub doc: Option<&'static str>,
    pub aliases: &'static [&'static str],
    pub default: Option<Literal>,
    pub order: Order,
    pub pii: Option<&'static str>,
}

#[derive(Debug)]
pub struct EnumSpec {
    /// The qualified name.
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub aliases: &'static [&'static str],
    pub symbols: &'static [&'static str],
    pub fallback: Option<&'static str>,
}

#[derive(Debug)]
pub struct FixedSpec {
    /// The qualified name.
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub aliases: &'static [&'static str],
    pub size: usize,
    pub logical: Option<FixedLogical>,
}

#[derive(Debug)]
pub struct EventSpec {
    /// The constant name.
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub minor: u32,
    /// The key path.
    pub key: Option<&'static str>,
    pub topics: &'static [&'static str],
    pub producer: Option<&'static str>,
    pub stability: Stability,
    /// The replacement and the reason of a deprecation.
    pub deprecation: Option<(Option<&'static str>, Option<&'static str>)>,
    pub type_names: TypeNames,
    pub data: &'static [FieldSpec],
}

/// A JSON value.
#[derive(Clone, Copy, Debug)]
pub enum Literal {
    Null,
    Bool(bool),
    /// A number without fraction and exponent.
    Integer(i128),
    /// Any other number.
    Float(f64),
    String(&'static str),
    Array(&'static [Literal]),
    /// The members in order.
    Object(&'static [(&'static str, Literal)]),
}

/// A field of type `T` with nothing but its name.
pub const fn field<T: Describe + ?Sized>(name: &'static str) -> FieldSpec {
    FieldSpec {
        name,
        describe: T::describe,
        logical: None,
        doc: None,
        aliases: &[],
        default: None,
        order: Order::Ascending,
        pii: None,
    }
}

/// How `T` describes itself.
pub const fn describe<T: Describe + ?Sized>() -> DescribeFn {
    T::describe
}

/// How `T`, a branch of a union, describes itself.
pub const fn describe_branch<T: Branch + ?Sized>() -> DescribeFn {
    T::describe
}

/// How null describes itself.
pub const fn describe_null() -> DescribeFn {
    |_| Type::NULL
}

// The functions `*_named` take the Rust type's name, not the type, so that they are compiled once.

/// Describes the record `T`.
pub fn record<T: ?Sized>(builder: &mut Builder, spec: &RecordSpec) -> Type {
    record_named(builder, spec, type_name::<T>())
}

fn record_named(builder: &mut Builder, spec: &RecordSpec, rust_type: &'static str) -> Type {
    let name = argument_names(builder, spec);
    builder.record(&name, rust_type, |builder| Record {
        doc: spec.doc.map(str::to_owned),
        aliases: owned(spec.aliases),
        fields: spec.fields.iter().map(|field| field.build(builder)).collect(),
        ..Record::default()
    })
}

/// Describes the enum `T`.
pub fn enumeration<T: ?Sized>(builder: &mut Builder, spec: &EnumSpec) -> Type {
    enumeration_named(builder, spec, type_name::<T>())
}

fn enumeration_named(builder: &mut Builder, spec: &EnumSpec, rust_type: &'static str) -> Type {
    builder.enumeration(spec.name, rust_type, || Enum {
        doc: spec.doc.map(str::to_owned),
        aliases: owned(spec.aliases),
        symbols: owned(spec.symbols),
        fallback: spec.fallback.map(str::to_owned),
        ..Enum::default()
    })
}

/// Describes the fixed `T`.
pub fn fixed<T: ?Sized>(builder: &mut Builder, spec: &FixedSpec) -> Type {
    fixed_named(builder, spec, type_name::<T>())
}

fn fixed_named(builder: &mut Builder, spec: &FixedSpec, rust_type: &'static str) -> Type {
    builder.fixed(spec.name, rust_type, || Fixed {
        doc: spec.doc.map(str::to_owned),
        aliases: owned(spec.aliases),
        size: spec.size,
        logical: spec.logical,
        ..Fixed::default()
    })
}

/// Describes a union.
pub fn union(builder: &mut Builder, branches: &[DescribeFn]) -> Type {
    Type::Union(branches.iter().map(|describe| describe(builder)).collect())
}

/// Describes the event `E`.
pub fn event<E: EventType + ?Sized>(builder: &mut Builder, spec: &EventSpec) {
    event_named(builder, spec, E::TYPE, type_name::<E>());
}

fn event_named(builder: &mut Builder, spec: &EventSpec, event_type: &str, rust_type: &'static str) {
    builder.event(event_type, rust_type, |builder| Event {
        name: spec.name.to_owned(),
        doc: spec.doc.map(str::to_owned),
        minor: spec.minor,
        key: spec.key.map(str::to_owned),
        topics: owned(spec.topics),
        producer: spec.producer.map(str::to_owned),
        stability: spec.stability,
        deprecation: spec.deprecation.map(|(replacement, reason)| Deprecation {
            replacement: replacement.map(str::to_owned),
            reason: reason.map(str::to_owned),
        }),
        type_names: spec.type_names,
        data: spec.data.iter().map(|field| field.build(builder)).collect(),
    });
}

pub fn fingerprint<E: crate::Event>() -> Result<u64, SchemaError> {
    crate::schema_of::<E>().map(|schema| schema.fingerprint())
}

/// `ty` with the logical type `logical` in place of each of its base types within.
pub fn logical(ty: Type, logical: Logical) -> Type {
    match ty {
        Type::Array(items) => Type::array(self::logical(*items, logical)),
        Type::Map(values) => Type::map(self::logical(*values, logical)),
        Type::Union(branches) => {
            Type::Union(branches.into_iter().map(|branch| self::logical(branch, logical)).collect())
        }
        scalar if scalar == logical.base() => Type::Logical(logical),
        other => other,
    }
}

/// Writes the symbol `index` of the enum `T`. Without an index, the symbol is unknown, and the enum has no
/// fallback.
#[inline]
pub fn encode_symbol<T>(index: Option<usize>, out: &mut Encoder<'_>) {
    match index {
        Some(index) => out.length(index),
        None => out.fail(EncodeError::UnknownSymbol { rust_type: type_name::<T>() }),
    }
}

/// Whether a union with branches of the kinds `before` may have one of `kind`. Named types are compared by
/// name elsewhere.
pub const fn is_distinct(kind: BranchKind, before: &[BranchKind]) -> bool {
    let mut index = 0;
    while index < before.len() {
        if before[index].excludes(kind) {
            return false;
        }
        index += 1;
    }
    true
}

/// Whether `default` can be a default of a type of this shape.
pub const fn fits(shape: Shape, default: Literal) -> bool {
    match (shape, default) {
        (Shape::Open, _) | (Shape::Record, Literal::Object(_)) => true,
        (Shape::Enum(symbols), Literal::String(text)) => {
            let mut index = 0;
            while index < symbols.len() {
                if is_equal(symbols[index].as_bytes(), text.as_bytes()) {
                    return true;
                }
                index += 1;
            }
            false
        }
        (Shape::Fixed(size), Literal::String(text)) => {
            let (bytes, mut index, mut count) = (text.as_bytes(), 0, 0);
            while index < bytes.len() {
                // U+0000 to U+007F in one byte, up to U+00FF in two that begin with C2 or C3.
                index += match bytes[index] {
                    0..0x80 => 1,
                    0xc2 | 0xc3 => 2,
                    _ => return false,
                };
                count += 1;
            }
            count == size
        }
        (Shape::Logical(logical), Literal::String(text)) => logical.is_text(text),
        (Shape::Logical(logical), Literal::Integer(number)) => logical.is_number(number),
        (Shape::Logical(logical), Literal::Object(members)) => logical.is_decimal() && is_raw(members),
        (Shape::FixedLogical(logical), Literal::String(text)) => logical.is_text(text),
        (Shape::FixedLogical(_), Literal::Object(members)) => is_raw(members),
        (
            Shape::Record | Shape::Enum(_) | Shape::Fixed(_) | Shape::Logical(_) | Shape::FixedLogical(_),
            _,
        ) => false,
    }
}

/// Whether the object is `{"bytes": "..."}`.
const fn is_raw(members: &[(&str, Literal)]) -> bool {
    matches!(members, [(name, Literal::String(_))] if is_equal(name.as_bytes(), b"bytes"))
}

const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}

impl Literal {
    pub const NAN: Self = Self::Float(f64::NAN);
    pub const INFINITY: Self = Self::Float(f64::INFINITY);
    pub const NEG_INFINITY: Self = Self::Float(f64::NEG_INFINITY);
}

impl FieldSpec {
    fn build(&self, builder: &mut Builder) -> Field {
        let ty = (self.describe)(builder);
        let ty = match self.logical {
            Some(logical) => self::logical(ty, logical),
            None => ty,
        };
        Field {
            doc: self.doc.map(str::to_owned),
            aliases: owned(self.aliases),
            default: self.default.map(Json::from),
            order: self.order,
            pii: self.pii.map(str::to_owned),
            ..Field::new(self.name, ty)
        }
    }
}

impl From<Literal> for Json {
    fn from(literal: Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Bool(value) => Self::Bool(value),
            Literal::Integer(value) => Self::Integer(value),
            Literal::Float(value) => Self::Float(value),
            Literal::String(value) => Self::String(value.to_owned()),
            Literal::Array(items) => Self::Array(items.iter().map(|&item| item.into()).collect()),
            Literal::Object(members) => {
                Self::Object(members.iter().map(|&(name, value)| (name.to_owned(), value.into())).collect())
            }
        }
    }
}

/// The name of a record with the names of its arguments: `com.example.Page_Order`.
fn argument_names(builder: &mut Builder, spec: &RecordSpec) -> String {
    let mut name = spec.name.to_owned();
    for describe in spec.arguments {
        name.push('_');
        push_type(&mut name, &describe(builder));
    }
    name
}

fn push_type(name: &mut String, ty: &Type) {
    match ty {
        Type::Array(items) => {
            name.push_str("array_");
            push_type(name, items);
        }
        Type::Map(values) => {
            name.push_str("map_");
            push_type(name, values);
        }
        Type::Union(branches) => {
            name.push_str("union");
            for branch in branches {
                name.push('_');
                push_type(name, branch);
            }
        }
        Type::Named(named) => name.push_str(named.simple()),
        Type::Logical(logical) => name.push_str(&logical.name().replace('-', "_")),
        Type::Annotated(annotated) => push_type(name, &annotated.ty),
        Type::Primitive(_) => name.push_str(ty.branch_name()),
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
