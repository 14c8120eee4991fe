use std::collections::{BTreeMap, BTreeSet};

use signalbook_model::{Definition, Enum, Field, Name, Primitive, Record, Schema, Type};
use signalbook_resolve::compat::Graph;

use crate::migrate::matching::Matching;
use crate::witness::empty_default::empty_default;

/// Returns candidates for an intermediate schema between two others.
///
/// A field that only one schema has gets a default. A renamed definition or field has one name, and the other
/// as an alias. If two types differ, a candidate has the one that both can read, or the one that can read
/// both.
///
/// Branches of two unions become one branch if they have one name in the candidate, because a union cannot
/// have both, or if one can be promoted to the other. This does not decide what a reader reads: the caller
/// must check that a candidate is compatible.
pub(crate) fn intermediates(old: &Schema, new: &Schema) -> Vec<Schema> {
    let (old_graph, new_graph) = (Graph::new(old), Graph::new(new));
    let matching = Matching::find(&old_graph, &new_graph);
    let mut found: Vec<Schema> = Vec::new();
    for fit in [Fit::Narrow, Fit::Wide] {
        for names in [Names::New, Names::Old] {
            let merge = Merge { old, new, matching: &matching, fit, names, bare: BTreeSet::new() };
            if let Some(schema) = merge.schema().filter(|schema| !found.contains(schema)) {
                found.push(schema);
            }
        }
    }
    found
}

/// Which type is used if the schemas have two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// A type that both can read.
    Narrow,
    /// A type that can read both.
    Wide,
}

/// Which name is used if the schemas have two. The other one becomes an alias.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    New,
    Old,
}

struct Merge<'a> {
    old: &'a Schema,
    new: &'a Schema,
    matching: &'a Matching<'a>,
    fit: Fit,
    names: Names,
    /// The fields that need a default: the name of the record, and the index.
    bare: BTreeSet<(Name, usize)>,
}

impl Merge<'_> {
    fn schema(mut self) -> Option<Schema> {
        let mut definitions = BTreeMap::new();
        for (name, definition) in &self.new.definitions {
            let old = self.matching.old_of(name).and_then(|old| self.old.definitions.get_key_value(old));
            let (name, definition) = match old {
                Some((old, before)) => {
                    let merged = self.name_of((old, name)).clone();
                    let aliases = aliases(&merged, (old, before), (name, definition));
                    (merged.clone(), self.definition(&merged, aliases, before, (name, definition)))
                }
                None => (name.clone(), self.renamed_in(definition, Self::of_new)),
            };
            definitions.insert(name, definition);
        }
        for (name, definition) in &self.old.definitions {
            if self.matching.new_of(name).is_none() && !definitions.contains_key(name) {
                definitions.insert(name.clone(), self.renamed_in(definition, Self::of_old));
            }
        }
        let root = self.ty(&self.old.root, &self.new.root);
        let mut schema = Schema { root, definitions };
        remove_unused(&mut schema);
        set_defaults(&mut schema, &self.bare);
        // The merged schema may be invalid: a default may no longer have the type of its field.
        Schema::parse(&schema.to_json()).ok()
    }

    /// Returns the name of a definition that both schemas have.
    fn name_of<'n>(&self, (old, new): (&'n Name, &'n Name)) -> &'n Name {
        match self.names {
            // Only the part after the last dot matters.
            Names::Old if old.simple() != new.simple() => old,
            Names::Old | Names::New => new,
        }
    }

    fn definition(
        &mut self,
        merged: &Name,
        aliases: Vec<String>,
        before: &Definition,
        (new, after): (&Name, &Definition),
    ) -> Definition {
        match (before, after) {
            (Definition::Record(before), Definition::Record(after)) => Definition::Record(Record {
                aliases,
                fields: self.fields(merged, before, (new, after)),
                ..after.clone()
            }),
            (Definition::Enum(before), Definition::Enum(after)) => {
                Definition::Enum(Enum { aliases, ..self.symbols(before, after) })
            }
            (Definition::Fixed(_), Definition::Fixed(after)) => {
                let mut fixed = after.clone();
                fixed.aliases = aliases;
                Definition::Fixed(fixed)
            }
            (Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_), _) => after.clone(),
        }
    }

    fn fields(&mut self, record: &Name, before: &Record, (new, after): (&Name, &Record)) -> Vec<Field> {
        let found = self.matching.fields(new);
        let mut fields: Vec<Field> = Vec::new();
        let mut removed = vec![true; before.fields.len()];
        for (field, index) in after.fields.iter().zip(found) {
            let mut merged = field.clone();
            if let Some(index) = *index {
                removed[index] = false;
                let old = &before.fields[index];
                merged.ty = self.ty(&old.ty, &field.ty);
                let other = match self.names {
                    Names::New => &old.name,
                    Names::Old => {
                        merged.name.clone_from(&old.name);
                        &field.name
                    }
                };
                merged.aliases.push(other.clone());
                merged.aliases = tidy(merged.aliases, |alias| alias == merged.name);
            } else {
                merged.ty = self.renamed(&field.ty, Self::of_new);
                if field.default.is_none() {
                    self.bare.insert((record.clone(), fields.len()));
                }
            }
            fields.push(merged);
        }
        // A removed field may be one of the added fields under another name.
        let some_added = found.contains(&None);
        for (field, _) in before.fields.iter().zip(removed).filter(|(_, removed)| *removed) {
            if field.default.is_none() {
                self.bare.insert((record.clone(), fields.len()));
            } else if !some_added {
                continue;
            }
            fields.push(Field { ty: self.renamed(&field.ty, Self::of_old), ..field.clone() });
        }
        fields
    }

    fn symbols(&self, before: &Enum, after: &Enum) -> Enum {
        let mut merged = after.clone();
        let old: BTreeSet<&String> = before.symbols.iter().collect();
        let new: BTreeSet<&String> = after.symbols.iter().collect();
        match self.fit {
            Fit::Narrow if !old.is_disjoint(&new) => merged.symbols.retain(|symbol| old.contains(symbol)),
            Fit::Narrow => {}
            Fit::Wide => {
                merged.symbols.extend(before.symbols.iter().filter(|symbol| !new.contains(symbol)).cloned());
            }
        }
        let known =
            |fallback: &Option<String>| fallback.clone().filter(|fallback| merged.symbols.contains(fallback));
        let needed = old != new && self.fit == Fit::Narrow;
        merged.fallback = known(&after.fallback)
            .or_else(|| known(&before.fallback).filter(|_| needed))
            .or_else(|| merged.symbols.first().filter(|_| needed).cloned());
        merged
    }

    fn ty(&self, before: &Type, after: &Type) -> Type {
        let (old, new) = (self.renamed(before, Self::of_old), self.renamed(after, Self::of_new));
        if old == new {
            return new;
        }
        match (before.plain(), after.plain()) {
            (Type::Array(before), Type::Array(after)) => Type::array(self.ty(before, after)),
            (Type::Map(before), Type::Map(after)) => Type::map(self.ty(before, after)),
            (Type::Union(before), Type::Union(after)) => self.union(before, after).unwrap_or(new),
            (Type::Union(before), _) => match self.fit {
                Fit::Narrow => self.branch_before(before, after).map_or(new, |before| self.ty(before, after)),
                Fit::Wide => self.union(before, std::slice::from_ref(after)).unwrap_or(new),
            },
            (_, Type::Union(after)) => match self.fit {
                Fit::Narrow => self.branch_after(after, before).map_or(new, |after| self.ty(before, after)),
                Fit::Wide => self.union(std::slice::from_ref(before), after).unwrap_or(new),
            },
            _ => match (before.primitive(), after.primitive(), self.fit) {
                (Some(before), Some(after), Fit::Narrow) if after.reads(before) && !before.reads(after) => {
                    old
                }
                (Some(before), Some(after), Fit::Wide) if before.reads(after) && !after.reads(before) => old,
                (Some(before), Some(after), Fit::Wide) if after.reads(before) => new,
                (_, _, Fit::Narrow) => new,
                (_, _, Fit::Wide) => union_of(vec![new.clone(), old]).unwrap_or(new),
            },
        }
    }

    fn union(&self, before: &[Type], after: &[Type]) -> Option<Type> {
        let both = |after: &Type| self.branch_before(before, after).map(|before| self.ty(before, after));
        match self.fit {
            Fit::Narrow => union_of(after.iter().filter_map(both).collect()),
            Fit::Wide => {
                let new = after
                    .iter()
                    .map(|after| both(after).unwrap_or_else(|| self.renamed(after, Self::of_new)));
                let removed = before.iter().filter(|before| self.branch_after(after, before).is_none());
                union_of(new.chain(removed.map(|before| self.renamed(before, Self::of_old))).collect())
            }
        }
    }

    /// Returns the branch of an old union that corresponds to the new type `after`.
    fn branch_before<'t>(&self, branches: &'t [Type], after: &Type) -> Option<&'t Type> {
        let name = self.renamed(after, Self::of_new);
        let same = |before: &&Type| self.renamed(before, Self::of_old).branch_name() == name.branch_name();
        branches.iter().find(same).or_else(|| promoted(branches, after))
    }

    /// Returns the branch of a new union that corresponds to the old type `before`.
    fn branch_after<'t>(&self, branches: &'t [Type], before: &Type) -> Option<&'t Type> {
        let name = self.renamed(before, Self::of_old);
        let same = |after: &&Type| self.renamed(after, Self::of_new).branch_name() == name.branch_name();
        branches.iter().find(same).or_else(|| promoted(branches, before))
    }

    /// Returns the name in the merged schema of a definition of the old schema.
    fn of_old(&self, name: &Name) -> Name {
        let new = self.matching.new_of(name);
        new.map_or(name, |new| self.name_of((name, new))).clone()
    }

    /// Returns the name in the merged schema of a definition of the new schema.
    fn of_new(&self, name: &Name) -> Name {
        let old = self.matching.old_of(name);
        old.map_or(name, |old| self.name_of((old, name))).clone()
    }

    fn renamed_in(&self, definition: &Definition, of: fn(&Self, &Name) -> Name) -> Definition {
        let mut definition = definition.clone();
        if let Definition::Record(record) = &mut definition {
            for field in &mut record.fields {
                field.ty = self.renamed(&field.ty, of);
            }
        }
        definition
    }

    fn renamed(&self, ty: &Type, of: fn(&Self, &Name) -> Name) -> Type {
        match ty {
            Type::Array(items) => Type::array(self.renamed(items, of)),
            Type::Map(values) => Type::map(self.renamed(values, of)),
            Type::Union(branches) => {
                Type::Union(branches.iter().map(|branch| self.renamed(branch, of)).collect())
            }
            Type::Named(name) => Type::Named(of(self, name)),
            Type::Annotated(annotated) => {
                let mut annotated = annotated.clone();
                annotated.ty = self.renamed(&annotated.ty, of);
                Type::Annotated(annotated)
            }
            Type::Primitive(_) | Type::Logical(_) => ty.clone(),
        }
    }
}

/// Returns the first branch that can be promoted to `ty`, or to which `ty` can be promoted.
fn promoted<'t>(branches: &'t [Type], ty: &Type) -> Option<&'t Type> {
    let ty = ty.primitive()?;
    let fits = |branch: Primitive| branch.reads(ty) || ty.reads(branch);
    branches.iter().find(|branch| branch.primitive().is_some_and(fits))
}

/// Returns a union with the first branch of each name, or `None` if there are no branches.
fn union_of(branches: Vec<Type>) -> Option<Type> {
    let mut union: Vec<Type> = Vec::new();
    for branch in branches {
        if union.iter().all(|known| known.branch_name() != branch.branch_name()) {
            union.push(branch);
        }
    }
    (!union.is_empty()).then_some(Type::Union(union))
}

/// Returns the aliases of the definition `merged`, which has the name of the old or the new one.
fn aliases(
    merged: &Name,
    (old, before): (&Name, &Definition),
    (new, after): (&Name, &Definition),
) -> Vec<String> {
    let other = if merged == old { new } else { old };
    let mut aliases = after.aliases().to_vec();
    if other.simple() != merged.simple() {
        aliases.extend(merged.alias_for(other).map(str::to_owned));
    }
    aliases.extend(before.aliases().iter().cloned());
    tidy(aliases, |alias| alias == merged.as_str() || alias == merged.simple())
}

/// Removes duplicates, and the entries for which `is_own` returns `true`.
fn tidy(list: Vec<String>, is_own: impl Fn(&str) -> bool) -> Vec<String> {
    let mut seen = BTreeSet::new();
    list.into_iter().filter(|entry| !is_own(entry) && seen.insert(entry.clone())).collect()
}

fn remove_unused(schema: &mut Schema) {
    let mut used = BTreeSet::new();
    let mut open = vec![&schema.root];
    while let Some(ty) = open.pop() {
        match ty.plain() {
            Type::Array(below) | Type::Map(below) => open.push(below),
            Type::Union(branches) => open.extend(branches),
            Type::Named(name) => {
                if used.insert(name.clone())
                    && let Some(Definition::Record(record)) = schema.definitions.get(name)
                {
                    open.extend(record.fields.iter().map(|field| &field.ty));
                }
            }
            Type::Primitive(_) | Type::Logical(_) | Type::Annotated(_) => {}
        }
    }
    schema.definitions.retain(|name, _| used.contains(name));
}

/// Gives the fields the emptiest default, if there is one.
fn set_defaults(schema: &mut Schema, fields: &BTreeSet<(Name, usize)>) {
    let source = schema.clone();
    let graph = Graph::new(&source);
    for record in graph.records() {
        let name = record.names.full;
        let Some(Definition::Record(amended)) = schema.definitions.get_mut(name) else { continue };
        for (index, (field, known)) in amended.fields.iter_mut().zip(graph.fields(record)).enumerate() {
            if fields.contains(&(name.clone(), index)) {
                field.default = empty_default(&graph, known.ty);
            }
        }
    }
}
