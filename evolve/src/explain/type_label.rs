use signalbook_resolve::compat::{Graph, Id, Node};

/// Returns the name of a type in messages: `` `int` ``, `an array`, `` `Card` or `Cash` ``.
pub(crate) fn type_label(graph: &Graph<'_>, id: Id) -> String {
    let node = graph.node(id);
    match node {
        Node::Primitive(primitive) => format!("`{}`", primitive.name()),
        Node::Array(_) => "an array".to_owned(),
        Node::Map(_) => "a map".to_owned(),
        Node::Union(branches) => {
            let branches = graph.branches(*branches).iter().map(|branch| type_label(graph, *branch));
            branches.collect::<Vec<_>>().join(" or ")
        }
        Node::Record(_) | Node::Enum(_) | Node::Fixed(_) => {
            node.names().map_or_else(String::new, |names| format!("`{}`", names.simple))
        }
        Node::Undefined(name) => format!("`{name}`"),
    }
}
