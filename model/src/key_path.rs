use std::collections::BTreeMap;

use crate::{Definition, Field, Name, Primitive, Registry, Schema, Type};

/// A key path, followed from the data of an event.
#[derive(Clone, Debug)]
pub struct KeyPath<'a> {
    /// The fields on the path, as far as they exist. Each has the name of its record, `None` for the data of
    /// the event.
    pub fields: Vec<(Option<&'a Name>, &'a Field)>,
    /// What the path leads to.
    pub end: KeyEnd<'a>,
}

/// What a key path leads to. Null is not considered: an optional type counts as the type itself.
///
/// This enum is exhaustive: a message must be chosen for each end.
#[derive(Clone, Copy, Debug)]
pub enum KeyEnd<'a> {
    /// A scalar: the only type that a key may have.
    Scalar,
    /// A float or a double, which is not exact and so cannot be a key.
    Inexact,
    /// The fields of a record, or of the data of the event.
    Record(Option<&'a Name>, &'a [Field]),
    /// A type without fields that is not a scalar.
    Other,
    /// A part that is not a field of the record, or of the data of the event.
    Missing(Option<&'a Name>),
    /// A part below a type without fields.
    NoFields,
}

impl<'a> KeyPath<'a> {
    /// Follows the path of the field names `parts` from `data`, the data of an event of `registry`.
    pub fn resolve<'p>(
        registry: &'a Registry,
        data: &'a [Field],
        parts: impl IntoIterator<Item = &'p str>,
    ) -> Self {
        let mut path = Self { fields: Vec::new(), end: KeyEnd::Record(None, data) };
        for part in parts {
            let KeyEnd::Record(record, fields) = path.end else {
                return Self { end: KeyEnd::NoFields, ..path };
            };
            let Some(field) = fields.iter().find(|field| field.name == part) else {
                return Self { end: KeyEnd::Missing(record), ..path };
            };
            path.fields.push((record, field));
            path.end = KeyEnd::of(registry, &field.ty);
        }
        path
    }

    /// Returns the field that the path leads to. Returns `None` if its type cannot be a key.
    pub fn key(&self) -> Option<&'a Field> {
        let (_, field) = self.fields.last().filter(|_| matches!(self.end, KeyEnd::Scalar))?;
        Some(field)
    }
}

impl Schema {
    /// Returns the schema of the value at a key path, without null. Returns `None` if the path does not lead
    /// to a scalar, or the value can be of several types.
    pub fn key(&self, path: &str) -> Option<Schema> {
        let mut ty = self.root.without_null();
        for name in path.split('.') {
            let Type::Named(record) = ty.plain() else { return None };
            let Some(Definition::Record(record)) = self.definitions.get(record) else { return None };
            ty = record.fields.iter().find(|field| field.name == name)?.ty.without_null();
        }
        self.scalar(ty)
    }

    /// Returns the schema of a scalar type of this schema. Returns `None` for other types, which cannot be
    /// keys.
    pub fn scalar(&self, ty: &Type) -> Option<Schema> {
        let mut scalar = Schema { root: ty.clone(), definitions: BTreeMap::new() };
        match ty.plain() {
            Type::Primitive(_) | Type::Logical(_) => {}
            Type::Named(name) => match self.definitions.get(name)? {
                Definition::Record(_) => return None,
                definition => drop(scalar.definitions.insert(name.clone(), definition.clone())),
            },
            Type::Array(_) | Type::Map(_) | Type::Union(_) | Type::Annotated(_) => return None,
        }
        Some(scalar)
    }
}

impl<'a> KeyEnd<'a> {
    fn of(registry: &'a Registry, ty: &'a Type) -> Self {
        match ty.without_null() {
            Type::Primitive(Primitive::Float | Primitive::Double) => Self::Inexact,
            Type::Primitive(Primitive::Null) | Type::Array(_) | Type::Map(_) | Type::Union(_) => Self::Other,
            Type::Primitive(_) | Type::Logical(_) => Self::Scalar,
            Type::Named(name) => match registry.types.get(name) {
                Some(Definition::Record(record)) => Self::Record(Some(name), &record.fields),
                Some(Definition::Enum(_) | Definition::Fixed(_)) => Self::Scalar,
                None => Self::Other,
            },
            Type::Annotated(annotated) => Self::of(registry, &annotated.ty),
        }
    }
}
