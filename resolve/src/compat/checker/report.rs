use super::frame::Edge;
use super::{Checker, Issue};
use crate::compat::problem::Problem;
use crate::compat::{Incompatibility, MOST_LISTED};

impl Checker<'_> {
    /// Lists the issues of the roots. An issue that refers to another pair is replaced by the issues of that
    /// pair.
    pub(super) fn incompatibilities(&self) -> Vec<Incompatibility> {
        let mut found = Vec::new();
        let mut open: Vec<(usize, usize)> = Vec::new();
        if self.pairs.first().is_some_and(|roots| !roots.issues.is_empty()) {
            open.push((0, 0));
        }
        while let Some((pair, next)) = open.last_mut() {
            let pair = *pair;
            let issue = self.pairs.get(pair).and_then(|pair| pair.issues.get(*next));
            *next += 1;
            match issue {
                None => drop(open.pop()),
                Some(Issue::Of(part)) => open.push((*part, 0)),
                Some(Issue::Here(_)) if found.len() == MOST_LISTED => break,
                Some(Issue::Here(problem)) => found.push(self.incompatibility(pair, problem)),
            }
        }
        found
    }

    /// Describes a problem of `pair`.
    pub(super) fn incompatibility(&self, pair: usize, problem: &Problem<'_>) -> Incompatibility {
        let mut pointer = self.pointer(pair);
        problem.point(&mut pointer);
        Incompatibility { kind: problem.kind(), pointer, message: problem.to_string() }
    }

    /// Returns the pointer at which the reference first reached `pair`, from the last pair of unions.
    fn pointer(&self, pair: usize) -> String {
        let mut segments = Vec::new();
        let mut pair = &self.pairs[pair];
        loop {
            segments.push(match pair.edge {
                Edge::Root | Edge::EachBranch { .. } | Edge::SomeBranch => break,
                Edge::Items => "/items".to_owned(),
                Edge::Values => "/values".to_owned(),
                Edge::Field(index) | Edge::EnumField(index) => format!("/fields/{index}/type"),
                Edge::WriterBranch(index) => format!("/{index}"),
            });
            pair = &self.pairs[pair.parent];
        }
        segments.into_iter().rev().collect()
    }
}
