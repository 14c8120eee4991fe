//! Generates Avro schemas from bytes, for property tests and fuzz targets.
//!
//! A test takes bytes from proptest or a fuzzer and gets a legal schema. Fewer and smaller bytes make simpler
//! schemas, so shrinking the bytes shrinks the schema.
//!
//! ```
//! use signalbook_sample::{Choices, schema};
//!
//! let simplest = schema(&mut Choices::new(&[]));
//! assert_eq!(simplest.root, signalbook_model::Type::from(signalbook_model::Primitive::String));
//! ```

use std::collections::BTreeMap;

use signalbook_model::{
    Annotated, Attributes, Definition, Enum, Field, Fixed, FixedLogical, Json, Logical, Name, Order,
    Primitive, Record, Schema, Type,
};

/// A stream of choices, taken from bytes. Past the end of the bytes, every choice is the first and simplest.
#[derive(Clone, Debug)]
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// Returns the choices encoded in `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns a number below `count`, which must be from 1 to 256.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count.max(1)
    }

    /// Returns `true` for one choice in `count`. The simplest choice is `false`.
    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    /// Returns any byte.
    pub fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// Returns any integer. Small ones and the ends of the ranges are more likely than others.
    pub fn long(&mut self) -> i64 {
        match self.byte() {
            small @ 0..=127 => i64::from(small),
            negative @ 128..=191 => 127 - i64::from(negative),
            192..=199 => i64::from(i32::MAX),
            200..=207 => i64::from(i32::MIN),
            208..=215 => i64::MAX,
            216..=223 => i64::MIN,
            224..=255 => i64::from_le_bytes(std::array::from_fn(|_| self.byte())),
        }
    }

    /// Returns any 32-bit integer.
    pub fn int(&mut self) -> i32 {
        i32::try_from(self.long())
            .unwrap_or_else(|_| i32::from_le_bytes(std::array::from_fn(|_| self.byte())))
    }

    /// Returns one of `items`; there must be 1 to 256 of them.
    pub fn of<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        &items[self.below(items.len())]
    }

    /// Returns `true` if no bytes are left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Generates a legal schema, equal to the result of parsing its text.
///
/// Every type has finite values: a record contains itself only within an array, a map or an optional value.
pub fn schema(choices: &mut Choices<'_>) -> Schema {
    let count = choices.below(6);
    let mut sampler = Sampler { names: Vec::new(), definitions: BTreeMap::new() };
    for index in 0..count {
        let namespace = *choices.of(&["", "shop", "com.example.shop"]);
        let simple = format!("{}{index}", choices.of(&["Order", "line", "_T", "X9_"]));
        let name = Name::in_namespace(namespace, &simple);
        let definition = sampler.definition(choices, &name);
        sampler.names.push(name.clone());
        sampler.definitions.insert(name, definition);
    }
    let root = match sampler.names.last() {
        Some(last) if !choices.one_in(8) => Type::Named(last.clone()),
        Some(_) | None => sampler.ty(choices, None, 3),
    };
    let mut reachable = BTreeMap::new();
    sampler.reach(&root, &mut reachable);
    Schema { root, definitions: reachable }
}

struct Sampler {
    /// The names defined so far, in order.
    names: Vec<Name>,
    definitions: BTreeMap<Name, Definition>,
}

impl Sampler {
    fn definition(&self, choices: &mut Choices<'_>, name: &Name) -> Definition {
        let doc = choices.one_in(3).then(|| "What it is, \"for people\".".to_owned());
        let aliases =
            if choices.one_in(4) { vec!["Old".to_owned(), "old.Name".to_owned()] } else { Vec::new() };
        match choices.below(5) {
            0..=2 => {
                let fields = (0..choices.below(6)).map(|index| self.field(choices, name, index)).collect();
                let error = choices.one_in(8);
                Definition::Record(Record { doc, aliases, fields, error, attributes: attributes(choices) })
            }
            3 => {
                let symbols: Vec<_> = (0..=choices.below(4)).map(|index| format!("S{index}")).collect();
                let fallback = symbols.first().filter(|_| choices.one_in(2)).cloned();
                Definition::Enum(Enum { doc, aliases, symbols, fallback, attributes: attributes(choices) })
            }
            _ => {
                let (size, logical) = match choices.below(5) {
                    0 => (choices.below(20), None),
                    1 => (12, Some(FixedLogical::Duration)),
                    2 => (16, Some(FixedLogical::Uuid)),
                    3 => (8, Some(FixedLogical::Decimal { precision: 18, scale: 2 })),
                    _ => (1, Some(FixedLogical::Decimal { precision: 2, scale: 0 })),
                };
                Definition::Fixed(Fixed { doc, aliases, size, logical, attributes: attributes(choices) })
            }
        }
    }

    fn field(&self, choices: &mut Choices<'_>, record: &Name, index: usize) -> Field {
        let ty = self.ty(choices, Some(record), 3);
        let default = if choices.one_in(3) { self.default(choices, &ty, record) } else { None };
        Field {
            name: format!("{}{index}", choices.of(&["f", "courseKey_", "_"])),
            doc: choices.one_in(5).then(|| "A field.\nOf two lines.".to_owned()),
            aliases: if choices.one_in(6) { vec!["former".to_owned()] } else { Vec::new() },
            ty,
            default,
            order: *choices.of(&[Order::Ascending, Order::Descending, Order::Ignore]),
            pii: None,
            attributes: attributes(choices),
        }
    }

    fn ty(&self, choices: &mut Choices<'_>, around: Option<&Name>, depth: usize) -> Type {
        let ty = match choices.below(if depth == 0 { 10 } else { 15 }) {
            0 => Type::STRING,
            1 => Type::LONG,
            2 => Type::INT,
            3 => Type::BOOLEAN,
            4 => Type::DOUBLE,
            5 => Type::FLOAT,
            6 => Type::BYTES,
            7 => Type::NULL,
            8 => Type::Logical(*choices.of(&LOGICAL)),
            9 if self.names.is_empty() => Type::STRING,
            9 => Type::Named(choices.of(&self.names).clone()),
            10 | 11 => Type::optional(self.branch(choices, around, depth - 1)),
            12 => Type::array(self.inner(choices, around, depth - 1)),
            13 => Type::map(self.inner(choices, around, depth - 1)),
            _ => {
                let mut branches: Vec<Type> = Vec::new();
                for _ in 0..choices.below(5) {
                    let branch = self.branch(choices, None, depth - 1);
                    if branches.iter().all(|other| other.branch_name() != branch.branch_name()) {
                        branches.push(branch);
                    }
                }
                if branches.is_empty() { Type::INT } else { Type::Union(branches) }
            }
        };
        if choices.one_in(12) && !matches!(ty, Type::Union(_)) {
            let attributes = attributes(choices);
            if !attributes.is_empty() {
                return Type::Annotated(Box::new(Annotated { ty, attributes }));
            }
        }
        ty
    }

    /// A type within an array, a map or an optional value, where the enclosing record may appear again.
    fn inner(&self, choices: &mut Choices<'_>, around: Option<&Name>, depth: usize) -> Type {
        match around {
            Some(record) if choices.one_in(4) => Type::Named(record.clone()),
            Some(_) | None => self.ty(choices, around, depth),
        }
    }

    /// A type that may be a branch of an optional value.
    fn branch(&self, choices: &mut Choices<'_>, around: Option<&Name>, depth: usize) -> Type {
        match self.inner(choices, around, depth) {
            ty if matches!(ty.plain(), Type::Union(_) | Type::Primitive(Primitive::Null)) => Type::STRING,
            ty => ty,
        }
    }

    /// A default of `ty`. Returns `None` if it needs the enclosing record, which is not finished.
    fn default(&self, choices: &mut Choices<'_>, ty: &Type, around: &Name) -> Option<Json> {
        Some(match ty.wire().as_ref() {
            Type::Primitive(Primitive::Null) => Json::Null,
            Type::Primitive(Primitive::Boolean) => Json::Bool(choices.one_in(2)),
            Type::Primitive(Primitive::Int) => Json::Integer(choices.int().into()),
            Type::Primitive(Primitive::Long) => Json::Integer(choices.long().into()),
            Type::Primitive(Primitive::Float | Primitive::Double) => {
                Json::Float(f64::from(choices.int()) / 8.0)
            }
            Type::Primitive(Primitive::Bytes) => {
                Json::String((0..choices.below(4)).map(|_| char::from(choices.byte())).collect())
            }
            Type::Primitive(Primitive::String) => {
                Json::String((*choices.of(&["", "x", "é\u{1f600}\"\\\n\u{0}"])).to_owned())
            }
            Type::Logical(_) | Type::Annotated(_) => return None,
            Type::Array(items) => {
                let items = (0..choices.below(3)).map(|_| self.default(choices, items, around));
                Json::Array(items.collect::<Option<_>>()?)
            }
            Type::Map(values) => {
                let members = (0..choices.below(3))
                    .map(|index| Some((format!("k{index}"), self.default(choices, values, around)?)));
                Json::Object(members.collect::<Option<_>>()?)
            }
            Type::Union(branches) => self.default(choices, branches.first()?, around)?,
            Type::Named(name) if name == around => return None,
            Type::Named(name) => match self.definitions.get(name)? {
                Definition::Record(record) => {
                    let mut members = Vec::new();
                    for field in &record.fields {
                        if field.default.is_none() || choices.one_in(2) {
                            members.push((field.name.clone(), self.default(choices, &field.ty, name)?));
                        }
                    }
                    Json::Object(members)
                }
                Definition::Enum(definition) => Json::String(definition.symbols.first()?.clone()),
                Definition::Fixed(fixed) => {
                    Json::String((0..fixed.size).map(|_| char::from(choices.byte())).collect())
                }
            },
        })
    }

    fn reach(&self, ty: &Type, reached: &mut BTreeMap<Name, Definition>) {
        match ty {
            Type::Array(inner) | Type::Map(inner) => self.reach(inner, reached),
            Type::Union(branches) => branches.iter().for_each(|branch| self.reach(branch, reached)),
            Type::Annotated(annotated) => self.reach(&annotated.ty, reached),
            Type::Named(name) => {
                let Some(definition) = self.definitions.get(name) else { return };
                if reached.insert(name.clone(), definition.clone()).is_none()
                    && let Definition::Record(record) = definition
                {
                    record.fields.iter().for_each(|field| self.reach(&field.ty, reached));
                }
            }
            Type::Primitive(_) | Type::Logical(_) => {}
        }
    }
}

const LOGICAL: [Logical; 12] = [
    Logical::Date,
    Logical::TimeMillis,
    Logical::TimeMicros,
    Logical::TimestampMillis,
    Logical::TimestampMicros,
    Logical::TimestampNanos,
    Logical::LocalTimestampMillis,
    Logical::LocalTimestampMicros,
    Logical::LocalTimestampNanos,
    Logical::Uuid,
    Logical::Decimal { precision: 9, scale: 2 },
    Logical::BigDecimal,
];

fn attributes(choices: &mut Choices<'_>) -> Attributes {
    if !choices.one_in(6) {
        return Attributes::new();
    }
    let value = match choices.below(4) {
        0 => Json::Integer(choices.long().into()),
        1 => Json::Float(1.0),
        2 => Json::String("text".to_owned()),
        _ => Json::Object(vec![
            ("z".to_owned(), Json::Array(vec![Json::Null, Json::Bool(true)])),
            ("a".to_owned(), Json::Integer(1)),
        ]),
    };
    Attributes::from([("x-note".to_owned(), value)])
}
