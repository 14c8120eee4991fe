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
}
