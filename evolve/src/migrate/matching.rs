use std::collections::{BTreeMap, HashMap};

use signalbook_model::{Definition, Field, Name, Schema, Type};

/// Which definition of an old schema became which of a new one: by name, by an alias, else by the place where
/// they stand.
#[derive(Debug, Default)]
pub(crate) struct Pairs<'a> {
    new_of: BTreeMap<&'a Name, &'a Name>,
    old_of: BTreeMap<&'a Name, &'a Name>,
    /// Types that stand in one place, and have not been looked at; the last is next.
    open: Vec<(&'a Type, &'a Type)>,
}

impl<'a> Pairs<'a> {
    pub(crate) fn find(old: &'a Schema, new: &'a Schema) -> Self {
        let mut pairs = Self::default();
        for name in new.definitions.keys() {
            pairs.add((name, old), (name, new));
        }
        for (name, definition) in &new.definitions {
            for alias in definition.aliases() {
                let namespace = if alias.contains('.') { "" } else { name.namespace() };
                pairs.add((&Name::in_namespace(namespace, alias), old), (name, new));
            }
        }
        pairs.open.push((&old.root, &new.root));
        while let Some((was, is)) = pairs.open.pop() {
            match (was.plain(), is.plain()) {
                (Type::Array(was), Type::Array(is)) | (Type::Map(was), Type::Map(is)) => {
                    pairs.open.push((was, is));
                }
                (Type::Union(was), Type::Union(is)) => {
                    pairs.open.extend(is.iter().filter_map(|is| Some((counterpart(was, is)?, is))));
                }
                (Type::Union(was), _) => pairs.open.extend(counterpart(was, is).map(|was| (was, is))),
                (_, Type::Union(is)) => pairs.open.extend(counterpart(is, was).map(|is| (was, is))),
                (Type::Named(was), Type::Named(is)) => pairs.add((was, old), (is, new)),
                _ => {}
            }
        }
        pairs
    }

    /// What the old definition became.
    pub(crate) fn new_of(&self, old: &Name) -> Option<&'a Name> {
        self.new_of.get(old).copied()
    }

    /// What the new definition was.
    pub(crate) fn old_of(&self, new: &Name) -> Option<&'a Name> {
        self.old_of.get(new).copied()
    }

    /// Notes that the one is the other, if they are there, of one kind, and neither is another's already.
    fn add(&mut self, (was, old): (&Name, &'a Schema), (is, new): (&Name, &'a Schema)) {
        let (Some((was, before)), Some((is, now))) =
            (old.definitions.get_key_value(was), new.definitions.get_key_value(is))
        else {
            return;
        };
        if self.new_of.contains_key(was) || self.old_of.contains_key(is) {
            return;
        }
        match (before, now) {
            (Definition::Record(before), Definition::Record(now)) => {
                let fields = matched(&before.fields, &now.fields).into_iter().zip(&now.fields);
                let types = fields.filter_map(|(place, now)| Some((&before.fields[place?].ty, &now.ty)));
                self.open.extend(types);
            }
            (Definition::Enum(_), Definition::Enum(_)) | (Definition::Fixed(_), Definition::Fixed(_)) => {}
            (Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_), _) => return,
        }
        self.new_of.insert(was, is);
        self.old_of.insert(is, was);
    }
}

/// For each new field the place of the old one that it is: by its name, then by an alias of either.
pub(crate) fn matched(old: &[Field], new: &[Field]) -> Vec<Option<usize>> {
    let by_name: HashMap<&str, usize> =
        old.iter().enumerate().map(|(place, field)| (field.name.as_str(), place)).collect();
    let aliases = old.iter().enumerate();
    let by_alias: HashMap<&str, usize> = aliases
        .flat_map(|(place, field)| field.aliases.iter().map(move |alias| (alias.as_str(), place)))
        .collect();
    let mut found: Vec<_> = new.iter().map(|field| by_name.get(field.name.as_str()).copied()).collect();
    let mut taken = vec![false; old.len()];
    for place in found.iter().flatten() {
        taken[*place] = true;
    }
    for (field, found) in new.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
        let mut known = field.aliases.iter().filter_map(|alias| by_name.get(alias.as_str()));
        let place = known.find(|place| !taken[**place]).or_else(|| by_alias.get(field.name.as_str()));
        if let Some(place) = place.filter(|place| !taken[**place]) {
            taken[*place] = true;
            *found = Some(*place);
        }
    }
    found
}

/// The branch that `ty` is beside others: the one of its kind and name.
pub(crate) fn counterpart<'t>(branches: &'t [Type], ty: &Type) -> Option<&'t Type> {
    branches.iter().find(|branch| match (branch.plain(), ty.plain()) {
        (Type::Named(branch), Type::Named(name)) => branch.simple() == name.simple(),
        (branch, ty) => branch.branch_name() == ty.branch_name(),
    })
}
