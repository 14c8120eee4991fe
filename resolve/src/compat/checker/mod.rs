mod frame;
mod pair_hasher;
mod report;

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use signalbook_model::Schema;

use self::frame::{Edge, Frame, Part};
use self::pair_hasher::PairHasher;
use super::Compatibility;
use super::graph::{Graph, Id, Node};
use super::names::Names;
use super::problem::{Described, Problem};
use super::union_index::UnionIndex;

/// Returns whether `reader` can read data of `writer`, and the reasons if it cannot.
///
/// The result is that of Apache Avro's `SchemaCompatibility` for Java 1.12, with one exception: the reference
/// finds some recursive schemas compatible, because it keeps an answer that relied on a pair which is found
/// to be incompatible later. Here they are incompatible, with the first reason that is found.
///
/// The time is nearly linear in the size of the schemas. For large unions on both sides, this is true if the
/// reader's branches are definitions that are used only there, with everything below them, and have no field
/// aliases. Such branches are found by name. Other branches are compared one by one until one reads the
/// writer's, as in the reference, because its list depends on the order.
pub fn check(reader: &Schema, writer: &Schema) -> Compatibility {
    Graph::new(reader).check(&Graph::new(writer))
}

impl Graph<'_> {
    /// Returns the result of [`check`] with this schema as the reader.
    pub fn check(&self, writer: &Graph<'_>) -> Compatibility {
        let mut checker = Checker::new(self, writer, Goal::List, usize::MAX);
        let mut incompatibilities = match checker.run() {
            Ok(()) => checker.incompatibilities(),
            Err(Stopped { pair, problem, .. }) => vec![checker.incompatibility(pair, &problem)],
        };
        if incompatibilities.is_empty() && checker.has_void_answer {
            checker = Checker::new(self, writer, Goal::Decide, usize::MAX);
            if checker.run().is_ok() {
                incompatibilities = checker.incompatibilities();
            }
        }
        Compatibility { incompatibilities }
    }

    /// Returns the field at which the reference throws an exception when this schema reads `writer`, if it
    /// does.
    pub fn stops<'a>(&'a self, writer: &'a Graph<'a>) -> Option<Stopped<'a>> {
        Checker::new(self, writer, Goal::List, usize::MAX).run().err()
    }
}

/// The field at which the reference throws an exception.
#[derive(Clone, Copy, Debug)]
pub struct Stopped<'a> {
    pair: usize,
    /// The reader's record.
    pub reader: Id,
    /// The writer's record.
    pub writer: Id,
    /// The problem: always [`Problem::Ambiguous`].
    pub problem: Problem<'a>,
}

/// Compares a reader's type with a writer's, and the types below them, by the rules of "Schema Resolution" in
/// Avro 1.12: depth first, each pair once. A pair that is under way counts as compatible.
///
/// The stack is a list, not the call stack, because definitions may be nested to any depth.
#[derive(Debug)]
pub(super) struct Checker<'a> {
    reader: &'a Graph<'a>,
    writer: &'a Graph<'a>,
    goal: Goal,
    /// The pairs that were reached. The first is the pair of the roots.
    pairs: Vec<Pair<'a>>,
    /// The pairs that may be reached again.
    shared: HashMap<(Id, Id), usize, BuildHasherDefault<PairHasher>>,
    under_way: Vec<Frame>,
    union_index: UnionIndex<'a>,
    /// The compatible pairs that rely on a pair under way, in the order of their numbers.
    provisional: Vec<usize>,
    /// Whether a pair was found compatible because of another pair that is incompatible.
    has_void_answer: bool,
    /// How many more parts may be compared.
    budget: usize,
}

/// What a checker is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// To list every incompatibility of the roots. The order of the comparisons decides what the reference
    /// lists and where. A pair that was found compatible stays compatible, even if a pair that it relied on
    /// is incompatible.
    List,
    /// To decide about single pairs. The first problem ends a pair, and each answer is correct on its own.
    Decide,
}

/// The state of the comparison of a reader's type with a writer's.
#[derive(Debug)]
struct Pair<'a> {
    /// The pair from which it was first reached.
    parent: usize,
    /// How it was reached from there.
    edge: Edge,
    /// Why the reader's type does not read the writer's. Incomplete while the pair is under way.
    issues: Vec<Issue<'a>>,
    state: State,
}

/// How far a pair has been compared.
#[derive(Clone, Copy, Debug)]
enum State {
    UnderWay,
    /// The pair relies on this pair, which has a lower number if it is under way.
    Done {
        relies_on: usize,
    },
    /// The pair was found compatible because of another pair that is incompatible.
    Void,
}

/// A reason why a pair is incompatible.
#[derive(Clone, Copy, Debug)]
enum Issue<'a> {
    /// A problem of its own.
    Here(Problem<'a>),
    /// The issues of another pair.
    Of(usize),
}

/// The answer for a pair.
#[derive(Clone, Copy)]
enum Answer {
    /// The reader's type reads the writer's.
    Compatible,
    /// It does not, because of the issues of this pair.
    Incompatible(usize),
}

impl<'a> Checker<'a> {
    /// Creates a checker that compares at most `budget` parts.
    pub(super) fn new(reader: &'a Graph<'a>, writer: &'a Graph<'a>, goal: Goal, budget: usize) -> Self {
        Self {
            reader,
            writer,
            goal,
            pairs: Vec::with_capacity(8),
            shared: HashMap::with_capacity_and_hasher(8, BuildHasherDefault::new()),
            under_way: Vec::with_capacity(8),
            union_index: match goal {
                Goal::List => UnionIndex::without_trace(reader),
                Goal::Decide => UnionIndex::by_name(reader),
            },
            provisional: Vec::new(),
            has_void_answer: false,
            budget,
        }
    }

    /// Compares everything below the roots. The issues of the first pair, if there is one, are those of the
    /// schemas.
    ///
    /// # Errors
    /// Returns the first field of the reader that matches several fields of the writer. The reference throws
    /// an exception there.
    fn run(&mut self) -> Result<(), Stopped<'a>> {
        self.compare(self.reader.root, self.writer.root, 0, Edge::Root);
        self.go_on()
    }

    /// Returns whether a reader's type reads a writer's. Use it with [`Goal::Decide`].
    pub(super) fn reads(&mut self, reader: Id, writer: Id) -> bool {
        let pair = self.pairs.len();
        let answer = self.compare(reader, writer, 0, Edge::Root);
        let answer = match answer {
            Some(answer) => Ok(answer),
            None => self.go_on().map(|()| self.answer(pair)),
        };
        matches!(answer, Ok(Answer::Compatible)) && !self.is_exhausted()
    }

    /// Returns the indices of the branches of a reader's union that may read a writer's type, which is not a
    /// union. Returns `None` if each branch may read it.
    pub(super) fn candidates(&mut self, union: Id, writer: Id) -> Option<Vec<usize>> {
        match self.writer.node(writer) {
            Node::Union(_) => None,
            writer => self.union_index.candidates(union, writer),
        }
    }

    /// Subtracts `parts` that were compared elsewhere from the budget.
    pub(super) fn spend(&mut self, parts: usize) {
        self.budget = self.budget.saturating_sub(parts);
    }

    /// Returns whether the budget is spent. Answers are not valid then.
    pub(super) fn is_exhausted(&self) -> bool {
        self.budget == 0
    }

    fn go_on(&mut self) -> Result<(), Stopped<'a>> {
        while let Some(frame) = self.under_way.last_mut() {
            let (pair, reader, writer) = (frame.pair, frame.reader, frame.writer);
            if self.budget == 0 {
                frame.end();
            }
            let part = frame.next(self.reader, self.writer);
            self.budget = self.budget.saturating_sub(1 + std::mem::take(&mut frame.names));
            match part {
                Ok(Part::Pair(reader, writer, edge)) => {
                    if let Some(answer) = self.compare(reader, writer, pair, edge) {
                        self.take(edge, answer);
                    }
                }
                Ok(Part::Problem(problem)) => self.add_issue(Issue::Here(problem)),
                Ok(Part::End) => {
                    let relies_on = frame.relies_on;
                    self.under_way.pop();
                    let answer = self.finish(pair, relies_on);
                    self.take(self.pairs[pair].edge, answer);
                }
                Err(problem) if self.goal == Goal::Decide => self.add_issue(Issue::Here(problem)),
                Err(problem) => return Err(Stopped { pair, reader, writer, problem }),
            }
        }
        Ok(())
    }

    /// Starts the comparison of a pair. Returns `None` if its parts must be compared first.
    fn compare(&mut self, reader: Id, writer: Id, parent: usize, edge: Edge) -> Option<Answer> {
        let (reader_node, writer_node) = (self.reader.node(reader), self.writer.node(writer));
        if self.reader.reads_plainly(reader, self.writer, writer) {
            return Some(Answer::Compatible);
        }
        // A pair without a definition has one parent, and is reached only from there.
        if reader_node.is_shared() || writer_node.is_shared() {
            let new = self.pairs.len();
            let known = *self.shared.entry((reader, writer)).or_insert(new);
            if known != new {
                if let Some(answer) = self.known(known) {
                    return Some(answer);
                }
                self.shared.insert((reader, writer), new);
            }
        }
        if let (Node::Enum(_), Node::Enum(written)) = (reader_node, writer_node) {
            self.spend(written.symbols.len());
        }
        let issues = self.own_issues(reader, writer, edge);
        let has_parts = match (reader_node, writer_node) {
            (Node::Array(_), Node::Array(_))
            | (Node::Map(_), Node::Map(_))
            | (Node::Record(_), Node::Record(_))
            | (Node::Union(_), _)
            | (_, Node::Union(_)) => self.goal == Goal::List || issues.is_empty(),
            (
                Node::Primitive(_)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Record(_)
                | Node::Enum(_)
                | Node::Fixed(_)
                | Node::Undefined(_),
                _,
            ) => false,
        };
        let pair = self.pairs.len();
        self.pairs.push(Pair { parent, edge, issues, state: State::UnderWay });
        if has_parts {
            let candidates = self.candidates(reader, writer);
            self.under_way.push(Frame::new(pair, reader, writer, candidates));
            return None;
        }
        Some(self.finish(pair, pair))
    }

    /// Returns the issues of a pair that do not come from its parts.
    fn own_issues(&self, reader_id: Id, writer_id: Id, edge: Edge) -> Vec<Issue<'a>> {
        // The list has no spare capacity, because most pairs have at most one issue and large unions make
        // very many pairs.
        match (self.reader.node(reader_id), self.writer.node(writer_id)) {
            (Node::Array(_), Node::Array(_))
            | (Node::Map(_), Node::Map(_))
            | (Node::Union(_), _)
            | (_, Node::Union(_)) => Vec::new(),
            (Node::Record(reader), Node::Record(writer)) => {
                different_names(&reader.names, &writer.names).into_iter().collect()
            }
            (Node::Enum(reader), Node::Enum(writer)) => {
                let mut issues: Vec<_> = different_names(&reader.names, &writer.names).into_iter().collect();
                if reader.fallback.is_none() && reader.missing(writer).next().is_some() {
                    issues.push(Issue::Here(Problem::Symbols { reader, writer }));
                }
                issues
            }
            (Node::Fixed(reader), Node::Fixed(writer)) => {
                let mut issues: Vec<_> = different_names(&reader.names, &writer.names).into_iter().collect();
                if reader.size != writer.size {
                    issues.push(Issue::Here(Problem::Sizes { reader: reader.size, writer: writer.size }));
                }
                issues
            }
            (Node::Enum(reader), _) if matches!(edge, Edge::EnumField(_)) => {
                vec![Issue::Here(Problem::NewEnumField { reader: reader.names.full })]
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
                let reader = Described(self.reader, reader_id);
                let writer = Described(self.writer, writer_id);
                vec![Issue::Here(Problem::Types { reader, writer })]
            }
        }
    }

    /// Returns the answer for a pair that is reached again, or `None` if it must be compared again.
    fn known(&mut self, pair: usize) -> Option<Answer> {
        let answer = self.answer(pair);
        let mut relies_on = pair;
        let is_under_way = loop {
            match self.pairs[relies_on].state {
                State::Void => return None,
                State::UnderWay => break true,
                State::Done { relies_on: next } if next == relies_on => break false,
                State::Done { relies_on: next } => relies_on = next,
            }
        };
        if let (Answer::Compatible, true, Some(frame)) = (answer, is_under_way, self.under_way.last_mut()) {
            frame.relies_on = frame.relies_on.min(relies_on);
        }
        Some(answer)
    }

    fn answer(&self, pair: usize) -> Answer {
        let Pair { state, issues, .. } = &self.pairs[pair];
        match state {
            State::Done { .. } if !issues.is_empty() => Answer::Incompatible(pair),
            State::Done { .. } | State::UnderWay | State::Void => Answer::Compatible,
        }
    }

    /// Ends a pair whose answer relies on itself or on a pair under way.
    fn finish(&mut self, pair: usize, relies_on: usize) -> Answer {
        self.pairs[pair].state = State::Done { relies_on };
        let answer = self.answer(pair);
        // Pairs with a higher number were compared for this one.
        let first = self.provisional.partition_point(|&provisional| provisional < pair);
        match answer {
            Answer::Incompatible(_) => {
                self.has_void_answer |= first < self.provisional.len();
                for void in self.provisional.drain(first..) {
                    if self.goal == Goal::Decide {
                        self.pairs[void].state = State::Void;
                    }
                }
            }
            Answer::Compatible if relies_on == pair => self.provisional.truncate(first),
            Answer::Compatible => {
                self.provisional.push(pair);
                if let Some(frame) = self.under_way.last_mut() {
                    frame.relies_on = frame.relies_on.min(relies_on);
                }
            }
        }
        answer
    }

    /// Gives the innermost frame the answer for the part at `edge`.
    fn take(&mut self, edge: Edge, answer: Answer) {
        let Some(frame) = self.under_way.last_mut() else { return };
        match answer {
            Answer::Compatible if edge == Edge::SomeBranch => frame.end(),
            Answer::Compatible => {}
            Answer::Incompatible(part) => match edge {
                Edge::SomeBranch => {}
                Edge::EachBranch { index, branch } => {
                    let writer = Described(self.writer, branch);
                    self.add_issue(Issue::Here(Problem::Branch { writer, index: Some(index) }));
                }
                Edge::Root
                | Edge::Items
                | Edge::Values
                | Edge::Field(_)
                | Edge::EnumField(_)
                | Edge::WriterBranch(_) => self.add_issue(Issue::Of(part)),
            },
        }
    }

    /// Adds an issue to the innermost pair.
    fn add_issue(&mut self, issue: Issue<'a>) {
        let Some(frame) = self.under_way.last_mut() else { return };
        self.pairs[frame.pair].issues.push(issue);
        if self.goal == Goal::Decide {
            frame.end();
        }
    }
}

fn different_names<'a>(reader: &Names<'a>, writer: &Names<'a>) -> Option<Issue<'a>> {
    let problem = Problem::Names { reader: reader.full, writer: writer.full };
    (!reader.accept(writer)).then_some(Issue::Here(problem))
}
