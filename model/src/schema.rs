use std::collections::BTreeMap;

use crate::{Definition, Name, Type};

/// An Avro schema: one root, and the named types below it by full name.
///
/// Flat: a named type stands in `definitions` once and is a [`Type::Named`] wherever it is used, so recursion needs no
/// care and a walk meets each definition once. Written as JSON, a definition stands where it is first used.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// What a datum of this schema is.
    pub root: Type,
    /// The records, enums and fixed types, by full name.
    pub definitions: BTreeMap<Name, Definition>,
}

impl Schema {
    /// The schema without documentation: what two schemas are compared by, where only people read the difference.
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
