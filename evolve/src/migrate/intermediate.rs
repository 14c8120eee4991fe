use std::collections::{BTreeMap, BTreeSet};

use signalbook_model::{Definition, Enum, Field, Name, Primitive, Record, Schema, Type};
use signalbook_resolve::compat::Graph;

use crate::migrate::matching::{Matching, counterpart, match_fields};
use crate::witness::empty_default::empty_default;

/// Returns candidates for an intermediate schema between two others.
///
/// A field that only one schema has gets a default. A renamed definition or field has one name, and the other
/// as an alias. If two types differ, a candidate has the one that both can read, or the one that can read
/// both. The caller must check that a candidate is compatible.
pub(crate) fn intermediates(old: &Schema, new: &Schema) -> Vec<Schema> {
    let matching = Matching::find(old, new);
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
                Some((old, was)) => {
                    let name = self.name_of((old, name)).clone();
                    let aliases = self.aliases((old, was), (&name, definition));
                    (name.clone(), self.definition(&name, was, definition, aliases))
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
        keep_what_is_used(&mut schema);
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

    fn aliases(&self, (old, was): (&Name, &Definition), (name, is): (&Name, &Definition)) -> Vec<String> {
        let other = if name == old { self.matching.new_of(old) } else { Some(old) };
        let mut aliases = is.aliases().to_vec();
        if let Some(other) = other.filter(|other| other.simple() != name.simple()) {
            let is_near = other.namespace() == name.namespace();
            aliases.push(if is_near { other.simple() } else { other.as_str() }.to_owned());
        }
        aliases.extend(was.aliases().iter().cloned());
        tidy(aliases, |alias| alias == name.as_str() || alias == name.simple())
    }

    fn definition(
        &mut self,
        name: &Name,
        was: &Definition,
        is: &Definition,
        aliases: Vec<String>,
    ) -> Definition {
        match (was, is) {
            (Definition::Record(was), Definition::Record(is)) => {
                Definition::Record(Record { aliases, fields: self.fields(name, was, is), ..is.clone() })
            }
            (Definition::Enum(was), Definition::Enum(is)) => {
                Definition::Enum(Enum { aliases, ..self.symbols(was, is) })
            }
            (Definition::Fixed(_), Definition::Fixed(is)) => {
                let mut fixed = is.clone();
                fixed.aliases = aliases;
                Definition::Fixed(fixed)
            }
            (Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_), _) => is.clone(),
        }
    }

    fn fields(&mut self, record: &Name, was: &Record, is: &Record) -> Vec<Field> {
        let found = match_fields(&was.fields, &is.fields);
        let mut fields: Vec<Field> = Vec::new();
        let mut gone = vec![true; was.fields.len()];
        for (field, index) in is.fields.iter().zip(&found) {
            let mut between = field.clone();
            if let Some(index) = *index {
                gone[index] = false;
                let old = &was.fields[index];
                between.ty = self.ty(&old.ty, &field.ty);
                let other = match self.names {
                    Names::New => &old.name,
                    Names::Old => {
                        between.name.clone_from(&old.name);
                        &field.name
                    }
                };
                between.aliases.push(other.clone());
                between.aliases = tidy(between.aliases, |alias| alias == between.name);
            } else {
                between.ty = self.renamed(&field.ty, Self::of_new);
                if field.default.is_none() {
                    self.bare.insert((record.clone(), fields.len()));
                }
            }
            fields.push(between);
        }
        // A removed field may be one of the added fields under another name.
        let some_came = found.contains(&None);
        for (field, _) in was.fields.iter().zip(gone).filter(|(_, gone)| *gone) {
            if field.default.is_none() {
                self.bare.insert((record.clone(), fields.len()));
            } else if !some_came {
                continue;
            }
            fields.push(Field { ty: self.renamed(&field.ty, Self::of_old), ..field.clone() });
        }
        fields
    }

    fn symbols(&self, was: &Enum, is: &Enum) -> Enum {
        let mut between = is.clone();
        let old: BTreeSet<&String> = was.symbols.iter().collect();
        let new: BTreeSet<&String> = is.symbols.iter().collect();
        match self.fit {
            Fit::Narrow if !old.is_disjoint(&new) => between.symbols.retain(|symbol| old.contains(symbol)),
            Fit::Narrow => {}
            Fit::Wide => {
                between.symbols.extend(was.symbols.iter().filter(|symbol| !new.contains(symbol)).cloned());
            }
        }
        let known = |fallback: &Option<String>| {
            fallback.clone().filter(|fallback| between.symbols.contains(fallback))
        };
        let needed = old != new && self.fit == Fit::Narrow;
        between.fallback = known(&is.fallback)
            .or_else(|| known(&was.fallback).filter(|_| needed))
            .or_else(|| between.symbols.first().filter(|_| needed).cloned());
        between
    }

    fn ty(&self, was: &Type, is: &Type) -> Type {
        let (old, new) = (self.renamed(was, Self::of_old), self.renamed(is, Self::of_new));
        if old == new {
            return new;
        }
        match (was.plain(), is.plain()) {
            (Type::Array(was), Type::Array(is)) => Type::array(self.ty(was, is)),
            (Type::Map(was), Type::Map(is)) => Type::map(self.ty(was, is)),
            (Type::Union(was), Type::Union(is)) => self.union(was, is).unwrap_or(new),
            (Type::Union(was), _) => match self.fit {
                Fit::Narrow => self.was(was, is).map_or(new, |was| self.ty(was, is)),
                Fit::Wide => self.union(was, std::slice::from_ref(is)).unwrap_or(new),
            },
            (_, Type::Union(is)) => match self.fit {
                Fit::Narrow => self.is(is, was).map_or(new, |is| self.ty(was, is)),
                Fit::Wide => self.union(std::slice::from_ref(was), is).unwrap_or(new),
            },
            _ => match (was.primitive(), is.primitive(), self.fit) {
                (Some(was), Some(is), Fit::Narrow) if is.reads(was) && !was.reads(is) => old,
                (Some(was), Some(is), Fit::Wide) if was.reads(is) && !is.reads(was) => old,
                (Some(was), Some(is), Fit::Wide) if is.reads(was) => new,
                (_, _, Fit::Narrow) => new,
                (_, _, Fit::Wide) => union_of(vec![new.clone(), old]).unwrap_or(new),
            },
        }
    }

    fn union(&self, was: &[Type], is: &[Type]) -> Option<Type> {
        let both = |is: &Type| self.was(was, is).map(|was| self.ty(was, is));
        match self.fit {
            Fit::Narrow => union_of(is.iter().filter_map(both).collect()),
            Fit::Wide => {
                let new = is.iter().map(|is| both(is).unwrap_or_else(|| self.renamed(is, Self::of_new)));
                let gone = was.iter().filter(|was| self.is(is, was).is_none());
                union_of(new.chain(gone.map(|was| self.renamed(was, Self::of_old))).collect())
            }
        }
    }

    /// Returns the branch of an old union that corresponds to the new type `is`.
    fn was<'t>(&self, branches: &'t [Type], is: &Type) -> Option<&'t Type> {
        let name = self.renamed(is, Self::of_new);
        let same = |was: &&Type| self.renamed(was, Self::of_old).branch_name() == name.branch_name();
        branches.iter().find(same).or_else(|| promoted(branches, is))
    }

    /// Returns the branch of a new union that corresponds to the old type `was`.
    fn is<'t>(&self, branches: &'t [Type], was: &Type) -> Option<&'t Type> {
        let name = self.renamed(was, Self::of_old);
        let same = |is: &&Type| self.renamed(is, Self::of_new).branch_name() == name.branch_name();
        branches.iter().find(same).or_else(|| promoted(branches, was))
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

/// Returns a union with the first branch of each kind and name, or `None` if there are no branches.
fn union_of(branches: Vec<Type>) -> Option<Type> {
    let mut union: Vec<Type> = Vec::new();
    for branch in branches {
        if counterpart(&union, &branch).is_none() {
            union.push(branch);
        }
    }
    (!union.is_empty()).then_some(Type::Union(union))
}

/// Removes duplicates, and the entries for which `is_own` returns `true`.
fn tidy(list: Vec<String>, is_own: impl Fn(&str) -> bool) -> Vec<String> {
    let mut seen = BTreeSet::new();
    list.into_iter().filter(|entry| !is_own(entry) && seen.insert(entry.clone())).collect()
}

fn keep_what_is_used(schema: &mut Schema) {
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
