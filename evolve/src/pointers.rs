use signalbook_model::Schema;
use signalbook_resolve::compat::{Graph, Id, Node};

/// The JSON pointers of the types of a schema. The pointer of a definition is that of its first use.
pub(crate) struct PointerIndex<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) graph: &'a Graph<'a>,
    /// For each type that the root reaches: the type that contains it, and the edge from there.
    around: Vec<Option<(Id, Edge)>>,
}

/// How a type is reached from the type that contains it.
#[derive(Clone, Copy)]
pub(crate) enum Edge {
    Root,
    Items,
    Values,
    Branch(usize),
    Field(usize),
}

/// A type of a schema, or a field of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Location {
    /// The type, or the record of the field.
    pub(crate) id: Id,
    /// The index of the field.
    pub(crate) field: Option<usize>,
}

impl From<Id> for Location {
    fn from(id: Id) -> Self {
        Self { id, field: None }
    }
}

impl<'a> PointerIndex<'a> {
    pub(crate) fn new(schema: &'a Schema, graph: &'a Graph<'a>) -> Self {
        let mut around = vec![None; graph.len()];
        // A stack: parts are pushed in reverse, so that the first comes next.
        let mut open = vec![(graph.root, graph.root, Edge::Root)];
        while let Some((id, parent, edge)) = open.pop() {
            if around[id.index()].is_some() {
                continue;
            }
            around[id.index()] = Some((parent, edge));
            match graph.node(id) {
                Node::Array(items) => open.push((*items, id, Edge::Items)),
                Node::Map(values) => open.push((*values, id, Edge::Values)),
                Node::Union(branches) => {
                    let branches = graph.branches(*branches).iter().enumerate();
                    open.extend(branches.map(|(index, branch)| (*branch, id, Edge::Branch(index))).rev());
                }
                Node::Record(record) => {
                    let fields = graph.fields(record).iter().enumerate();
                    open.extend(fields.map(|(index, field)| (field.ty, id, Edge::Field(index))).rev());
                }
                Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) | Node::Undefined(_) => {}
            }
        }
        Self { schema, graph, around }
    }

    /// Returns the JSON pointer of a type or field.
    pub(crate) fn pointer(&self, location: impl Into<Location>) -> String {
        let Location { id, field } = location.into();
        let edges = self.edges(id).into_iter().map(|edge| match edge {
            Edge::Root => String::new(),
            Edge::Items => "/items".to_owned(),
            Edge::Values => "/values".to_owned(),
            Edge::Branch(index) => format!("/{index}"),
            Edge::Field(index) => format!("/fields/{index}/type"),
        });
        edges.chain(field.map(|index| format!("/fields/{index}"))).collect()
    }

    /// Returns the edges from the root to the type.
    pub(crate) fn edges(&self, id: Id) -> Vec<Edge> {
        let mut edges = Vec::new();
        let mut id = id;
        while let Some((parent, edge)) = self.around[id.index()] {
            if matches!(edge, Edge::Root) {
                break;
            }
            edges.push(edge);
            id = parent;
        }
        edges.reverse();
        edges
    }

    /// Returns the type at a location, or the type of the field there.
    pub(crate) fn type_at(&self, location: Location) -> Option<Id> {
        match (location.field, self.graph.node(location.id)) {
            (None, _) => Some(location.id),
            (Some(index), Node::Record(record)) => Some(self.graph.fields(record).get(index)?.ty),
            (Some(_), _) => None,
        }
    }
}
