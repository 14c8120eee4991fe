use std::collections::{HashMap, HashSet};

use super::PlanError;
use super::budget::Budget;
use super::fixpoint::Fixpoint;
use super::graph::{Graph, Id, Node};
use super::rules::{Closeness, Rules, Written};

/// Which of a reader's types read which of a writer's whatever the datum, as the reference's checker has it
/// (`SchemaCompatibility` in Apache Avro for Java 1.12).
pub(super) struct Verdicts {
    numbers: HashMap<(Id, Id), usize>,
    stand: Vec<bool>,
}

/// How many pairs of types a plan may look at: two schemas of a thousand types each in unions have a million.
pub(super) const MOST_PAIRS: usize = 1 << 20;

impl Verdicts {
    /// Judges all that the roots reach.
    ///
    /// # Errors
    /// More than [`MOST_PAIRS`] pairs, or more to look at than a [`Budget`] has.
    pub(super) fn new(writer: &Graph<'_>, reader: &Graph<'_>) -> Result<Self, PlanError> {
        let mut judge = Judge {
            writer,
            reader,
            numbers: HashMap::new(),
            pairs: Vec::new(),
            fixpoint: Fixpoint::default(),
            budget: Budget::new(),
        };
        judge.number(writer.root, reader.root);
        let mut next = 0;
        while next < judge.pairs.len() {
            judge.judge(next);
            judge.budget.check()?;
            next += 1;
            if judge.pairs.len() > MOST_PAIRS {
                return Err(PlanError::TooLarge);
            }
        }
        Ok(Self { numbers: judge.numbers, stand: judge.fixpoint.solve() })
    }

    /// Whether the root of the reader's schema reads all that the writer's writes.
    pub(super) fn whole(&self) -> bool {
        self.stand.first().copied().unwrap_or(false)
    }

    /// Whether the reader's type reads all that the writer's writes, as far as it was looked at.
    pub(super) fn reads(&self, writer: Id, reader: Id) -> bool {
        self.numbers.get(&(writer, reader)).is_some_and(|&number| self.stand[number])
    }
}

struct Judge<'g, 's> {
    writer: &'g Graph<'s>,
    reader: &'g Graph<'s>,
    numbers: HashMap<(Id, Id), usize>,
    pairs: Vec<(Id, Id)>,
    fixpoint: Fixpoint,
    budget: Budget,
}

impl Judge<'_, '_> {
    fn number(&mut self, writer: Id, reader: Id) -> usize {
        *self.numbers.entry((writer, reader)).or_insert_with(|| {
            self.pairs.push((writer, reader));
            self.fixpoint.add();
            self.pairs.len() - 1
        })
    }

    fn judge(&mut self, pair: usize) {
        let (writer_id, reader_id) = self.pairs[pair];
        let (writer, reader) = (self.writer.node(writer_id), self.reader.node(reader_id));
        match (writer, reader) {
            (Node::Union(branches), _) => {
                self.budget.spend(branches.len());
                let branches: Vec<_> = self.writer.branches(branches).to_vec();
                let parts: Vec<_> =
                    branches.into_iter().map(|branch| self.number(branch, reader_id)).collect();
                self.fixpoint.needs_all(pair, parts);
            }
            (_, Node::Union(branches)) => {
                let branches: Vec<_> = self.reader.branches(branches).to_vec();
                let able = branches.into_iter().filter(|&branch| self.may_read(writer_id, branch));
                let able: Vec<_> = able.collect();
                let parts: Vec<_> = able.into_iter().map(|branch| self.number(writer_id, branch)).collect();
                self.fixpoint.needs_any(pair, &parts);
            }
            (Node::Array(writer), Node::Array(reader)) | (Node::Map(writer), Node::Map(reader)) => {
                let part = self.number(*writer, *reader);
                self.fixpoint.needs_all(pair, [part]);
            }
            (Node::Record(written), Node::Record(read)) if self.may_read(writer_id, reader_id) => {
                for (place, field) in read.record.fields.iter().enumerate() {
                    self.budget.spend(Rules::Checker.field_names(field));
                    match Rules::Checker.written(self.writer, written, field) {
                        Written::As(found) => {
                            let part = self
                                .number(self.writer.fields(written)[found], self.reader.fields(read)[place]);
                            self.fixpoint.needs_all(pair, [part]);
                        }
                        Written::Never if field.default.is_some() => {}
                        Written::Never | Written::Twice => self.fixpoint.fell(pair),
                    }
                }
            }
            (Node::Enum(_, written), Node::Enum(_, read)) if self.may_read(writer_id, reader_id) => {
                if read.fallback.is_none() {
                    self.budget.spend(written.symbols.len() + read.symbols.len());
                    let known: HashSet<_> = read.symbols.iter().collect();
                    if written.symbols.iter().any(|symbol| !known.contains(symbol)) {
                        self.fixpoint.fell(pair);
                    }
                }
            }
            (Node::Fixed(_, written), Node::Fixed(_, read))
                if written.size == read.size && self.may_read(writer_id, reader_id) => {}
            (Node::Primitive(writer, _), Node::Primitive(reader, _)) if reader.reads(*writer) => {}
            (
                Node::Primitive(..)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Record(_)
                | Node::Enum(..)
                | Node::Fixed(..)
                | Node::Undefined(_),
                _,
            ) => self.fixpoint.fell(pair),
        }
    }

    /// Whether names and kinds allow that a reader's type reads a writer's.
    fn may_read(&mut self, writer: Id, reader: Id) -> bool {
        let (writer, reader) = (self.writer.node(writer), self.reader.node(reader));
        self.budget.spend(Rules::Checker.names(reader));
        match (writer, reader) {
            (Node::Record(_), Node::Record(_))
            | (Node::Enum(..), Node::Enum(..))
            | (Node::Fixed(..), Node::Fixed(..)) => {
                Rules::Checker.closeness(reader, writer) > Closeness::Other
            }
            (Node::Primitive(writer, _), Node::Primitive(reader, _)) => reader.reads(*writer),
            (Node::Array(_), Node::Array(_)) | (Node::Map(_), Node::Map(_)) => true,
            (
                Node::Primitive(..)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Union(_)
                | Node::Record(_)
                | Node::Enum(..)
                | Node::Fixed(..)
                | Node::Undefined(_),
                _,
            ) => false,
        }
    }
}
