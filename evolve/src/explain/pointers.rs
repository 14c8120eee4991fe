use signalbook_resolve::compat::{Graph, Id, Node};

/// The JSON pointer of each type of a schema: a definition where it is first used.
pub(crate) struct Places<'a> {
    graph: &'a Graph<'a>,
    /// For each type that the root reaches: the type around it, and the edge from there.
    around: Vec<Option<(Id, Edge)>>,
}

/// How a type is reached from the type around it.
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
    /// The type; of a field, its record.
    pub(crate) id: Id,
    /// The index of the field.
    pub(crate) field: Option<usize>,
}

impl From<Id> for Location {
    fn from(id: Id) -> Self {
        Self { id, field: None }
    }
}

impl<'a> Places<'a> {
    pub(crate) fn new(graph: &'a Graph<'a>) -> Self {
        let mut around = vec![None; graph.len()];
        // The last comes first: parts are put on the stack in reverse.
        let mut open = vec![(graph.root, graph.root, Edge::Root)];
        while let Some((id, parent, edge)) = open.pop() {
            let place = &mut around[id.index()];
            if place.is_some() {
                continue;
            }
            *place = Some((parent, edge));
            match graph.node(id) {
                Node::Array(items) => open.push((*items, id, Edge::Items)),
                Node::Map(values) => open.push((*values, id, Edge::Values)),
                Node::Union(branches) => {
                    let branches = graph.branches(*branches).iter().enumerate();
                    open.extend(branches.map(|(place, branch)| (*branch, id, Edge::Branch(place))).rev());
                }
                Node::Record(record) => {
                    let fields = graph.fields(record).iter().enumerate();
                    open.extend(fields.map(|(place, field)| (field.ty, id, Edge::Field(place))).rev());
                }
                Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) | Node::Undefined(_) => {}
            }
        }
        Self { graph, around }
    }

    /// The JSON pointer of a type or field.
    pub(crate) fn pointer(&self, location: impl Into<Location>) -> String {
        let Location { id, field } = location.into();
        let edges = self.edges(id).into_iter().map(|edge| match edge {
            Edge::Root => String::new(),
            // An object around the items: the pointer to a simple type is that of its name.
            Edge::Items => "/items".to_owned(),
            Edge::Values => "/values".to_owned(),
            Edge::Branch(index) => format!("/{index}"),
            Edge::Field(index) => format!("/fields/{index}/type"),
        });
        edges.chain(field.map(|index| format!("/fields/{index}"))).collect()
    }

    /// How the type is reached from the root.
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

    /// The type at a location; of a field, its type.
    pub(crate) fn type_at(&self, location: Location) -> Option<Id> {
        match (location.field, self.graph.node(location.id)) {
            (None, _) => Some(location.id),
            (Some(index), Node::Record(record)) => Some(self.graph.fields(record).get(index)?.ty),
            (Some(_), _) => None,
        }
    }

    pub(crate) fn graph(&self) -> &'a Graph<'a> {
        self.graph
    }
}
