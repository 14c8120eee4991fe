use signalbook_model::{Json, Primitive};

use signalbook_resolve::compat::{Graph, Id, Node};

use crate::witness::sample::empty_value;

/// The largest nesting depth of a default.
const DEEPEST: usize = 8;

/// Returns the emptiest default of a type, in the form of an Avro schema. Returns `None` if the type contains
/// itself in every value, or nests too deep.
pub(crate) fn empty_default(graph: &Graph<'_>, id: Id) -> Option<Json> {
    within(graph, id, DEEPEST)
}

fn within(graph: &Graph<'_>, id: Id, depth: usize) -> Option<Json> {
    let depth = depth.checked_sub(1)?;
    Some(match graph.node(id) {
        Node::Primitive(Primitive::Float | Primitive::Double) => Json::Integer(0),
        Node::Primitive(primitive) => empty_value(*primitive, graph.logical(id)).to_json(),
        Node::Array(_) => Json::Array(Vec::new()),
        Node::Map(_) => Json::Object(Vec::new()),
        Node::Union(branches) => within(graph, *graph.branches(*branches).first()?, depth)?,
        Node::Record(record) => {
            let fields = graph.fields(record).iter().map(|field| {
                let value = field.default.cloned().or_else(|| within(graph, field.ty, depth));
                value.map(|value| (field.name.to_owned(), value))
            });
            Json::Object(fields.collect::<Option<_>>()?)
        }
        Node::Enum(definition) => Json::String(
            definition
                .fallback
                .map_or_else(|| definition.symbols.first().cloned(), |fallback| Some(fallback.to_owned()))?,
        ),
        Node::Fixed(fixed) => Json::String("\0".repeat(fixed.size)),
        Node::Undefined(_) => return None,
    })
}
