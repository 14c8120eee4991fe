use signalbook_diagnostics::{Locate, Span};
use signalbook_model::{Name, Path};

use crate::checked_registry::{CheckedRegistry, TypeKind};

impl Locate for CheckedRegistry {
    /// Returns where `path` is declared. For a removed field or symbol, returns the declaration that
    /// contained it.
    fn registry(&self, path: &Path) -> Option<Span> {
        match path {
            Path::Type(name) => Some(self.type_def(name)?.span),
            Path::Member { ty, member } => self.member(ty, member).or_else(|| Some(self.type_def(ty)?.span)),
            Path::Event(name) => Some(self.event(name)?.span),
            Path::Data { event, field } => {
                let event = self.event(event)?;
                let field = event.data.iter().find(|declared| declared.name == *field);
                Some(field.map_or(event.span, |field| field.span))
            }
        }
    }

    /// Returns the location of the event's key or topics, if they are set. For any other fact, returns the
    /// event's name.
    fn fact(&self, event: &Name, fact: &str) -> Option<Span> {
        let event = self.event(event)?;
        let span = match fact {
            "key" => event.key.as_ref().map(|key| key.span),
            "topics" => event
                .topics
                .first()
                .zip(event.topics.last())
                .map(|(first, last)| Span { end: last.span.end, ..first.span }),
            _ => None,
        };
        Some(span.unwrap_or(event.span))
    }
}

impl CheckedRegistry {
    fn member(&self, ty: &Name, member: &str) -> Option<Span> {
        match &self.type_def(ty)?.kind {
            TypeKind::Record(record) => Some(record.fields.iter().find(|field| field.name == member)?.span),
            TypeKind::Enum(definition) => {
                Some(definition.symbols.iter().find(|symbol| symbol.value == member)?.span)
            }
            TypeKind::Fixed(_) | TypeKind::Union(_) => None,
        }
    }
}
