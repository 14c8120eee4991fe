use signalbook_model::{Definition, Name, Schema, Type};

/// A name that no schema of a registry has.
const NAME: &str = "__SchemaWithReferences";

/// The text of a record with a field for each of `schemas`, which may be unions and may refer to earlier ones
/// by name.
pub(crate) fn join(schemas: &[String]) -> String {
    let fields = schemas.iter().enumerate();
    // A schema may begin with a byte order mark, and end with a comment.
    let field = |(index, schema): (usize, &String)| {
        format!("{{\"name\":\"_{index}\",\"type\":{}\n}}", schema.trim_start_matches('\u{feff}'))
    };
    let fields: Vec<_> = fields.map(field).collect();
    format!(r#"{{"type":"record","name":"{NAME}","fields":[{}]}}"#, fields.join(","))
}

/// Extracts the last of the joined schemas.
pub(crate) fn last(mut joined: Schema) -> Schema {
    if let Some(Definition::Record(record)) = joined.definitions.remove(&Name::new(NAME)) {
        joined.root = record.fields.into_iter().next_back().map_or(Type::NULL, |field| field.ty);
    }
    joined
}
