use crate::compat::checker::frame::Step;
use crate::compat::checker::{Issue, Walk};
use crate::compat::problem::Problem;
use crate::{Incompatibility, MOST_LISTED};

impl Walk<'_> {
    /// The issues of the roots, those of other pairs put in their place.
    pub(crate) fn incompatibilities(&self) -> Vec<Incompatibility> {
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

    /// `problem`, which was found at `pair`.
    pub(crate) fn incompatibility(&self, pair: usize, problem: &Problem<'_>) -> Incompatibility {
        let mut pointer = self.pointer(pair);
        problem.point(&mut pointer);
        Incompatibility { kind: problem.kind(), pointer, message: problem.to_string() }
    }

    /// Where the reference saw `pair` first, from the last union of both.
    fn pointer(&self, pair: usize) -> String {
        let mut steps = Vec::new();
        let mut pair = &self.pairs[pair];
        loop {
            steps.push(match pair.step {
                Step::Root | Step::EachBranch { .. } | Step::SomeBranch => break,
                Step::Items => "/items".to_owned(),
                Step::Values => "/values".to_owned(),
                Step::Field(place) | Step::EnumField(place) => format!("/fields/{place}/type"),
                Step::WriterBranch(place) => format!("/{place}"),
            });
            pair = &self.pairs[pair.parent];
        }
        steps.into_iter().rev().collect()
    }
}
