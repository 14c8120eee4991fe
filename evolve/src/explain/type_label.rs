use signalbook_resolve::compat::{Graph, Id, Node};

/// Returns the name of a type in messages, without its logical type: `` `int` ``, `an array`, `` `Card` or
/// `Cash` ``. Definitions have their simple names, as in the registry. The messages of `signalbook-resolve`
/// have the full names, because its users may have no registry.
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

/// As [`type_label`], but the logical type of a type that has one.
pub(crate) fn logical_type_label(graph: &Graph<'_>, id: Id) -> String {
    let of_fixed = match graph.node(id) {
        Node::Fixed(fixed) => fixed.logical.map(|logical| format!("`{logical}`")),
        _ => None,
    };
    let logical = || graph.logical(id).map(|logical| format!("`{logical}`"));
    of_fixed.or_else(logical).unwrap_or_else(|| type_label(graph, id))
}
