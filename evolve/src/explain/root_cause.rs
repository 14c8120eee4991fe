use std::collections::HashSet;

use crate::compat::checker::{Stopped, Walk};
use crate::compat::graph::{Graph, Id, Node, Record, Written, choose};
use crate::compat::problem::{Described, Problem};

/// Looks for what hinders a reader's schema from reading a writer's, each hindrance at its own place.
///
/// The verdict and the reference's list are [`Walk`]'s. That list says of a union only that no branch fits, and gives a
/// type that is used twice the place of its first use; here a branch that should fit is looked into, and each pair of
/// types counts once.
pub(crate) struct Causes<'a> {
    pub(crate) reader: &'a Graph<'a>,
    pub(crate) writer: &'a Graph<'a>,
    walk: Walk<'a>,
    /// Every pair that was met; the first is the roots'.
    pub(crate) visits: Vec<Visit>,
    /// The visits that are still to be made; the last is next.
    open: Vec<usize>,
    seen: HashSet<(Id, Id)>,
    pub(crate) found: Vec<Cause<'a>>,
}

/// A reader's type beside the writer's that it has to read, and how they were met.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    /// The visit before; the roots' own for the roots.
    pub(crate) parent: usize,
    pub(crate) way: Way,
    pub(crate) reader: Id,
    pub(crate) writer: Id,
}

/// How a pair was met from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Root,
    Items,
    Values,
    /// The reader's field, and the writer's that it reads.
    Field {
        reader: usize,
        writer: usize,
    },
    /// A branch of the writer's union.
    WriterBranch(usize),
    /// The branch of the reader's union that should read the writer's type.
    ReaderBranch(usize),
}

/// Something that hinders a reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cause<'a> {
    pub(crate) visit: usize,
    pub(crate) problem: Problem<'a>,
}

impl<'a> Causes<'a> {
    /// Everything between the two schemas, in the order of the reader's.
    pub(crate) fn find(reader: &'a Graph<'a>, writer: &'a Graph<'a>) -> Self {
        let walk = Walk::new(reader, writer);
        let root = Visit { parent: 0, way: Way::Root, reader: reader.root, writer: writer.root };
        let (visits, open, seen, found) = (vec![root], vec![0], HashSet::new(), Vec::new());
        let mut causes = Self { reader, writer, walk, visits, open, seen, found };
        while let Some(visit) = causes.open.pop() {
            let Visit { reader, writer, .. } = causes.visits[visit];
            if causes.seen.insert((reader, writer)) {
                let first = causes.open.len();
                causes.look(visit);
                causes.open[first..].reverse();
            }
        }
        if causes.found.is_empty() {
            causes.stopped();
        }
        causes
    }

    /// What the reference stops at though nothing hinders the reader: it tries the branches of a union one after the other, and throws in
    /// one that is none for the writer's type.
    fn stopped(&mut self) {
        if let Err(Stopped { reader, writer, problem, .. }) = Walk::new(self.reader, self.writer).run() {
            self.visits.push(Visit { parent: 0, way: Way::Root, reader, writer });
            self.report(self.visits.len() - 1, problem);
        }
    }

    /// The visits from the roots to this one, both included.
    pub(crate) fn trail(&self, visit: usize) -> Vec<Visit> {
        let mut trail = vec![self.visits[visit]];
        let mut at = visit;
        while at != 0 {
            at = self.visits[at].parent;
            trail.push(self.visits[at]);
        }
        trail.reverse();
        trail
    }

    fn look(&mut self, visit: usize) {
        let (reader, writer) = (self.reader, self.writer);
        let Visit { reader: read, writer: written, way, .. } = self.visits[visit];
        match (reader.node(read), writer.node(written)) {
            // The reader's type was one branch of several: that another one differs from it says nothing.
            (read, written) if matches!(way, Way::WriterBranch(_)) && read.is_another(written) => {
                self.report_types(visit);
            }
            (Node::Array(items), Node::Array(written)) => self.go(visit, Way::Items, *items, *written),
            (Node::Map(values), Node::Map(written)) => self.go(visit, Way::Values, *values, *written),
            (Node::Record(read), Node::Record(written)) => {
                if !read.names.accept(&written.names) {
                    let (reader, writer) = (read.names.full, written.names.full);
                    self.report(visit, Problem::Names { reader, writer });
                }
                self.fields(visit, read, written);
            }
            (Node::Enum(read), Node::Enum(written)) => {
                if !read.names.accept(&written.names) {
                    let (reader, writer) = (read.names.full, written.names.full);
                    self.report(visit, Problem::Names { reader, writer });
                }
                if read.fallback.is_none() && read.lacks(written).next().is_some() {
                    self.report(visit, Problem::Symbols { reader: read, writer: written });
                }
            }
            (Node::Fixed(read), Node::Fixed(written)) => {
                if !read.names.accept(&written.names) {
                    let (reader, writer) = (read.names.full, written.names.full);
                    self.report(visit, Problem::Names { reader, writer });
                }
                if read.size != written.size {
                    self.report(visit, Problem::Sizes { reader: read.size, writer: written.size });
                }
            }
            (_, Node::Union(branches)) => {
                for (place, branch) in writer.branches(*branches).iter().enumerate() {
                    self.go(visit, Way::WriterBranch(place), read, *branch);
                }
            }
            (Node::Union(branches), _) => self.branch(visit, reader.branches(*branches), written),
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
                if !self.walk.reads(read, written) {
                    self.report_types(visit);
                }
            }
        }
    }

    fn branch(&mut self, visit: usize, branches: &'a [Id], written: Id) {
        let candidates = self.walk.candidates(self.visits[visit].reader, written);
        let candidates = candidates.as_deref().unwrap_or(branches);
        if candidates.iter().any(|branch| self.walk.reads(*branch, written)) {
            return;
        }
        let chosen =
            choose(self.reader, candidates, self.writer, written).map(|(chosen, _)| candidates[chosen]);
        let place = chosen.and_then(|chosen| branches.iter().position(|branch| *branch == chosen));
        if let Some(place) = place {
            self.go(visit, Way::ReaderBranch(place), branches[place], written);
            return;
        }
        let place = match self.visits[visit].way {
            Way::WriterBranch(place) => Some(place),
            Way::Root | Way::Items | Way::Values | Way::Field { .. } | Way::ReaderBranch(_) => None,
        };
        self.report(visit, Problem::Branch { writer: Described(self.writer, written), place });
    }

    fn fields(&mut self, visit: usize, record: &'a Record<'a>, written: &'a Record<'a>) {
        let (reader, writer) = (self.reader, self.writer);
        let written_fields = writer.fields(written);
        let mut expected = 0;
        for (place, field) in reader.fields(record).iter().enumerate() {
            match writer.written(written, field, expected) {
                Written::As(found) => {
                    expected = found + 1;
                    let way = Way::Field { reader: place, writer: found };
                    self.go(visit, way, field.ty, written_fields[found].ty);
                }
                Written::Never if field.default.is_some() => {}
                Written::Never => self.report(visit, Problem::NewField { field: field.name, place }),
                Written::Twice(first, second) => {
                    let writer = [written_fields[first].name, written_fields[second].name];
                    self.report(visit, Problem::Ambiguous { field: field.name, place, writer });
                }
            }
        }
    }

    fn go(&mut self, parent: usize, way: Way, reader: Id, writer: Id) {
        self.visits.push(Visit { parent, way, reader, writer });
        self.open.push(self.visits.len() - 1);
    }

    fn report_types(&mut self, visit: usize) {
        let Visit { reader, writer, .. } = self.visits[visit];
        let (reader, writer) = (Described(self.reader, reader), Described(self.writer, writer));
        self.report(visit, Problem::Types { reader, writer });
    }

    fn report(&mut self, visit: usize, problem: Problem<'a>) {
        self.found.push(Cause { visit, problem });
    }
}
