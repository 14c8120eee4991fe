use std::collections::BTreeMap;

use signalbook_model::{Definition, Name, Primitive, Type};

type Definitions = BTreeMap<Name, Definition>;

/// Describes the JSON form of a value of `ty`, for messages.
pub(super) fn describe(definitions: &Definitions, ty: &Type) -> String {
    let text = match ty {
        Type::Primitive(Primitive::Null) => "null",
        Type::Primitive(Primitive::Boolean) => "true or false",
        Type::Primitive(Primitive::Int) => "an integer of 32 bits",
        Type::Primitive(Primitive::Long) => "an integer of 64 bits",
        Type::Primitive(Primitive::Float) => "a number that a float can hold",
        Type::Primitive(Primitive::Double) => "a number",
        Type::Primitive(Primitive::Bytes) => {
            "a string of characters from U+0000 to U+00FF, one for each \
                                              byte"
        }
        Type::Primitive(Primitive::String) => "a string",
        Type::Logical(logical) => return describe(definitions, &logical.base()),
        Type::Array(_) => "an array",
        Type::Map(_) => "an object",
        Type::Union(branches) => {
            let branches = branches.iter().map(|branch| describe(definitions, branch));
            return branches.collect::<Vec<_>>().join(" or ");
        }
        Type::Named(name) => return describe_named(definitions, name),
        Type::Annotated(annotated) => return describe(definitions, &annotated.ty),
    };
    text.to_owned()
}

fn describe_named(definitions: &Definitions, name: &Name) -> String {
    match definitions.get(name) {
        Some(Definition::Record(_)) | None => format!("an object with the fields of `{}`", name.simple()),
        Some(Definition::Enum(definition)) => {
            format!("a symbol of `{}`: {}", name.simple(), definition.symbols.join(", "))
        }
        Some(Definition::Fixed(fixed)) => {
            format!("a string of {} characters from U+0000 to U+00FF, one for each byte", fixed.size)
        }
    }
}
