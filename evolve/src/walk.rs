use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::graph::{Enum, Graph, Id, Names, Node, Written};
use crate::problem::{Described, Problem};

/// Compares a reader's type with a writer's, and the types below them, as the reference does: depth first, each pair
/// once, a pair under way taken for compatible. (Avro 1.12, "Schema Resolution", has the rules; the order decides what is
/// reported, and where.)
///
/// The way back is kept in a list and not on the call stack, as definitions may refer to each other at any depth.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) reader: &'a Graph<'a>,
    pub(crate) writer: &'a Graph<'a>,
    /// Every pair that was met and that something refers to; the first is the roots'.
    pub(crate) pairs: Vec<Pair<'a>>,
    /// The pairs that may be met again.
    shared: HashMap<(Id, Id), usize>,
    under_way: Vec<Frame>,
}

/// A reader's type beside a writer's.
#[derive(Debug)]
pub(crate) struct Pair<'a> {
    pub(crate) reader: Id,
    pub(crate) writer: Id,
    /// The pair that it was first met from; the roots' own place for the roots.
    pub(crate) parent: usize,
    /// How it was met.
    pub(crate) step: Step,
    /// Why the reader's type does not read the writer's. While the pair is under way: what is known so far.
    pub(crate) issues: Vec<Issue<'a>>,
    done: bool,
}

/// The way from a pair to one below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// None: the roots.
    Root,
    /// The items of both arrays.
    Items,
    /// The values of both maps.
    Values,
    /// The types of the reader's field with this place, and of the writer's field that it reads.
    Field(usize),
    /// A new field of an enum type with a fallback, and the writer's whole record: the reference takes the enum's default
    /// for the field's, and then fails to read a record as an enum.
    EnumField(usize),
    /// The reader's type, which is no union, and a branch of the writer's union.
    WriterBranch(usize),
    /// The reader's union, and the branch of the writer's with this place.
    EachBranch(usize),
    /// A branch of the reader's union, and the writer's type, which is none.
    SomeBranch,
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
    pub(crate) problem: Problem<'a>,
}

/// A pair whose parts are being compared.
#[derive(Debug)]
struct Frame {
    pair: usize,
    /// The part that is next.
    next: usize,
    /// Where the writer's next field is expected: after the one that was found last.
    expected: usize,
}

/// What comes next in a frame.
enum Part<'a> {
    Pair(Id, Id, Step),
    /// A new field with a default.
    Nothing,
    Problem(Problem<'a>),
    End,
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
        Self { reader, writer, pairs: Vec::new(), shared: HashMap::new(), under_way: Vec::new() }
    }

    /// Compares all that the roots reach. The issues of the first pair, if there is a pair at all, are those of the whole.
    ///
    /// # Errors
    /// The reader's first field that is several of the writer's: the reference throws there.
    pub(crate) fn run(&mut self) -> Result<(), Stopped<'a>> {
        self.compare(self.reader.root, self.writer.root, 0, Step::Root);
        while let Some(frame) = self.under_way.last_mut() {
            let pair = frame.pair;
            match part(self.reader, self.writer, &self.pairs[pair], frame)? {
                Part::Pair(reader, writer, step) => {
                    if let Some(known) = self.compare(reader, writer, pair, step) {
                        self.take(step, known);
                    }
                }
                Part::Nothing => {}
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
        if let (Node::Primitive(reader), Node::Primitive(writer)) = (reader_node, writer_node)
            && reader.reads(*writer)
        {
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
        let mut issues = Vec::new();
        let has_parts = match (reader_node, writer_node) {
            (Node::Array(_), Node::Array(_))
            | (Node::Map(_), Node::Map(_))
            | (Node::Union(_), _)
            | (_, Node::Union(_)) => true,
            (Node::Record(reader), Node::Record(writer)) => {
                issues.extend(other_names(&reader.names, &writer.names));
                true
            }
            (Node::Enum(reader), Node::Enum(writer)) => {
                issues.extend(other_names(&reader.names, &writer.names));
                if reader.fallback.is_none() && reader.lacks(writer).next().is_some() {
                    issues.push(Issue::Here(Problem::Symbols { reader, writer }));
                }
                false
            }
            (Node::Fixed(reader), Node::Fixed(writer)) => {
                issues.extend(other_names(&reader.names, &writer.names));
                if reader.size != writer.size {
                    let (reader, writer) = (reader.size, writer.size);
                    issues.push(Issue::Here(Problem::Sizes { reader, writer }));
                }
                false
            }
            (Node::Enum(Enum { names, .. }), _) if matches!(step, Step::EnumField(_)) => {
                issues.push(Issue::Here(Problem::NewEnumField { reader: names.full }));
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
                issues.push(Issue::Here(Problem::Types { reader, writer }));
                false
            }
        };
        self.pairs.push(Pair { reader, writer, parent, step, issues, done: false });
        if has_parts {
            self.under_way.push(Frame { pair: index, next: 0, expected: 0 });
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
            Known::Compatible if step == Step::SomeBranch => frame.next = usize::MAX,
            Known::Compatible => {}
            Known::Incompatible(part) => match step {
                Step::SomeBranch => {}
                Step::EachBranch(branch) => {
                    let Node::Union(branches) = self.writer.node(pair.writer) else { return };
                    let writer = Described(self.writer, self.writer.branches(*branches)[branch]);
                    pair.issues.push(Issue::Here(Problem::Branch { writer, place: Some(branch) }));
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

/// The next part of `pair`, whose frame is `frame`.
fn part<'a>(
    reader: &'a Graph<'a>,
    writer: &'a Graph<'a>,
    pair: &Pair<'a>,
    frame: &mut Frame,
) -> Result<Part<'a>, Stopped<'a>> {
    let place = frame.next;
    frame.next = place.saturating_add(1);
    let next = match (reader.node(pair.reader), writer.node(pair.writer)) {
        (Node::Array(reader), Node::Array(writer)) => {
            (place == 0).then_some(Part::Pair(*reader, *writer, Step::Items))
        }
        (Node::Map(reader), Node::Map(writer)) => {
            (place == 0).then_some(Part::Pair(*reader, *writer, Step::Values))
        }
        (Node::Record(record), Node::Record(written)) => match reader.fields(record).get(place) {
            Some(field) => match writer.written(written, field, frame.expected) {
                Written::As(found) => {
                    frame.expected = found + 1;
                    let ty = writer.fields(written)[found].ty;
                    Some(Part::Pair(field.ty, ty, Step::Field(place)))
                }
                Written::Never if field.default.is_some() => Some(Part::Nothing),
                Written::Never if reader.has_fallback(field.ty) => {
                    Some(Part::Pair(field.ty, pair.writer, Step::EnumField(place)))
                }
                Written::Never => Some(Part::Problem(Problem::NewField { field: field.name, place })),
                Written::Twice(first, second) => {
                    let written = writer.fields(written);
                    let writer = [written[first].name, written[second].name];
                    let problem = Problem::Ambiguous { field: field.name, place, writer };
                    return Err(Stopped { pair: frame.pair, problem });
                }
            },
            None => None,
        },
        (Node::Union(_), Node::Union(branches)) => {
            let branch = writer.branches(*branches).get(place);
            branch.map(|branch| Part::Pair(pair.reader, *branch, Step::EachBranch(place)))
        }
        (_, Node::Union(branches)) => {
            let branch = writer.branches(*branches).get(place);
            branch.map(|branch| Part::Pair(pair.reader, *branch, Step::WriterBranch(place)))
        }
        (Node::Union(branches), _) => {
            let branches = reader.branches(*branches);
            let branch = branches.get(place).map(|branch| Part::Pair(*branch, pair.writer, Step::SomeBranch));
            let none = Problem::Branch { writer: Described(writer, pair.writer), place: None };
            branch.or((place == branches.len()).then_some(Part::Problem(none)))
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
        ) => None,
    };
    Ok(next.unwrap_or(Part::End))
}

fn other_names<'a>(reader: &Names<'a>, writer: &Names<'a>) -> Option<Issue<'a>> {
    let (reader_name, writer_name) = (reader.full, writer.full);
    let problem = Problem::Names { reader: reader_name, writer: writer_name };
    (!reader.accept(writer)).then_some(Issue::Here(problem))
}
