use signalbook_model::Schema;
use signalbook_resolve::compat::{Graph, Id, Node};

/// The JSON pointers of the types of a schema. The pointer of a definition is that of its first use.
pub(crate) struct PointerIndex<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) graph: &'a Graph<'a>,
    /// For each type: the type that contains it, and the segment from there. `None` for the root.
    around: Vec<Option<(Id, Segment)>>,
}

/// One part of the pointer to a type: which part of the type that contains it.
#[derive(Clone, Copy)]
pub(crate) enum Segment {
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
        let mut seen = vec![false; graph.len()];
        // A stack: parts are pushed in reverse, so that the first comes next.
        let mut open = vec![(graph.root, None)];
        while let Some((id, container)) = open.pop() {
            if std::mem::replace(&mut seen[id.index()], true) {
                continue;
            }
            around[id.index()] = container;
            let part = |part: Id, segment| (part, Some((id, segment)));
            match graph.node(id) {
                Node::Array(items) => open.push(part(*items, Segment::Items)),
                Node::Map(values) => open.push(part(*values, Segment::Values)),
                Node::Union(branches) => {
                    let branches = graph.branches(*branches).iter().enumerate();
                    open.extend(branches.map(|(index, branch)| part(*branch, Segment::Branch(index))).rev());
                }
                Node::Record(record) => {
                    let fields = graph.fields(record).iter().enumerate();
                    open.extend(fields.map(|(index, field)| part(field.ty, Segment::Field(index))).rev());
                }
                Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) | Node::Undefined(_) => {}
            }
        }
        Self { schema, graph, around }
    }

    /// Returns the JSON pointer of a type or field.
    pub(crate) fn pointer(&self, location: impl Into<Location>) -> String {
        let Location { id, field } = location.into();
        let segments = self.segments(id).into_iter().map(|segment| match segment {
            Segment::Items => "/items".to_owned(),
            Segment::Values => "/values".to_owned(),
            Segment::Branch(index) => format!("/{index}"),
            Segment::Field(index) => format!("/fields/{index}/type"),
        });
        segments.chain(field.map(|index| format!("/fields/{index}"))).collect()
    }

    /// Returns the segments from the root to the type.
    pub(crate) fn segments(&self, id: Id) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut id = id;
        while let Some((container, segment)) = self.around[id.index()] {
            segments.push(segment);
            id = container;
        }
        segments.reverse();
        segments
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
