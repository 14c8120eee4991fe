use std::collections::{BTreeMap, HashMap};
use std::mem::{Discriminant, discriminant};

use crate::{Definition, Name};

/// The definitions of a schema or a registry, by their full names.
type Definitions = BTreeMap<Name, Definition>;

/// Which definition of a new version is which definition of an old version.
///
/// Two definitions match if they are of the same kind, and, in this order:
///
/// 1. their full names are equal;
/// 2. an alias of the new one is the full name of the old one, or the reverse;
/// 3. their simple names are equal, and no other definition of the kind has this simple name in its version.
///
/// A definition matches at most one. This is for comparisons of two versions. A reader finds the definitions
/// of a writer by Avro's rules, which may accept several.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use signalbook_model::{Definition, DefinitionMatches, Name, Record};
///
/// let record = |name| (Name::new(name), Definition::Record(Record::default()));
/// let old = BTreeMap::from(["a.X", "b.X", "a.Order"].map(record));
/// let new = BTreeMap::from(["b.X", "c.X", "b.Order"].map(record));
///
/// let matches = DefinitionMatches::find(&old, &new);
/// assert_eq!(matches.old_of(&Name::new("b.X")), Some(&Name::new("b.X")));
/// assert_eq!(matches.old_of(&Name::new("c.X")), None);
/// assert_eq!(matches.old_of(&Name::new("b.Order")), Some(&Name::new("a.Order")));
/// ```
#[derive(Clone, Debug, Default)]
pub struct DefinitionMatches<'a> {
    new_of: BTreeMap<&'a Name, &'a Name>,
    old_of: BTreeMap<&'a Name, &'a Name>,
}

impl<'a> DefinitionMatches<'a> {
    /// Matches the definitions of two versions.
    pub fn find(old: &'a Definitions, new: &'a Definitions) -> Self {
        let mut matches = Self::default();
        for after in new {
            if let Some(before) = old.get_key_value(after.0) {
                matches.add(before, after);
            }
        }
        for after in new {
            meant(after, old).for_each(|before| matches.add(before, after));
        }
        for before in old {
            meant(before, new).for_each(|after| matches.add(before, after));
        }
        let (old, new) = (unique(old), unique(new));
        for (name, after) in new {
            if let (Some(after), Some(Some(before))) = (after, old.get(&name)) {
                matches.add(*before, after);
            }
        }
        matches
    }

    /// Returns the new definition for an old one.
    pub fn new_of(&self, old: &Name) -> Option<&'a Name> {
        self.new_of.get(old).copied()
    }

    /// Returns the old definition for a new one.
    pub fn old_of(&self, new: &Name) -> Option<&'a Name> {
        self.old_of.get(new).copied()
    }

    /// Adds a match, unless the kinds differ or one of the definitions is matched already.
    fn add(&mut self, (old, before): Entry<'a>, (new, after): Entry<'a>) {
        let is_known = self.new_of.contains_key(old) || self.old_of.contains_key(new);
        if !is_known && discriminant(before) == discriminant(after) {
            self.new_of.insert(old, new);
            self.old_of.insert(new, old);
        }
    }
}

type Entry<'a> = (&'a Name, &'a Definition);

/// Returns the definitions among `others` that the aliases mean.
fn meant<'a>((name, definition): Entry<'a>, others: &'a Definitions) -> impl Iterator<Item = Entry<'a>> {
    let names = definition.aliases().iter().filter_map(|alias| name.of_alias(alias));
    names.filter_map(|name| others.get_key_value(&name))
}

/// Returns the definitions by kind and simple name; `None` if several have the same.
fn unique(definitions: &Definitions) -> HashMap<(Discriminant<Definition>, &str), Option<Entry<'_>>> {
    let mut unique = HashMap::new();
    for (name, definition) in definitions {
        let found = unique.entry((discriminant(definition), name.simple()));
        found.and_modify(|known| *known = None).or_insert(Some((name, definition)));
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Enum, Record};

    fn definitions(records: &[(&str, &str)], enums: &[&str]) -> Definitions {
        let records = records.iter().map(|(name, alias)| {
            let aliases = (!alias.is_empty()).then(|| (*alias).to_owned()).into_iter().collect();
            (Name::new(*name), Definition::Record(Record { aliases, ..Record::default() }))
        });
        let enums = enums.iter().map(|name| (Name::new(*name), Definition::Enum(Enum::default())));
        records.chain(enums).collect()
    }

    #[test]
    fn definitions_match_by_name_then_alias_then_unique_simple_name() {
        let old = definitions(
            &[("a.X", ""), ("b.X", ""), ("a.Old", ""), ("a.Moved", ""), ("a.Back", "a.Forth"), ("a.E", "")],
            &["a.F"],
        );
        let new = definitions(
            &[("a.X", ""), ("c.X", ""), ("c.New", "a.Old"), ("c.Old", ""), ("c.Moved", ""), ("a.Forth", "")],
            &["a.E"],
        );
        let matches = DefinitionMatches::find(&old, &new);
        let found: Vec<_> =
            new.keys().filter_map(|new| Some((matches.old_of(new)?.as_str(), new.as_str()))).collect();
        let expected = [("a.Back", "a.Forth"), ("a.X", "a.X"), ("a.Moved", "c.Moved"), ("a.Old", "c.New")];
        assert_eq!(found, expected);
        for (old, new) in expected {
            assert_eq!(matches.new_of(&Name::new(old)), Some(&Name::new(new)));
        }
    }
}
