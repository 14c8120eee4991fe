use signalbook_model::{Name, Path, similar};

use super::{Reporter, fields};
use crate::checked_registry::{CheckedRegistry, Deprecation};
use crate::syntax::Spanned;

pub(super) fn replacements(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for event in &checked.events {
        let Some(replacement) = written(event.deprecation.as_ref()) else { continue };
        let known = checked.events.iter().map(|known| known.name.as_str());
        let known = known.filter(|known| *known != event.name.as_str());
        demand(replacement, "event", known, Path::Event(event.name.clone()), found);
    }
    for (path, field) in fields(checked) {
        let Some(replacement) = written(field.deprecation.as_ref()) else { continue };
        let siblings = siblings(&path, checked).filter(|name| *name != field.name);
        demand(replacement, "field", siblings, path.clone(), found);
    }
}

fn written(deprecation: Option<&Deprecation>) -> Option<&Spanned<String>> {
    deprecation.and_then(|deprecation| deprecation.replacement.as_ref())
}

/// Returns the names of the fields in the record or event of `path`.
fn siblings<'a>(
    path: &Path,
    checked: &'a CheckedRegistry,
) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
    let named = |name: &Name| checked.type_def(name).map(|ty| &ty.kind);
    let fields = match path {
        Path::Member { ty, .. } | Path::Type(ty) => match named(ty) {
            Some(crate::checked_registry::TypeKind::Record(record)) => record.fields.as_slice(),
            Some(
                crate::checked_registry::TypeKind::Enum(_)
                | crate::checked_registry::TypeKind::Fixed(_)
                | crate::checked_registry::TypeKind::Union(_),
            )
            | None => &[],
        },
        Path::Data { event, .. } | Path::Event(event) => {
            checked.event(event).map_or(&[][..], |event| &event.data)
        }
    };
    fields.iter().map(|field| field.name.as_str())
}

fn demand<'a>(
    replacement: &Spanned<String>,
    what: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    path: Path,
    found: &mut Reporter<'_>,
) {
    if known.clone().any(|known| known == replacement.value) {
        return;
    }
    let finding = found
        .finding(format!("the replacement of {what} `{path}` does not exist"))
        .on(path)
        .at(replacement.span, format!("no other {what} has this name"));
    found.add(match similar(&replacement.value, known) {
        Some(name) => finding.suggest(format!("did you mean `{name}`?"), replacement.span, name),
        None => finding.help(match what {
            "event" => "write the full event type, as in `com.example.shop.order.placed.v2`",
            _ => "write the name of another field of the same record or event",
        }),
    });
}
