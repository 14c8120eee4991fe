use std::borrow::Cow;

use signalbook_model::Name;

/// The names of a definition.
#[derive(Clone, Copy, Debug)]
pub struct Names<'s> {
    /// The full name.
    pub full: &'s Name,
    /// The part of the full name after the last dot.
    pub simple: &'s str,
    /// The aliases, as written in the schema.
    pub aliases: &'s [String],
}

/// How close the names of a reader's definition are to those of a writer's definition, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// Different names: the reader's definition does not read the writer's.
    Different,
    /// The simple names are equal.
    Simple,
    /// An alias of the reader's is the full name of the writer's.
    Alias,
    /// The full names are equal.
    Exact,
}

impl<'s> Names<'s> {
    pub(super) fn new(full: &'s Name, aliases: &'s [String]) -> Self {
        Self { full, simple: full.simple(), aliases }
    }

    /// Returns whether a definition with these names reads one with the names `writer`.
    pub fn accept(&self, writer: &Names<'_>) -> bool {
        self.simple == writer.simple || self.has_alias(writer.full)
    }

    /// Returns how close these names are to the names `writer`.
    pub fn closeness(&self, writer: &Names<'_>) -> Closeness {
        if self.full == writer.full {
            Closeness::Exact
        } else if self.has_alias(writer.full) {
            Closeness::Alias
        } else if self.simple == writer.simple {
            Closeness::Simple
        } else {
            Closeness::Different
        }
    }

    /// Returns the names of writer's definitions that [`accept`](Self::accept) accepts: the simple name, and
    /// the full name of each alias.
    pub(super) fn accepted(&self) -> impl Iterator<Item = Cow<'s, str>> {
        let full = self.full;
        let aliases = self.aliases.iter().filter_map(|alias| full.of_alias(alias));
        std::iter::once(self.simple.into()).chain(aliases.map(|alias| alias.as_str().to_owned().into()))
    }

    fn has_alias(&self, name: &Name) -> bool {
        self.aliases.iter().any(|alias| self.full.is_alias(alias, name))
    }
}
