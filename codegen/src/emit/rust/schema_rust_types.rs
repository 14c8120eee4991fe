//! Describes the Rust code for a schema whose registry is not known, such as an accepted version.

use signalbook_model::rust::{Item, RustField, RustItem, RustTypes, name};
use signalbook_model::{Definition, Field, Schema, Type};

/// Describes the Rust code for the records of `schema`: a namespace is a module, and a name does not depend
/// on other names.
pub fn rust_types(schema: &Schema) -> RustTypes {
    let field = |field: &Field| {
        let rust_name = name(Item::Field, &field.name);
        let mut rust = RustField::new(&*field.name, rust_name, described(schema, &field.ty));
        rust.definitions.extend(field.ty.references().into_iter().cloned());
        rust
    };
    let records = schema.definitions.iter().filter_map(|(name, definition)| match definition {
        Definition::Record(record) => Some((name, record)),
        Definition::Enum(_) | Definition::Fixed(_) => None,
    });
    records
        .map(|(name, record)| {
            let fields = record.fields.iter().map(field).collect();
            (name.clone(), RustItem::new(name.namespace(), fields))
        })
        .collect()
}

/// Describes a Rust type in terms of the schema. The precision and scale of a decimal over bytes are left
/// out.
fn described(schema: &Schema, ty: &Type) -> String {
    match ty.plain() {
        Type::Primitive(primitive) => format!("`{}`", primitive.name()),
        Type::Logical(logical) => format!("`{}`", logical.name()),
        Type::Array(items) => format!("a list of {}", described(schema, items)),
        Type::Map(values) => format!("a map of {}", described(schema, values)),
        Type::Union(branches) => {
            let mut types: Vec<String> = branches.iter().map(|branch| described(schema, branch)).collect();
            types.sort(); // the order of the branches matters on the wire only
            types.join(" or ")
        }
        Type::Named(name) => match schema.definitions.get(name) {
            Some(Definition::Fixed(fixed)) => match fixed.logical {
                Some(logical) => format!("`{logical}`"),
                None => format!("`{}`", name.simple()),
            },
            Some(Definition::Record(_) | Definition::Enum(_)) => format!("`{}`", name.simple()),
            None => format!("`{name}`"),
        },
        Type::Annotated(annotated) => described(schema, &annotated.ty),
    }
}
