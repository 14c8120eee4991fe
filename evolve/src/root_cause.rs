use std::collections::HashSet;

use signalbook_resolve::compat::{BranchChooser, Described, FieldMatch, Graph, Id, Node, Problem, Record};

use crate::pointers::Segment;

/// Finds the root causes of why a reader schema cannot read data of a writer schema, each with its own
/// location.
///
/// The list of [`Graph::check`] is the reference's. For a union it only says that no branch matches, and a
/// type that is used twice has the location of its first use. Here the branch that should match is also
/// compared, and each pair of types counts once.
pub(crate) struct RootCauses<'a> {
    pub(crate) reader: &'a Graph<'a>,
    pub(crate) writer: &'a Graph<'a>,
    chooser: BranchChooser<'a>,
    /// Every pair that was reached. The first is the pair of the roots.
    visits: Vec<Visit>,
    /// The visits that have not been compared. The last is next.
    open: Vec<usize>,
    seen: HashSet<(Id, Id)>,
    pub(crate) causes: Vec<RootCause<'a>>,
}

/// A reader's type and the writer's type that it must read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    /// The visit that contains it. For the roots, their own visit.
    parent: usize,
    pub(crate) edge: Edge,
    pub(crate) reader: Id,
    pub(crate) writer: Id,
}

/// How a pair of types is reached from the pair that contains it. Unlike the edges of [`Graph::check`], which
/// follow the reference, it has the field of each side and the branch that should match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Root,
    Items,
    Values,
    /// The index of the reader's field, and of the writer's field that it reads.
    Field {
        reader: usize,
        writer: usize,
    },
    /// The index of a branch of the writer's union.
    WriterBranch(usize),
    /// The index of the branch of the reader's union that should read the writer's type.
    ReaderBranch(usize),
}

impl Edge {
    /// Returns the segment between the writer's types, or `None` if both ends are the same type.
    pub(crate) fn in_writer(self) -> Option<Segment> {
        match self {
            Self::Items => Some(Segment::Items),
            Self::Values => Some(Segment::Values),
            Self::Field { writer, .. } => Some(Segment::Field(writer)),
            Self::WriterBranch(index) => Some(Segment::Branch(index)),
            Self::Root | Self::ReaderBranch(_) => None,
        }
    }
}

/// One reason why the writer's events cannot be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RootCause<'a> {
    visit: usize,
    pub(crate) problem: Problem<'a>,
}

impl<'a> RootCauses<'a> {
    /// Finds all root causes, in the order of the reader's schema.
    pub(crate) fn find(reader: &'a Graph<'a>, writer: &'a Graph<'a>) -> Self {
        let chooser = BranchChooser::new(reader, writer);
        let (visits, open, seen, causes) = (Vec::new(), Vec::new(), HashSet::new(), Vec::new());
        let mut found = Self { reader, writer, chooser, visits, open, seen, causes };
        found.visit(0, Edge::Root, reader.root, writer.root);
        while let Some(visit) = found.open.pop() {
            let Visit { reader, writer, .. } = found.visits[visit];
            if found.seen.insert((reader, writer)) {
                let first = found.open.len();
                found.compare(visit);
                found.open[first..].reverse();
            }
        }
        // The reference tries the branches of a union one after the other, and may throw an exception in a
        // branch that does not concern the writer's type.
        if found.causes.is_empty()
            && let Some(stopped) = reader.stops(writer)
        {
            found.visit(0, Edge::Root, stopped.reader, stopped.writer);
            found.report(found.visits.len() - 1, stopped.problem);
        }
        found
    }

    /// Returns the visits from the roots to the cause, both included.
    pub(crate) fn trail(&self, cause: &RootCause<'_>) -> Vec<Visit> {
        let mut at = cause.visit;
        let mut trail = vec![self.visits[at]];
        while at != 0 {
            at = self.visits[at].parent;
            trail.push(self.visits[at]);
        }
        trail.reverse();
        trail
    }

    fn compare(&mut self, visit: usize) {
        let (reader, writer) = (self.reader, self.writer);
        let Visit { reader: read, writer: written, edge, .. } = self.visits[visit];
        match (reader.node(read), writer.node(written)) {
            // The writer's type is one branch of several: the details of a definition with another name do
            // not matter.
            (read, written) if matches!(edge, Edge::WriterBranch(_)) && read.is_other_definition(written) => {
                self.report_types(visit);
            }
            (Node::Array(items), Node::Array(written)) => self.visit(visit, Edge::Items, *items, *written),
            (Node::Map(values), Node::Map(written)) => self.visit(visit, Edge::Values, *values, *written),
            (Node::Record(read), Node::Record(written)) => {
                self.names(visit);
                self.fields(visit, read, written);
            }
            (Node::Enum(read), Node::Enum(written)) => {
                self.names(visit);
                if read.fallback.is_none() && read.missing(written).next().is_some() {
                    self.report(visit, Problem::Symbols { reader: read, writer: written });
                }
            }
            (Node::Fixed(read), Node::Fixed(written)) => {
                self.names(visit);
                if read.size != written.size {
                    self.report(visit, Problem::Sizes { reader: read.size, writer: written.size });
                }
            }
            (_, Node::Union(branches)) => {
                for (index, branch) in writer.branches(*branches).iter().enumerate() {
                    self.visit(visit, Edge::WriterBranch(index), read, *branch);
                }
            }
            (Node::Union(_), _) => self.branch(visit, read, written),
            (
                Node::Primitive(_)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Record(_)
                | Node::Enum(_)
                | Node::Fixed(_)
                | Node::Undefined(_),
                _,
            ) => {
                if !self.chooser.reads(read, written) {
                    self.report_types(visit);
                }
            }
        }
    }

    /// Reports two definitions of the same kind if their names do not match.
    fn names(&mut self, visit: usize) {
        let Visit { reader, writer, .. } = self.visits[visit];
        let (reader, writer) = (self.reader.node(reader), self.writer.node(writer));
        if reader.is_other_definition(writer)
            && let (Some(reader), Some(writer)) = (reader.names(), writer.names())
        {
            self.report(visit, Problem::Names { reader: reader.full, writer: writer.full });
        }
    }

    fn branch(&mut self, visit: usize, union: Id, written: Id) {
        match self.chooser.choose(union, written) {
            Some(choice) if self.chooser.reads(choice.branch, written) => {}
            Some(choice) => self.visit(visit, Edge::ReaderBranch(choice.index), choice.branch, written),
            None => {
                let index = match self.visits[visit].edge {
                    Edge::WriterBranch(index) => Some(index),
                    Edge::Root | Edge::Items | Edge::Values | Edge::Field { .. } | Edge::ReaderBranch(_) => {
                        None
                    }
                };
                self.report(visit, Problem::Branch { writer: Described(self.writer, written), index });
            }
        }
    }

    fn fields(&mut self, visit: usize, record: &'a Record<'a>, written: &'a Record<'a>) {
        let (reader, writer) = (self.reader, self.writer);
        let written_fields = writer.fields(written);
        let mut expected = 0;
        for (index, field) in reader.fields(record).iter().enumerate() {
            match writer.match_field(written, field, expected) {
                FieldMatch::Field(found) => {
                    expected = found + 1;
                    let edge = Edge::Field { reader: index, writer: found };
                    self.visit(visit, edge, field.ty, written_fields[found].ty);
                }
                FieldMatch::Missing if field.default.is_some() => {}
                FieldMatch::Missing => self.report(visit, Problem::NewField { field: field.name, index }),
                FieldMatch::Ambiguous(first, second) => {
                    let writer = [written_fields[first].name, written_fields[second].name];
                    self.report(visit, Problem::Ambiguous { field: field.name, index, writer });
                }
            }
        }
    }

    fn visit(&mut self, parent: usize, edge: Edge, reader: Id, writer: Id) {
        self.visits.push(Visit { parent, edge, reader, writer });
        self.open.push(self.visits.len() - 1);
    }

    fn report_types(&mut self, visit: usize) {
        let Visit { reader, writer, .. } = self.visits[visit];
        let (reader, writer) = (Described(self.reader, reader), Described(self.writer, writer));
        self.report(visit, Problem::Types { reader, writer });
    }

    fn report(&mut self, visit: usize, problem: Problem<'a>) {
        self.causes.push(RootCause { visit, problem });
    }
}
