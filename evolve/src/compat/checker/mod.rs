pub(crate) mod frame;
mod hash;
mod report;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;

use crate::compat::checker::frame::{Frame, Part, Step};
use crate::compat::checker::hash::PairHasher;
use crate::compat::graph::{Graph, Id, Names, Node};
use crate::compat::problem::{Described, Problem};
use crate::compat::union_index::Wide;

/// Compares a reader's type with a writer's, and the types below them, as the reference does: depth first, each pair
/// once, a pair under way taken for compatible. (Avro 1.12, "Schema Resolution", has the rules; the order decides what is
/// reported, and where.)
///
/// The way back is kept in a list and not on the call stack, as definitions may refer to each other at any depth.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    reader: &'a Graph<'a>,
    writer: &'a Graph<'a>,
    /// Every pair that was met and that something refers to; the first is the roots'.
    pub(crate) pairs: Vec<Pair<'a>>,
    /// The pairs that may be met again.
    shared: HashMap<(Id, Id), usize, BuildHasherDefault<PairHasher>>,
    under_way: Vec<Frame>,
    wide: Wide<'a>,
}

/// What is known of a reader's type beside a writer's.
#[derive(Debug)]
pub(crate) struct Pair<'a> {
    /// The pair that it was first met from; the roots' own place for the roots.
    pub(crate) parent: usize,
    /// How it was met.
    pub(crate) step: Step,
    /// Why the reader's type does not read the writer's. While the pair is under way: what is known so far.
    pub(crate) issues: Vec<Issue<'a>>,
    done: bool,
}

/// One reason why a pair is incompatible.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Issue<'a> {
    /// A problem of its own.
    Here(Problem<'a>),
    /// The issues of another pair.
    Of(usize),
}

/// Where the reference gives up, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopped<'a> {
    pub(crate) pair: usize,
    pub(crate) reader: Id,
    pub(crate) writer: Id,
    pub(crate) problem: Problem<'a>,
}

/// What is known of a pair.
#[derive(Clone, Copy)]
enum Known {
    /// The reader's type reads the writer's.
    Compatible,
    /// It does not, for the issues of this pair.
    Incompatible(usize),
}

impl<'a> Walk<'a> {
    /// Nothing compared yet.
    pub(crate) fn new(reader: &'a Graph<'a>, writer: &'a Graph<'a>) -> Self {
        Self {
            reader,
            writer,
            pairs: Vec::with_capacity(8),
            shared: HashMap::with_capacity_and_hasher(8, BuildHasherDefault::new()),
            under_way: Vec::with_capacity(8),
            wide: Wide::default(),
        }
    }

    /// Compares all that the roots reach. The issues of the first pair, if there is a pair at all, are those of the whole.
    ///
    /// # Errors
    /// The reader's first field that is several of the writer's: the reference throws there.
    pub(crate) fn run(&mut self) -> Result<(), Stopped<'a>> {
        self.compare(self.reader.root, self.writer.root, 0, Step::Root);
        self.go_on()
    }

    /// Whether a reader's type reads a writer's, whatever stands around them.
    pub(crate) fn reads(&mut self, reader: Id, writer: Id) -> bool {
        let pair = self.pairs.len();
        let known = self.compare(reader, writer, 0, Step::Root);
        match known.map_or_else(|| self.go_on().map(|()| self.known(pair)), Ok) {
            Ok(known) => matches!(known, Known::Compatible),
            Err(Stopped { problem, .. }) => {
                for frame in self.under_way.drain(..) {
                    let pair = &mut self.pairs[frame.pair];
                    pair.done = true;
                    pair.issues.push(Issue::Here(problem));
                }
                false
            }
        }
    }

    /// The branches of a reader's union that may read a writer's type, which is none; nothing where that may be each.
    pub(crate) fn candidates(&mut self, reader: Id, writer: Id) -> Option<Vec<Id>> {
        match self.writer.node(writer) {
            Node::Union(_) => None,
            writer => self.wide.candidates(self.reader, reader, writer),
        }
    }

    fn go_on(&mut self) -> Result<(), Stopped<'a>> {
        while let Some(frame) = self.under_way.last_mut() {
            let (pair, reader, writer) = (frame.pair, frame.reader, frame.writer);
            let stopped = |problem| Stopped { pair, reader, writer, problem };
            match frame.next(self.reader, self.writer).map_err(stopped)? {
                Part::Pair(reader, writer, step) => {
                    if let Some(known) = self.compare(reader, writer, pair, step) {
                        self.take(step, known);
                    }
                }
                Part::Problem(problem) => self.pairs[pair].issues.push(Issue::Here(problem)),
                Part::End => {
                    self.under_way.pop();
                    let known = self.finish(pair);
                    self.take(self.pairs[pair].step, known);
                }
            }
        }
        Ok(())
    }

    /// What is known of a pair: nothing yet if its parts come first.
    fn compare(&mut self, reader: Id, writer: Id, parent: usize, step: Step) -> Option<Known> {
        let (reader_node, writer_node) = (self.reader.node(reader), self.writer.node(writer));
        if self.reader.reads_plainly(reader, self.writer, writer) {
            return Some(Known::Compatible);
        }
        let index = self.pairs.len();
        // A pair without a definition in it has one parent, and is met from there alone.
        if reader_node.is_shared() || writer_node.is_shared() {
            match self.shared.entry((reader, writer)) {
                Entry::Occupied(met) => {
                    let met = *met.get();
                    return Some(self.known(met));
                }
                Entry::Vacant(new) => new.insert(index),
            };
        }
        // Most have one issue or none, and unions of many branches make very many pairs: no room is left for more.
        let mut issues = Vec::new();
        let has_parts = match (reader_node, writer_node) {
            (Node::Array(_), Node::Array(_))
            | (Node::Map(_), Node::Map(_))
            | (Node::Union(_), _)
            | (_, Node::Union(_)) => true,
            (Node::Record(reader), Node::Record(writer)) => {
                issues = other_names(&reader.names, &writer.names).into_iter().collect();
                true
            }
            (Node::Enum(reader), Node::Enum(writer)) => {
                issues = other_names(&reader.names, &writer.names).into_iter().collect();
                if reader.fallback.is_none() && reader.lacks(writer).next().is_some() {
                    issues.push(Issue::Here(Problem::Symbols { reader, writer }));
                }
                false
            }
            (Node::Fixed(reader), Node::Fixed(writer)) => {
                issues = other_names(&reader.names, &writer.names).into_iter().collect();
                if reader.size != writer.size {
                    let (reader, writer) = (reader.size, writer.size);
                    issues.push(Issue::Here(Problem::Sizes { reader, writer }));
                }
                false
            }
            (Node::Enum(new), _) if matches!(step, Step::EnumField(_)) => {
                issues = vec![Issue::Here(Problem::NewEnumField { reader: new.names.full })];
                false
            }
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
                let (reader, writer) = (Described(self.reader, reader), Described(self.writer, writer));
                issues = vec![Issue::Here(Problem::Types { reader, writer })];
                false
            }
        };
        self.pairs.push(Pair { parent, step, issues, done: false });
        if has_parts {
            let candidates = self.candidates(reader, writer);
            self.under_way.push(Frame::new(index, reader, writer, candidates));
            return None;
        }
        Some(self.finish(index))
    }

    fn finish(&mut self, pair: usize) -> Known {
        self.pairs[pair].done = true;
        self.known(pair)
    }

    fn known(&self, pair: usize) -> Known {
        let Pair { done, issues, .. } = &self.pairs[pair];
        if *done && !issues.is_empty() { Known::Incompatible(pair) } else { Known::Compatible }
    }

    /// Gives the innermost frame what is known of a part that was met by `step`.
    fn take(&mut self, step: Step, known: Known) {
        let Some(frame) = self.under_way.last_mut() else { return };
        let pair = &mut self.pairs[frame.pair];
        match known {
            Known::Compatible if step == Step::SomeBranch => frame.end(),
            Known::Compatible => {}
            Known::Incompatible(part) => match step {
                Step::SomeBranch => {}
                Step::EachBranch { place, branch } => {
                    let writer = Described(self.writer, branch);
                    pair.issues.push(Issue::Here(Problem::Branch { writer, place: Some(place) }));
                }
                Step::Root
                | Step::Items
                | Step::Values
                | Step::Field(_)
                | Step::EnumField(_)
                | Step::WriterBranch(_) => pair.issues.push(Issue::Of(part)),
            },
        }
    }
}

fn other_names<'a>(reader: &Names<'a>, writer: &Names<'a>) -> Option<Issue<'a>> {
    let (reader_name, writer_name) = (reader.full, writer.full);
    let problem = Problem::Names { reader: reader_name, writer: writer_name };
    (!reader.accept(writer)).then_some(Issue::Here(problem))
}
