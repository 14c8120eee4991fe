use std::collections::BTreeMap;

use signalbook_model::{Definition, Fixed, Name, Type};

use super::form::Form;

type Definitions = BTreeMap<Name, Definition>;

/// Describes the JSON form of a value of `ty`, for messages.
pub(super) fn describe(definitions: &Definitions, ty: &Type, form: Form) -> String {
    let text = match ty {
        Type::Primitive(primitive) => primitive.expected(),
        Type::Logical(logical) if form == Form::Plain => return logical.expected(),
        Type::Logical(logical) => logical.primitive().expected(),
        Type::Array(_) => "an array",
        Type::Map(_) => "an object",
        Type::Union(branches) => {
            let branches = branches.iter().map(|branch| describe(definitions, branch, form));
            return branches.collect::<Vec<_>>().join(" or ");
        }
        Type::Named(name) => return describe_named(definitions, name, form),
        Type::Annotated(annotated) => return describe(definitions, &annotated.ty, form),
    };
    text.to_owned()
}

fn describe_named(definitions: &Definitions, name: &Name, form: Form) -> String {
    match definitions.get(name) {
        Some(Definition::Record(_)) | None => format!("an object with the fields of `{}`", name.simple()),
        Some(Definition::Enum(definition)) => {
            format!("a symbol of `{}`: {}", name.simple(), definition.symbols.join(", "))
        }
        Some(Definition::Fixed(Fixed { logical: Some(logical), .. })) if form == Form::Plain => {
            logical.expected()
        }
        Some(Definition::Fixed(fixed)) => {
            format!("a string of {} characters from U+0000 to U+00FF, one per byte", fixed.size)
        }
    }
}
