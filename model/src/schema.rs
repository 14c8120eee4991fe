use std::collections::BTreeMap;

use crate::{Definition, Name, Type};

/// An Avro schema: a root type, and the named types that it uses, by full name.
///
/// A named type is in `definitions` once, and each use of it is a [`Type::Named`]. So recursive types need no
/// special case, and each definition is visited once. In JSON, a definition is written where it is first
/// used.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The type of a datum.
    pub root: Type,
    /// The records, enums and fixeds, by full name.
    pub definitions: BTreeMap<Name, Definition>,
}

impl Schema {
    /// Returns the schema without documentation. Use it to compare two schemas if documentation does not
    /// matter.
    #[must_use]
    pub fn without_docs(&self) -> Self {
        let mut schema = self.clone();
        for definition in schema.definitions.values_mut() {
            *definition.doc_mut() = None;
            if let Definition::Record(record) = definition {
                for field in &mut record.fields {
                    field.doc = None;
                }
            }
        }
        schema
    }

    /// Returns the schema without logical types: each type is its base type.
    #[must_use]
    pub fn without_logical_types(&self) -> Self {
        let mut schema = self.clone();
        remove_logical(&mut schema.root);
        for definition in schema.definitions.values_mut() {
            match definition {
                Definition::Record(record) => {
                    record.fields.iter_mut().for_each(|field| remove_logical(&mut field.ty));
                }
                Definition::Fixed(fixed) => fixed.logical = None,
                Definition::Enum(_) => {}
            }
        }
        schema
    }
}

fn remove_logical(ty: &mut Type) {
    match ty {
        Type::Logical(logical) => *ty = logical.base(),
        Type::Array(inner) | Type::Map(inner) => remove_logical(inner),
        Type::Union(branches) => branches.iter_mut().for_each(remove_logical),
        Type::Annotated(annotated) => remove_logical(&mut annotated.ty),
        Type::Primitive(_) | Type::Named(_) => {}
    }
}
