use signalbook_model::Name;

/// What a definition is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'s> {
    pub(crate) full: &'s Name,
    simple: &'s str,
    aliases: &'s [String],
}

impl<'s> Names<'s> {
    pub(super) fn new(full: &'s Name, aliases: &'s [String]) -> Self {
        Self { full, simple: full.simple(), aliases }
    }

    /// Whether a definition of these names reads one called `writer`: by its simple name, or by an alias that is the
    /// writer's full name.
    pub(crate) fn accept(&self, writer: &Names<'_>) -> bool {
        self.simple == writer.simple || self.aliases.iter().any(|alias| self.is_alias(alias, writer.full))
    }

    /// Whether `alias`, written in the namespace of this definition, is `full`. An alias that names the empty namespace
    /// from within another (`.Old`) is nobody's name: the reference keeps its dot.
    fn is_alias(&self, alias: &str, full: &Name) -> bool {
        let own = self.full.namespace();
        match alias.rsplit_once('.') {
            Some(("", simple)) => own.is_empty() && full.as_str() == simple,
            Some(_) => full.as_str() == alias,
            None => full.simple() == alias && full.namespace() == own,
        }
    }
}
