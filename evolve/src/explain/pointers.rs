use signalbook_resolve::compat::{Graph, Id, Node};

/// Where each type of a schema stands in its JSON text: a definition where it is first used.
pub(crate) struct Places<'a> {
    graph: &'a Graph<'a>,
    /// For each type that the root reaches: the type around it, and the way from there.
    around: Vec<Option<(Id, Way)>>,
}

#[derive(Clone, Copy)]
enum Way {
    Root,
    Items,
    Values,
    Branch(usize),
    Field(usize),
}

impl<'a> Places<'a> {
    pub(crate) fn new(graph: &'a Graph<'a>) -> Self {
        let mut around = vec![None; graph.len()];
        // The last comes first: parts are put on the stack in reverse.
        let mut open = vec![(graph.root, graph.root, Way::Root)];
        while let Some((id, parent, way)) = open.pop() {
            let place = &mut around[id.index()];
            if place.is_some() {
                continue;
            }
            *place = Some((parent, way));
            match graph.node(id) {
                Node::Array(items) => open.push((*items, id, Way::Items)),
                Node::Map(values) => open.push((*values, id, Way::Values)),
                Node::Union(branches) => {
                    let branches = graph.branches(*branches).iter().enumerate();
                    open.extend(branches.map(|(place, branch)| (*branch, id, Way::Branch(place))).rev());
                }
                Node::Record(record) => {
                    let fields = graph.fields(record).iter().enumerate();
                    open.extend(fields.map(|(place, field)| (field.ty, id, Way::Field(place))).rev());
                }
                Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) | Node::Undefined(_) => {}
            }
        }
        Self { graph, around }
    }

    /// The JSON pointer of the type.
    pub(crate) fn pointer(&self, id: Id) -> String {
        let mut steps = Vec::new();
        let mut id = id;
        while let Some((parent, way)) = self.around[id.index()] {
            steps.push(match way {
                Way::Root => break,
                // An object around the items: the pointer to a simple type is that of its name.
                Way::Items => "/items".to_owned(),
                Way::Values => "/values".to_owned(),
                Way::Branch(place) => format!("/{place}"),
                Way::Field(place) => format!("/fields/{place}/type"),
            });
            id = parent;
        }
        steps.into_iter().rev().collect()
    }

    /// The JSON pointer of a field of the record `id`.
    pub(crate) fn field(&self, id: Id, place: usize) -> String {
        format!("{}/fields/{place}", self.pointer(id))
    }

    pub(crate) fn graph(&self) -> &'a Graph<'a> {
        self.graph
    }
}
