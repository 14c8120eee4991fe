use crate::compat::{Fixed, Graph, Id, Node, bytes};

/// Returns the description of a type in messages: ``the record `Order` ``.
pub(super) fn describe(graph: &Graph<'_>, id: Id) -> String {
    match graph.node(id) {
        Node::Primitive(primitive) => match graph.logical(id) {
            None => format!("`{}`", primitive.name()),
            Some(logical) => format!("`{logical}`"),
        },
        Node::Array(_) => "an array".to_owned(),
        Node::Map(_) => "a map".to_owned(),
        Node::Union(_) => "a union".to_owned(),
        Node::Record(record) => format!("the record `{}`", record.names.full),
        Node::Enum(definition) => format!("the enum `{}`", definition.names.full),
        Node::Fixed(fixed) => describe_fixed(fixed),
        Node::Undefined(name) => format!("`{name}`, which its schema does not define"),
    }
}

fn describe_fixed(fixed: &Fixed<'_>) -> String {
    let name = fixed.names.full;
    match fixed.logical {
        None => format!("the fixed `{name}` of {}", bytes(fixed.size)),
        Some(logical) => format!("the fixed `{name}`, `{logical}`"),
    }
}
