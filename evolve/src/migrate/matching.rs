use std::collections::{BTreeMap, HashMap};

use signalbook_model::{Definition, Field, Name, Schema, Type};

/// Matches the definitions of an old schema with those of a new one: by name, then by alias, then by their
/// uses.
#[derive(Debug, Default)]
pub(crate) struct Matching<'a> {
    new_of: BTreeMap<&'a Name, &'a Name>,
    old_of: BTreeMap<&'a Name, &'a Name>,
    /// Types that are used in the same place and have not been compared. The last is next.
    open: Vec<(&'a Type, &'a Type)>,
}

impl<'a> Matching<'a> {
    pub(crate) fn find(old: &'a Schema, new: &'a Schema) -> Self {
        let mut matching = Self::default();
        for name in new.definitions.keys() {
            matching.add((name, old), (name, new));
        }
        for (name, definition) in &new.definitions {
            for alias in definition.aliases().iter().filter_map(|alias| name.of_alias(alias)) {
                matching.add((&alias, old), (name, new));
            }
        }
        matching.open.push((&old.root, &new.root));
        while let Some((before, after)) = matching.open.pop() {
            match (before.plain(), after.plain()) {
                (Type::Array(before), Type::Array(after)) | (Type::Map(before), Type::Map(after)) => {
                    matching.open.push((before, after));
                }
                (Type::Union(before), Type::Union(after)) => {
                    let pair = |after| Some((counterpart(before, after)?, after));
                    matching.open.extend(after.iter().filter_map(pair));
                }
                (Type::Union(before), _) => {
                    matching.open.extend(counterpart(before, after).map(|before| (before, after)));
                }
                (_, Type::Union(after)) => {
                    matching.open.extend(counterpart(after, before).map(|after| (before, after)));
                }
                (Type::Named(before), Type::Named(after)) => matching.add((before, old), (after, new)),
                _ => {}
            }
        }
        matching
    }

    /// Returns the new definition for an old one.
    pub(crate) fn new_of(&self, old: &Name) -> Option<&'a Name> {
        self.new_of.get(old).copied()
    }

    /// Returns the old definition for a new one.
    pub(crate) fn old_of(&self, new: &Name) -> Option<&'a Name> {
        self.old_of.get(new).copied()
    }

    /// Matches two definitions if both exist, are of the same kind, and are not matched yet.
    fn add(&mut self, (old_name, old): (&Name, &'a Schema), (new_name, new): (&Name, &'a Schema)) {
        let (Some((old_name, old)), Some((new_name, new))) =
            (old.definitions.get_key_value(old_name), new.definitions.get_key_value(new_name))
        else {
            return;
        };
        if self.new_of.contains_key(old_name) || self.old_of.contains_key(new_name) {
            return;
        }
        match (old, new) {
            (Definition::Record(old), Definition::Record(new)) => {
                let fields = match_fields(&old.fields, &new.fields).into_iter().zip(&new.fields);
                let types = fields.filter_map(|(index, new)| Some((&old.fields[index?].ty, &new.ty)));
                self.open.extend(types);
            }
            (Definition::Enum(_), Definition::Enum(_)) | (Definition::Fixed(_), Definition::Fixed(_)) => {}
            (Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_), _) => return,
        }
        self.new_of.insert(old_name, new_name);
        self.old_of.insert(new_name, old_name);
    }
}

/// Returns for each new field the index of the old field that it matches: by name, then by an alias of
/// either.
pub(crate) fn match_fields(old: &[Field], new: &[Field]) -> Vec<Option<usize>> {
    let by_name: HashMap<&str, usize> =
        old.iter().enumerate().map(|(index, field)| (field.name.as_str(), index)).collect();
    let aliases = old.iter().enumerate();
    let by_alias: HashMap<&str, usize> = aliases
        .flat_map(|(index, field)| field.aliases.iter().map(move |alias| (alias.as_str(), index)))
        .collect();
    let mut found: Vec<_> = new.iter().map(|field| by_name.get(field.name.as_str()).copied()).collect();
    let mut taken = vec![false; old.len()];
    for index in found.iter().flatten() {
        taken[*index] = true;
    }
    for (field, found) in new.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
        let mut known = field.aliases.iter().filter_map(|alias| by_name.get(alias.as_str()));
        let index = known.find(|index| !taken[**index]).or_else(|| by_alias.get(field.name.as_str()));
        if let Some(index) = index.filter(|index| !taken[**index]) {
            taken[*index] = true;
            *found = Some(*index);
        }
    }
    found
}

/// Returns the branch of the same kind and simple name as `ty`.
pub(crate) fn counterpart<'t>(branches: &'t [Type], ty: &Type) -> Option<&'t Type> {
    branches.iter().find(|branch| match (branch.plain(), ty.plain()) {
        (Type::Named(branch), Type::Named(name)) => branch.simple() == name.simple(),
        (branch, ty) => branch.branch_name() == ty.branch_name(),
    })
}
