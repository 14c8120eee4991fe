//! Which references a recursive type needs a `Box` for.

use std::collections::{HashMap, HashSet};

use signalbook_model::Name;

use super::names::is_enum;
use crate::{Contract, Shape, TypeKind};

/// The references that close a cycle: pairs of a type and one that it holds directly.
#[derive(Debug)]
pub(super) struct Cycles<'a> {
    closing: HashSet<(&'a Name, &'a Name)>,
}

impl<'a> Cycles<'a> {
    /// Walks the types in the order declared, each with what it holds; a reference back to a type on the way closes a
    /// cycle. Lists and maps keep what they hold elsewhere, so nothing closes through them.
    pub(super) fn new(contract: &'a Contract) -> Self {
        let types = contract.types.iter().map(|def| (&def.name, held_by(contract, &def.kind)));
        let unions = contract.scalars.iter().filter_map(|scalar| match &scalar.wire {
            Some(Shape::Union(branches)) => Some((&scalar.name, held_by_branches(contract, branches))),
            Some(_) | None => None,
        });
        let nodes: Vec<(&Name, Vec<&Name>)> = types.chain(unions).collect();
        let held: HashMap<&Name, &[&Name]> =
            nodes.iter().map(|(name, held)| (*name, held.as_slice())).collect();
        let mut closing = HashSet::new();
        let mut done = HashSet::new();
        let mut open = HashSet::new();
        for (name, _) in &nodes {
            // No recursion: chains of types may be longer than a stack is deep.
            let mut way: Vec<(&Name, usize)> = vec![(name, 0)];
            while let Some((name, next)) = way.last_mut() {
                let name = *name;
                open.insert(name);
                let held =
                    if done.contains(name) { None } else { held.get(name).and_then(|held| held.get(*next)) };
                *next += 1;
                match held {
                    Some(held) if open.contains(held) => {
                        closing.insert((name, *held));
                    }
                    Some(held) => way.push((held, 0)),
                    None => {
                        open.remove(name);
                        done.insert(name);
                        way.pop();
                    }
                }
            }
        }
        Self { closing }
    }

    /// Whether `holder` has to box the `held` that it holds directly.
    pub(super) fn closes(&self, holder: &Name, held: &Name) -> bool {
        self.closing.contains(&(holder, held))
    }
}

fn held_by<'a>(contract: &'a Contract, kind: &'a TypeKind) -> Vec<&'a Name> {
    match kind {
        TypeKind::Record(record) => {
            let mut held = Vec::new();
            for field in &record.fields {
                add(contract, &field.shape, &mut held);
            }
            held
        }
        TypeKind::Union(branches) => held_by_branches(contract, branches),
        TypeKind::Enum(_) | TypeKind::Fixed(_) => Vec::new(),
    }
}

fn held_by_branches<'a>(contract: &'a Contract, branches: &'a [Shape]) -> Vec<&'a Name> {
    let mut held = Vec::new();
    for branch in branches {
        add(contract, branch, &mut held);
    }
    held
}

fn add<'a>(contract: &'a Contract, shape: &'a Shape, held: &mut Vec<&'a Name>) {
    match shape {
        Shape::Builtin(_) | Shape::List(_) | Shape::Map(_) => {}
        Shape::Optional(inner) => add(contract, inner, held),
        Shape::Union(branches) => {
            for branch in branches {
                add(contract, branch, held);
            }
        }
        Shape::Type(name) => held.push(name),
        Shape::Scalar(name) => match contract.scalar(name).and_then(|scalar| scalar.wire.as_ref()) {
            Some(wire) if is_enum(wire) => held.push(name),
            Some(wire) => add(contract, wire, held),
            None => {}
        },
    }
}
