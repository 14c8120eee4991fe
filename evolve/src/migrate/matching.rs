use std::collections::BTreeMap;

use signalbook_model::{DefinitionMatches, Name};
use signalbook_resolve::compat::{BranchChooser, FieldMatch, Graph, Id, Node, Record};

/// Matches the definitions of an old schema with those of a new one: by their names, as [`DefinitionMatches`]
/// does, then by their uses.
pub(crate) struct Matching<'a> {
    old: &'a Graph<'a>,
    new: &'a Graph<'a>,
    new_of: BTreeMap<&'a Name, &'a Name>,
    old_of: BTreeMap<&'a Name, &'a Name>,
    /// See [`fields`](Self::fields).
    fields: BTreeMap<&'a Name, Vec<Option<usize>>>,
    /// Types that are used in the same place and have not been compared. The last is next.
    open: Vec<(Id, Id)>,
}

impl<'a> Matching<'a> {
    pub(crate) fn find(old: &'a Graph<'a>, new: &'a Graph<'a>) -> Self {
        let (new_of, old_of, fields) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut matching = Self { old, new, new_of, old_of, fields, open: Vec::new() };
        matching.by_name();
        matching.open.push((old.root, new.root));
        matching.by_use();
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

    /// Returns for each field of a new record the index of the old field that it matches. Returns an empty
    /// list if the definition is not a record, or matches none.
    pub(crate) fn fields(&self, new: &Name) -> &[Option<usize>] {
        self.fields.get(new).map_or(&[], Vec::as_slice)
    }

    fn by_name(&mut self) {
        let matches = DefinitionMatches::find(self.old.definitions, self.new.definitions);
        let old: BTreeMap<&Name, Id> = self.old.definitions.keys().zip(self.old.ids()).collect();
        for (name, after) in self.new.definitions.keys().zip(self.new.ids()) {
            if let Some(before) = matches.old_of(name).and_then(|name| old.get(name)) {
                self.add(*before, after);
            }
        }
    }

    fn by_use(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut readers = BranchChooser::new(new, old);
        let mut old_readers = BranchChooser::new(old, new);
        while let Some((before, after)) = self.open.pop() {
            match (old.node(before), new.node(after)) {
                (Node::Array(before), Node::Array(after)) | (Node::Map(before), Node::Map(after)) => {
                    self.open.push((*before, *after));
                }
                (Node::Union(branches), Node::Union(_)) => {
                    for before in old.branches(*branches) {
                        let choice = readers.choose(after, *before);
                        self.open.extend(choice.map(|choice| (*before, choice.branch)));
                    }
                }
                (_, Node::Union(_)) => {
                    let choice = readers.choose(after, before);
                    self.open.extend(choice.map(|choice| (before, choice.branch)));
                }
                (Node::Union(_), _) => {
                    let choice = old_readers.choose(before, after);
                    self.open.extend(choice.map(|choice| (choice.branch, after)));
                }
                _ => self.add(before, after),
            }
        }
    }

    /// Matches two types if they are definitions of the same kind, and are not matched yet.
    fn add(&mut self, old: Id, new: Id) {
        let (before, after) = (self.old.node(old), self.new.node(new));
        let Some((old, new)) = before.definitions(after) else { return };
        if self.new_of.contains_key(old.full) || self.old_of.contains_key(new.full) {
            return;
        }
        if let (Node::Record(before), Node::Record(after)) = (before, after) {
            let found = match_fields((self.old, before), (self.new, after));
            let (before, after) = (self.old.fields(before), self.new.fields(after));
            let types = found.iter().zip(after).filter_map(|(old, new)| Some((before[(*old)?].ty, new.ty)));
            self.open.extend(types);
            self.fields.insert(new.full, found);
        }
        self.new_of.insert(old.full, new.full);
        self.old_of.insert(new.full, old.full);
    }
}

/// Returns for each new field the index of the old field that it matches: the one with the same name, else
/// one that it reads, else one that reads it. A field matches at most one.
fn match_fields(
    (old, before): (&Graph<'_>, &Record<'_>),
    (new, after): (&Graph<'_>, &Record<'_>),
) -> Vec<Option<usize>> {
    let (old_fields, new_fields) = (old.fields(before), new.fields(after));
    // Each pair of fields with its rank. Pairs with a lower rank are preferred.
    let mut pairs: Vec<(FieldRank, usize, usize)> = Vec::new();
    for (index, field) in new_fields.iter().enumerate() {
        for other in indices(old.match_field(before, field, index)) {
            let is_same = field.name == old_fields[other].name;
            pairs.push((if is_same { FieldRank::SameName } else { FieldRank::ReadsOld }, index, other));
        }
    }
    for (other, field) in old_fields.iter().enumerate() {
        let read = indices(new.match_field(after, field, other));
        pairs.extend(read.map(|index| (FieldRank::ReadByOld, index, other)));
    }
    pairs.sort_unstable();
    let (mut found, mut taken) = (vec![None; new_fields.len()], vec![false; old_fields.len()]);
    for (_, index, other) in pairs {
        if found[index].is_none() && !taken[other] {
            found[index] = Some(other);
            taken[other] = true;
        }
    }
    found
}

/// How a new field matches an old one. The best is first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum FieldRank {
    SameName,
    ReadsOld,
    ReadByOld,
}

/// Returns the indices of the fields that were found.
fn indices(found: FieldMatch) -> impl Iterator<Item = usize> {
    let (first, second) = match found {
        FieldMatch::Missing => (None, None),
        FieldMatch::Field(index) => (Some(index), None),
        FieldMatch::Ambiguous(first, second) => (Some(first), Some(second)),
    };
    first.into_iter().chain(second)
}

#[cfg(test)]
mod tests {
    use signalbook_model::Schema;

    use super::*;

    /// Returns a record of these fields, each with its alias: `a, b = alias`.
    fn record(fields: &str) -> Schema {
        let fields = fields.split(", ").map(|field| {
            let (name, alias) = field.split_once(" = ").unwrap_or((field, field));
            let aliases = if alias == name { String::new() } else { format!("{alias:?}") };
            format!(r#"{{"name": "{name}", "type": "int", "aliases": [{aliases}]}}"#)
        });
        let fields = fields.collect::<Vec<_>>().join(", ");
        Schema::parse(&format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#))
            .expect("a valid schema")
    }

    #[test]
    fn fields_match_by_name_and_then_by_an_alias_of_either() {
        let cases: [(&str, &str, &[Option<usize>]); 7] = [
            ("a, b", "b, a", &[Some(1), Some(0)]),
            ("a", "b = a, c", &[Some(0), None]),
            ("a = b", "c, b", &[None, Some(0)]),
            // The field with the same name is preferred.
            ("a", "b = a, a", &[None, Some(0)]),
            ("a = b, b", "b", &[Some(1)]),
            ("a, b", "a = b, c", &[Some(0), None]),
            // A field matches only one.
            ("a", "b = a, c = a", &[Some(0), None]),
        ];
        for (old, new, expected) in cases {
            let (before, after) = (record(old), record(new));
            let (before, after) = (Graph::new(&before), Graph::new(&after));
            let matching = Matching::find(&before, &after);
            assert_eq!(matching.fields(&Name::new("R")), expected, "{old} and {new}");
        }
    }
}
