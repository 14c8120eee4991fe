//! Finds the references of recursive types that need a `Box`.

use std::collections::{HashMap, HashSet};

use signalbook_model::Name;

use super::names::is_enum;
use crate::checked_registry::{CheckedRegistry, Shape, TypeKind};

/// The references that close a cycle: pairs of a type and a type that it contains directly.
#[derive(Debug)]
pub(super) struct Cycles<'a> {
    closing: HashSet<(&'a Name, &'a Name)>,
}

impl<'a> Cycles<'a> {
    /// Visits the types in the order of declaration, depth first. A reference back to a type on the current
    /// path closes a cycle. References in lists and maps are skipped, because their items are on the heap.
    pub(super) fn new(checked: &'a CheckedRegistry) -> Self {
        let types = checked.types.iter().map(|def| (&def.name, held_by(checked, &def.kind)));
        let unions = checked.scalars.iter().filter_map(|scalar| match &scalar.wire {
            Some(Shape::Union(branches)) => Some((&scalar.name, held_by_branches(checked, branches))),
            Some(_) | None => None,
        });
        let nodes: Vec<(&Name, Vec<&Name>)> = types.chain(unions).collect();
        let held: HashMap<&Name, &[&Name]> =
            nodes.iter().map(|(name, held)| (*name, held.as_slice())).collect();
        let mut closing = HashSet::new();
        let mut done = HashSet::new();
        let mut open = HashSet::new();
        for (name, _) in &nodes {
            // Not recursive, because a long chain of types could overflow the stack.
            let mut chain: Vec<(&Name, usize)> = vec![(name, 0)];
            while let Some((name, next)) = chain.last_mut() {
                let name = *name;
                open.insert(name);
                let held =
                    if done.contains(name) { None } else { held.get(name).and_then(|held| held.get(*next)) };
                *next += 1;
                match held {
                    Some(held) if open.contains(held) => {
                        closing.insert((name, *held));
                    }
                    Some(held) => chain.push((held, 0)),
                    None => {
                        open.remove(name);
                        done.insert(name);
                        chain.pop();
                    }
                }
            }
        }
        Self { closing }
    }

    /// Returns true if `holder` must box the type `held`, which it contains directly.
    pub(super) fn closes(&self, holder: &Name, held: &Name) -> bool {
        self.closing.contains(&(holder, held))
    }
}

fn held_by<'a>(checked: &'a CheckedRegistry, kind: &'a TypeKind) -> Vec<&'a Name> {
    match kind {
        TypeKind::Record(record) => {
            let mut held = Vec::new();
            for field in &record.fields {
                add(checked, &field.shape, &mut held);
            }
            held
        }
        TypeKind::Union(branches) => held_by_branches(checked, branches),
        TypeKind::Enum(_) | TypeKind::Fixed(_) => Vec::new(),
    }
}

fn held_by_branches<'a>(checked: &'a CheckedRegistry, branches: &'a [Shape]) -> Vec<&'a Name> {
    let mut held = Vec::new();
    for branch in branches {
        add(checked, branch, &mut held);
    }
    held
}

fn add<'a>(checked: &'a CheckedRegistry, shape: &'a Shape, held: &mut Vec<&'a Name>) {
    match shape {
        Shape::Builtin(_) | Shape::List(_) | Shape::Map(_) => {}
        Shape::Optional(inner) => add(checked, inner, held),
        Shape::Union(branches) => {
            for branch in branches {
                add(checked, branch, held);
            }
        }
        Shape::Type(name) => held.push(name),
        Shape::Scalar(name) => match checked.scalar(name).and_then(|scalar| scalar.wire.as_ref()) {
            Some(wire) if is_enum(checked, wire) => held.push(name),
            Some(wire) => add(checked, wire, held),
            None => {}
        },
    }
}
