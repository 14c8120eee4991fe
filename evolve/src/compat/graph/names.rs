use signalbook_model::Name;

/// What a definition is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'s> {
    pub(crate) full: &'s Name,
    simple: &'s str,
    pub(crate) aliases: &'s [String],
}

impl<'s> Names<'s> {
    pub(super) fn new(full: &'s Name, aliases: &'s [String]) -> Self {
        Self { full, simple: full.simple(), aliases }
    }

    /// Whether a definition of these names reads one called `writer`: by its simple name, or by an alias that is the
    /// writer's full name.
    pub(crate) fn accept(&self, writer: &Names<'_>) -> bool {
        self.simple == writer.simple
            || self.aliases.iter().any(|alias| self.full.is_alias(alias, writer.full))
    }
}
