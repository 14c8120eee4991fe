use super::checker::{Checker, Goal};
use super::graph::{Graph, Id, Node};
use super::names::Closeness;

/// Chooses the branch of a reader's union that reads a writer's type.
///
/// It is, in this order:
///
/// 1. a branch that reads everything that the writer's type can hold, before one that does not;
/// 2. of definitions the one with the closest name, see [`Closeness`];
/// 3. the first branch, or the last if only the simple names are equal, as the reference's reader does.
///
/// A branch qualifies if it is the same primitive type, an array or a map as the writer's type is, or a
/// definition of the same kind whose names accept the writer's. If none does, the first branch to which the
/// writer's type can be promoted is chosen.
#[derive(Debug)]
pub struct BranchChooser<'a> {
    reader: &'a Graph<'a>,
    writer: &'a Graph<'a>,
    checker: Checker<'a>,
}

/// The branch that was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// The index of the branch.
    pub index: usize,
    /// The type of the branch.
    pub branch: Id,
    /// Whether the writer's type is promoted to it.
    pub is_promotion: bool,
}

impl<'a> BranchChooser<'a> {
    /// Creates a chooser for unions of `reader` and types of `writer`.
    pub fn new(reader: &'a Graph<'a>, writer: &'a Graph<'a>) -> Self {
        Self::with_budget(reader, writer, usize::MAX)
    }

    /// As [`new`](Self::new), for a chooser that compares at most `budget` branches, fields and symbols.
    pub(crate) fn with_budget(reader: &'a Graph<'a>, writer: &'a Graph<'a>, budget: usize) -> Self {
        Self { reader, writer, checker: Checker::new(reader, writer, Goal::Decide, budget) }
    }

    /// Returns the branch of the reader's `union` that reads `written`, a type of the writer's that is not a
    /// union. Returns `None` if no branch qualifies.
    pub fn choose(&mut self, union: Id, written: Id) -> Option<Choice> {
        let Node::Union(span) = self.reader.node(union) else { return None };
        let branches = self.reader.branches(*span);
        match self.checker.candidates(union, written) {
            None => self.choose_of(branches.iter().copied().enumerate(), written),
            Some(candidates) => {
                self.choose_of(candidates.into_iter().map(|index| (index, branches[index])), written)
            }
        }
    }

    /// Returns whether the reader's type reads everything that the writer's type can hold.
    pub fn reads(&mut self, reader: Id, writer: Id) -> bool {
        self.checker.reads(reader, writer)
    }

    /// Returns whether the budget is spent. Answers are not valid then.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.checker.is_exhausted()
    }

    /// Subtracts parts that were compared elsewhere from the budget.
    pub(crate) fn spend(&mut self, parts: usize) {
        self.checker.spend(parts);
    }

    fn choose_of(&mut self, branches: impl Iterator<Item = (usize, Id)>, written: Id) -> Option<Choice> {
        let mut qualified: Vec<(Choice, Closeness)> = Vec::new();
        let mut promotion = None;
        let mut seen = 0;
        for (index, branch) in branches {
            seen += 1 + self.reader.node(branch).names().map_or(0, |names| names.aliases.len());
            match (self.reader.node(branch), self.writer.node(written)) {
                (Node::Primitive(reader), Node::Primitive(writer)) => {
                    if reader == writer {
                        return Some(Choice { index, branch, is_promotion: false });
                    }
                    if promotion.is_none() && reader.reads(*writer) {
                        promotion = Some(Choice { index, branch, is_promotion: true });
                    }
                }
                (Node::Array(_), Node::Array(_)) | (Node::Map(_), Node::Map(_)) => {
                    let choice = Choice { index, branch, is_promotion: false };
                    qualified.push((choice, Closeness::Exact));
                }
                (reader, writer) => {
                    let names = reader.definitions(writer);
                    let closeness = names.map(|(reader, writer)| reader.closeness(writer));
                    if let Some(closeness) = closeness.filter(|it| *it > Closeness::Different) {
                        qualified.push((Choice { index, branch, is_promotion: false }, closeness));
                    }
                }
            }
        }
        self.spend(seen);
        if let [(only, _)] = qualified.as_slice() {
            return Some(*only);
        }
        let mut best = None;
        for (choice, closeness) in qualified {
            let rank = (self.checker.reads(choice.branch, written), closeness);
            if best.is_none_or(|(best, _)| rank > best || rank == best && closeness == Closeness::Simple) {
                best = Some((rank, choice));
            }
        }
        best.map_or(promotion, |(_, choice)| Some(choice))
    }
}
