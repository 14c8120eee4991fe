use std::collections::HashMap;

use super::budget::Budget;
use super::graph::{Graph, Id, Node};
use super::rules::{Closeness, Rules, Written};
use super::verdict::Verdicts;

/// Chooses the branch of a reader's union that reads a writer's type, as the reference's reader does (`Resolver` in Apache
/// Avro for Java 1.12): one of the same type and full name, else a record of the same structure, else the first promotion.
/// Under the checker's rules it comes first that a branch reads every datum.
pub(super) struct Chooser<'b, 's> {
    writer: &'b Graph<'s>,
    reader: &'b Graph<'s>,
    rules: &'b Rules<'s>,
    verdicts: &'b Verdicts,
    /// How much more may be looked at; once it is spent, no answer counts.
    pub(super) budget: Budget,
    /// Whether the structures of two records do not match. For pairs under way: that they do.
    differ: HashMap<(Id, Id), bool>,
    /// Whether two types are the same to the last field. For pairs under way: that they are.
    equal: HashMap<(Id, Id), bool>,
    /// The pairs that seem the same since a union was asked about, perhaps because one under way did.
    seem_equal: Vec<(Id, Id)>,
}

/// Whether a branch reads every datum, and how it is called.
type Nearness = (bool, Closeness);

/// The nearer one of two branches with their indices, of which the second comes later.
fn nearer<T>(
    first: Option<(Nearness, u32, T)>,
    second: Option<(Nearness, u32, T)>,
) -> Option<(Nearness, u32, T)> {
    match (first, second) {
        (Some(first), Some(second))
            if first.0 > second.0 || first.0 == second.0 && first.0.1 != Closeness::Simple =>
        {
            Some(first)
        }
        // Of several records of the same simple name the last is taken.
        (first, second) => second.or(first),
    }
}

/// How deep structures are compared below a branch.
const MOST_DEPTH: usize = 64;

impl<'b, 's> Chooser<'b, 's> {
    pub(super) fn new(
        writer: &'b Graph<'s>,
        reader: &'b Graph<'s>,
        rules: &'b Rules<'s>,
        verdicts: &'b Verdicts,
    ) -> Self {
        let (differ, equal, seem_equal) = (HashMap::new(), HashMap::new(), Vec::new());
        Self { writer, reader, rules, verdicts, budget: Budget::new(), differ, equal, seem_equal }
    }

    /// The branch of the union `reader` that reads `writer`, which is no union: its index and its type.
    pub(super) fn choose(&mut self, writer: Id, reader: Id) -> Option<(u32, Id)> {
        if self.budget.is_spent() {
            return None;
        }
        self.choose_below(writer, reader, 0)
    }

    fn choose_below(&mut self, writer: Id, reader: Id, depth: usize) -> Option<(u32, Id)> {
        let Node::Union(branches) = self.reader.node(reader) else { return None };
        let branches = self.reader.branches(branches);
        // What is near enough by its name or its verdict is nearer than all that are compared by structure.
        let mut best = None;
        for (index, &branch) in (0..).zip(branches) {
            best = nearer(best, self.by_name(writer, branch).map(|nearness| (nearness, index, branch)));
        }
        if best.is_none() && matches!(self.writer.node(writer), Node::Record(_)) {
            for (index, &branch) in (0..).zip(branches) {
                let nearness = self.by_structure(writer, branch, depth);
                best = nearer(best, nearness.map(|nearness| (nearness, index, branch)));
            }
        }
        if let Some((_, index, branch)) = best {
            return Some((index, branch));
        }
        (0..).zip(branches.iter().copied()).find(|&(_, branch)| self.promotes(writer, branch))
    }

    /// How near a branch of the writer's kind is that can be read by what it is called, or because it reads every datum.
    fn by_name(&mut self, writer: Id, branch: Id) -> Option<Nearness> {
        let (written, read) = (self.writer.node(writer), self.reader.node(branch));
        self.budget.spend(self.rules.names(read));
        let reads = matches!(self.rules, Rules::Checker) && self.verdicts.reads(writer, branch);
        let closeness = match (written, read) {
            (Node::Primitive(written, _), Node::Primitive(read, _)) => {
                (written == read).then_some(Closeness::Exact)
            }
            (Node::Array(_), Node::Array(_)) | (Node::Map(_), Node::Map(_)) => Some(Closeness::Exact),
            (Node::Record(_), Node::Record(_)) => {
                let closeness = self.rules.closeness(read, written);
                (reads || closeness >= Closeness::Alias).then_some(closeness)
            }
            (Node::Enum(..), Node::Enum(..)) | (Node::Fixed(..), Node::Fixed(..)) => {
                let closeness = self.rules.closeness(read, written);
                self.rules.accept_branch(closeness).then_some(closeness)
            }
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
            ) => None,
        };
        closeness.map(|closeness| (reads, closeness))
    }

    /// How near a record is whose structure matches.
    fn by_structure(&mut self, writer: Id, branch: Id, depth: usize) -> Option<Nearness> {
        if self.differ(writer, branch, depth) {
            return None;
        }
        Some((false, self.rules.closeness(self.reader.node(branch), self.writer.node(writer))))
    }

    fn promotes(&self, writer: Id, branch: Id) -> bool {
        match (self.writer.node(writer), self.reader.node(branch)) {
            (Node::Primitive(written, _), Node::Primitive(read, _)) => read.reads(*written),
            _ => false,
        }
    }

    /// Whether the structures of two records do not match: a field lacks a value, or one's type cannot be read.
    fn differ(&mut self, writer: Id, reader: Id, depth: usize) -> bool {
        let (Node::Record(written), Node::Record(read)) =
            (self.writer.node(writer), self.reader.node(reader))
        else {
            return true;
        };
        if let Some(known) = self.differ.get(&(writer, reader)) {
            return *known;
        }
        if self.budget.is_spent() {
            return true;
        }
        if depth == MOST_DEPTH {
            return false;
        }
        self.differ.insert((writer, reader), false);
        let fields = read.record.fields.iter().zip(self.reader.fields(read));
        let mut differ = false;
        for (field, &ty) in fields {
            self.budget.spend(self.rules.field_names(field));
            differ |= match self.rules.written(self.writer, written, field) {
                Written::Never => field.default.is_none(),
                Written::As(place) => self.clash(self.writer.fields(written)[place], ty, depth + 1),
                Written::Twice => true,
            };
        }
        self.differ.insert((writer, reader), differ);
        differ
    }

    /// Whether a reader's type cannot read a writer's at all.
    fn clash(&mut self, writer: Id, reader: Id, depth: usize) -> bool {
        if self.budget.is_spent() {
            return true;
        }
        let (written, read) = (self.writer.node(writer), self.reader.node(reader));
        match (written, read) {
            (Node::Union(_), _) | (Node::Array(_), Node::Array(_)) | (Node::Map(_), Node::Map(_)) => false,
            (_, Node::Union(_)) => self.choose_below(writer, reader, depth).is_none(),
            (Node::Record(written), Node::Record(read)) => read.record.fields.iter().any(|field| {
                self.budget.spend(self.rules.field_names(field));
                field.default.is_none()
                    && matches!(
                        self.rules.written(self.writer, written, field),
                        Written::Never | Written::Twice
                    )
            }),
            (Node::Enum(..), Node::Enum(..)) => self.rules.closeness(read, written) == Closeness::Other,
            (Node::Fixed(_, written_fixed), Node::Fixed(_, read_fixed)) => {
                written_fixed.size != read_fixed.size
                    || self.rules.closeness(read, written) == Closeness::Other
            }
            (Node::Primitive(written, _), Node::Primitive(read, _)) => !read.reads(*written),
            (
                Node::Primitive(..)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Record(_)
                | Node::Enum(..)
                | Node::Fixed(..)
                | Node::Undefined(_),
                _,
            ) => true,
        }
    }

    /// Whether both unions are the same, branch by branch, so that the reference's reader takes the bytes as they are.
    pub(super) fn is_same_union(&mut self, writer: Id, reader: Id) -> bool {
        if !matches!(self.rules, Rules::Reader(_)) {
            return false;
        }
        let is_equal = self.equal(writer, reader, 0);
        for pair in self.seem_equal.drain(..).filter(|_| !is_equal) {
            self.equal.remove(&pair);
        }
        is_equal
    }

    fn equal(&mut self, writer: Id, reader: Id, depth: usize) -> bool {
        let (writers, readers) = (self.writer, self.reader);
        let (written, read) = (writers.node(writer), readers.node(reader));
        let same_name = |chooser: &Self| chooser.rules.closeness(read, written) >= Closeness::Simple;
        self.budget.spend(1);
        match (written, read) {
            _ if depth > MOST_DEPTH || self.budget.is_spent() => false,
            (Node::Primitive(written, _), Node::Primitive(read, _)) => written == read,
            (Node::Array(written), Node::Array(read)) | (Node::Map(written), Node::Map(read)) => {
                self.equal(*written, *read, depth + 1)
            }
            (Node::Fixed(_, written), Node::Fixed(_, read)) => same_name(self) && written.size == read.size,
            (Node::Enum(_, written), Node::Enum(_, read)) => {
                self.budget.spend(written.symbols.len());
                same_name(self) && written.symbols == read.symbols
            }
            (Node::Union(written), Node::Union(read)) => {
                let (written, read) = (writers.branches(written), readers.branches(read));
                written.len() == read.len()
                    && written.iter().zip(read).all(|(written, read)| self.equal(*written, *read, depth + 1))
            }
            (Node::Record(written), Node::Record(read)) => {
                if !same_name(self) {
                    return false;
                }
                if let Some(known) = self.equal.get(&(writer, reader)) {
                    return *known;
                }
                self.equal.insert((writer, reader), true);
                let fields = read.record.fields.iter().zip(readers.fields(read)).zip(writers.fields(written));
                let equal = written.record.fields.len() == read.record.fields.len()
                    && fields.enumerate().all(|(place, ((field, read), inner))| {
                        matches!(self.rules.written(writers, written, field), Written::As(found) if found == place)
                            && self.equal(*inner, *read, depth + 1)
                    });
                self.equal.insert((writer, reader), equal);
                if equal {
                    self.seem_equal.push((writer, reader));
                }
                equal
            }
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
