use signalbook_model::{Definition, Name, Schema, Type};

/// What no schema of a registry is called.
const NAME: &str = "__SchemaWithReferences";

/// The text of a record with a field of each of `schemas`, which may be unions and find the names of those before them.
pub(crate) fn join(schemas: &[String]) -> String {
    let fields = schemas.iter().enumerate();
    let fields: Vec<_> =
        fields.map(|(index, schema)| format!(r#"{{"name":"_{index}","type":{schema}}}"#)).collect();
    format!(r#"{{"type":"record","name":"{NAME}","fields":[{}]}}"#, fields.join(","))
}

/// The last of the schemas that were joined.
pub(crate) fn last(mut joined: Schema) -> Schema {
    if let Some(Definition::Record(record)) = joined.definitions.remove(&Name::new(NAME)) {
        joined.root = record.fields.into_iter().next_back().map_or(Type::NULL, |field| field.ty);
    }
    joined
}
