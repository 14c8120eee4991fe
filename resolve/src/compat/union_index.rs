use std::borrow::Cow;
use std::collections::HashMap;

use super::graph::{Graph, Id, Node};

/// Unions of up to this many branches are searched branch by branch.
const FEW: usize = 16;

/// Finds the branches of a reader's large union that must be compared with a writer's type, so that two large
/// unions are not compared branch by branch.
#[derive(Debug)]
pub(super) struct UnionIndex<'a> {
    graph: &'a Graph<'a>,
    /// For each type of the reader, whether it can be skipped if its names differ. Computed on first use.
    skippable: Vec<bool>,
    /// Whether every definition can be skipped if its names differ.
    skips_all: bool,
    unions: HashMap<Id, Branches<'a>>,
}

/// The branches of a union.
#[derive(Debug, Default)]
struct Branches<'a> {
    /// The indices of branches that can be skipped, by each name under which they read a definition.
    by_name: HashMap<Cow<'a, str>, Vec<usize>>,
    /// The indices of the others.
    others: Vec<usize>,
}

impl<'a> UnionIndex<'a> {
    /// Creates an index for a checker that does not compare the parts of definitions with different names.
    pub(super) fn by_name(graph: &'a Graph<'a>) -> Self {
        Self { graph, skippable: Vec::new(), skips_all: true, unions: HashMap::new() }
    }

    /// Creates an index for a checker that lists the incompatibilities of the reference.
    ///
    /// The reference also compares definitions with different names, and remembers the types that it reached
    /// there. A branch is skipped only if that does not change the list. See [`isolated`].
    pub(super) fn without_trace(graph: &'a Graph<'a>) -> Self {
        Self { graph, skippable: Vec::new(), skips_all: false, unions: HashMap::new() }
    }

    /// Returns the indices of the branches of the reader's `union` that may read `writer`, in their order.
    /// Returns `None` if every branch must be compared.
    pub(super) fn candidates(&mut self, union: Id, writer: &Node<'_>) -> Option<Vec<usize>> {
        let Node::Union(span) = self.graph.node(union) else { return None };
        let branches = self.graph.branches(*span);
        if branches.len() <= FEW {
            return None;
        }
        if self.skippable.is_empty() {
            self.skippable = if self.skips_all { vec![true; self.graph.len()] } else { isolated(self.graph) };
        }
        let known =
            self.unions.entry(union).or_insert_with(|| Branches::new(self.graph, branches, &self.skippable));
        let mut indices = known.others.clone();
        if let Some(names) = writer.names() {
            let names = [names.simple, names.full.as_str()];
            indices.extend(names.iter().filter_map(|name| known.by_name.get(*name)).flatten());
        }
        indices.sort_unstable();
        indices.dedup();
        Some(indices)
    }
}

impl<'a> Branches<'a> {
    fn new(graph: &'a Graph<'a>, branches: &[Id], skippable: &[bool]) -> Self {
        let mut known = Self::default();
        for (index, branch) in branches.iter().enumerate() {
            match graph.node(*branch).names().filter(|_| skippable[branch.index()]) {
                Some(names) => {
                    for name in names.accepted() {
                        known.by_name.entry(name).or_default().push(index);
                    }
                }
                None => known.others.push(index),
            }
        }
        known
    }
}

/// Returns for each type whether a comparison with it cannot affect others. The type and all definitions
/// below it must be used only once, so that they are not reached elsewhere and do not contain themselves, and
/// no field may have an alias that can be ambiguous.
fn isolated(graph: &Graph<'_>) -> Vec<bool> {
    let mut uses = vec![0_usize; graph.len()];
    uses[graph.root.index()] += 1;
    // Each type with a type that contains it.
    let mut containers: Vec<(Id, Id)> = Vec::new();
    let mut isolated = vec![true; graph.len()];
    for id in graph.ids() {
        match graph.node(id) {
            Node::Array(part) | Node::Map(part) => containers.push((*part, id)),
            Node::Union(branches) => {
                containers.extend(graph.branches(*branches).iter().map(|branch| (*branch, id)));
            }
            Node::Record(record) => {
                let fields = graph.fields(record);
                isolated[id.index()] = fields.iter().all(|field| field.aliases.is_empty());
                containers.extend(fields.iter().map(|field| (field.ty, id)));
            }
            Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) | Node::Undefined(_) => {}
        }
    }
    containers.sort_unstable();
    for (part, _) in &containers {
        uses[part.index()] += 1;
    }
    let mut open = Vec::new();
    for id in graph.ids() {
        isolated[id.index()] &= uses[id.index()] == 1;
        if !isolated[id.index()] {
            open.push(id);
        }
    }
    // A type that contains one that is not isolated is not isolated either.
    while let Some(id) = open.pop() {
        let first = containers.partition_point(|(part, _)| *part < id);
        for (_, container) in containers[first..].iter().take_while(|(part, _)| *part == id) {
            if std::mem::replace(&mut isolated[container.index()], false) {
                open.push(*container);
            }
        }
    }
    isolated
}
