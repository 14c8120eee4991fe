use std::collections::BTreeMap;

use crate::{Definition, Field, Name, Primitive, Schema, Type};

/// A key path, followed from the data of an event.
#[derive(Clone, Debug)]
pub struct KeyPath<'a> {
    /// The fields on the path, as far as they exist. Each has the name of its record, `None` for the data of
    /// the event.
    pub fields: Vec<(Option<&'a Name>, &'a Field)>,
    /// The index of each of these fields in its record.
    pub indices: Vec<usize>,
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
    /// Follows the path of the field names `parts` from `data`, the data of an event. `definitions` are those
    /// of its registry or schema.
    pub fn resolve<'p>(
        definitions: &'a BTreeMap<Name, Definition>,
        data: &'a [Field],
        parts: impl IntoIterator<Item = &'p str>,
    ) -> Self {
        let mut path = Self { fields: Vec::new(), indices: Vec::new(), end: KeyEnd::Record(None, data) };
        for part in parts {
            let KeyEnd::Record(record, fields) = path.end else {
                return Self { end: KeyEnd::NoFields, ..path };
            };
            let Some(index) = fields.iter().position(|field| field.name == part) else {
                return Self { end: KeyEnd::Missing(record), ..path };
            };
            let field = &fields[index];
            path.indices.push(index);
            path.fields.push((record, field));
            path.end = KeyEnd::of(definitions, &field.ty);
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
    /// Follows a key path from the data of the event, the root record.
    pub fn key_path(&self, path: &str) -> KeyPath<'_> {
        let data = match KeyEnd::of(&self.definitions, &self.root) {
            KeyEnd::Record(_, fields) => fields,
            _ => &[],
        };
        KeyPath::resolve(&self.definitions, data, path.split('.'))
    }

    /// Returns the schema of the value at a key path, without null. Returns `None` if its type cannot be a
    /// key.
    pub fn key(&self, path: &str) -> Option<Schema> {
        let root = self.key_path(path).key()?.ty.without_null().clone();
        let definition = match &root {
            Type::Named(name) => self.definitions.get_key_value(name),
            _ => None,
        };
        let definitions = definition.map(|(name, definition)| (name.clone(), definition.clone()));
        Some(Schema { root, definitions: definitions.into_iter().collect() })
    }
}

impl<'a> KeyEnd<'a> {
    fn of(definitions: &'a BTreeMap<Name, Definition>, ty: &'a Type) -> Self {
        match ty.without_null() {
            Type::Primitive(Primitive::Float | Primitive::Double) => Self::Inexact,
            Type::Primitive(Primitive::Null) | Type::Array(_) | Type::Map(_) | Type::Union(_) => Self::Other,
            Type::Primitive(_) | Type::Logical(_) => Self::Scalar,
            Type::Named(name) => match definitions.get(name) {
                Some(Definition::Record(record)) => Self::Record(Some(name), &record.fields),
                Some(Definition::Enum(_) | Definition::Fixed(_)) => Self::Scalar,
                None => Self::Other,
            },
            Type::Annotated(annotated) => Self::of(definitions, &annotated.ty),
        }
    }
}
