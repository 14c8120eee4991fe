use std::borrow::Cow;
use std::collections::HashMap;

use signalbook_model::Name;

use crate::compat::graph::{Graph, Id, Names, Node};

/// Up to so many branches of a union each is compared.
const FEW: usize = 16;

/// Finds the branches of a reader's wide union that a writer's type has to be compared with, so that unions of many
/// branches on both sides are not compared each with each.
///
/// A branch is passed over where the reference's comparison with it leaves no trace: it fails for the names, and what was
/// met on the way is met nowhere else. That is so for definitions that are [`alone`]; the others are compared as ever.
#[derive(Debug, Default)]
pub(crate) struct Wide<'a> {
    /// Of each type of the reader whether it is alone; empty until somebody asks.
    alone: Vec<bool>,
    unions: HashMap<Id, Branches<'a>>,
}

/// The branches of a union.
#[derive(Debug, Default)]
struct Branches<'a> {
    /// The places of those that are known by name, by every name under which they read a definition.
    named: HashMap<Cow<'a, str>, Vec<usize>>,
    /// The places of the others.
    others: Vec<usize>,
}

impl<'a> Wide<'a> {
    /// The branches of `reader`, a union of `graph`, that may read `writer`, in their order; none where all are to be
    /// compared.
    pub(crate) fn candidates(
        &mut self,
        graph: &'a Graph<'a>,
        reader: Id,
        writer: &Node<'_>,
    ) -> Option<Vec<Id>> {
        let Node::Union(span) = graph.node(reader) else { return None };
        let branches = graph.branches(*span);
        if branches.len() <= FEW {
            return None;
        }
        if self.alone.is_empty() {
            self.alone = alone(graph);
        }
        let alone = &self.alone;
        let known = self.unions.entry(reader).or_insert_with(|| Branches::new(graph, branches, alone));
        let mut places = known.others.clone();
        if let Some(names) = names(writer) {
            let called = [names.full.simple(), names.full.as_str()];
            places.extend(called.iter().filter_map(|name| known.named.get(*name)).flatten());
        }
        places.sort_unstable();
        places.dedup();
        Some(places.into_iter().map(|place| branches[place]).collect())
    }
}

impl<'a> Branches<'a> {
    fn new(graph: &'a Graph<'a>, branches: &[Id], alone: &[bool]) -> Self {
        let mut known = Self::default();
        for (place, branch) in branches.iter().enumerate() {
            match names(graph.node(*branch)).filter(|_| alone[branch.place()]) {
                Some(names) => {
                    let aliases = names.aliases.iter().map(|alias| full(names.full, alias));
                    for name in std::iter::once(names.full.simple().into()).chain(aliases) {
                        known.named.entry(name).or_default().push(place);
                    }
                }
                None => known.others.push(place),
            }
        }
        known
    }
}

/// The full name that `alias`, of a definition called `of`, stands for.
fn full<'a>(of: &Name, alias: &'a str) -> Cow<'a, str> {
    match alias.strip_prefix('.') {
        Some(simple) => simple.into(),
        None if alias.contains('.') || of.namespace().is_empty() => alias.into(),
        None => format!("{}.{alias}", of.namespace()).into(),
    }
}

fn names<'n, 's>(node: &'n Node<'s>) -> Option<&'n Names<'s>> {
    match node {
        Node::Record(record) => Some(&record.names),
        Node::Enum(definition) => Some(&definition.names),
        Node::Fixed(fixed) => Some(&fixed.names),
        Node::Primitive(_) | Node::Array(_) | Node::Map(_) | Node::Union(_) | Node::Undefined(_) => None,
    }
}

/// Of each type whether a comparison with it concerns nothing else: it and all the definitions below it are used once, so
/// none of them is met elsewhere or contains itself, and no field has an alias, of which two may be one too many.
fn alone(graph: &Graph<'_>) -> Vec<bool> {
    let mut uses = vec![0_usize; graph.len()];
    uses[graph.root.place()] += 1;
    let mut holders: Vec<(Id, Id)> = Vec::new();
    let mut alone = vec![true; graph.len()];
    for id in graph.ids() {
        match graph.node(id) {
            Node::Array(part) | Node::Map(part) => holders.push((*part, id)),
            Node::Union(branches) => {
                holders.extend(graph.branches(*branches).iter().map(|branch| (*branch, id)));
            }
            Node::Record(record) => {
                let fields = graph.fields(record);
                alone[id.place()] = fields.iter().all(|field| field.aliases.is_empty());
                holders.extend(fields.iter().map(|field| (field.ty, id)));
            }
            Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) | Node::Undefined(_) => {}
        }
    }
    holders.sort_unstable();
    for (part, _) in &holders {
        uses[part.place()] += 1;
    }
    let mut open = Vec::new();
    for id in graph.ids() {
        alone[id.place()] &= uses[id.place()] == 1;
        if !alone[id.place()] {
            open.push(id);
        }
    }
    // What holds a type that is not alone is not alone either.
    while let Some(id) = open.pop() {
        let first = holders.partition_point(|(part, _)| *part < id);
        for (_, holder) in holders[first..].iter().take_while(|(part, _)| *part == id) {
            if std::mem::replace(&mut alone[holder.place()], false) {
                open.push(*holder);
            }
        }
    }
    alone
}
