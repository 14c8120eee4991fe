use signalbook_model::{Name, Path, similar};

use super::{Reporter, fields};
use crate::contract::{Contract, Deprecation};
use crate::syntax::Spanned;

pub(super) fn replacements(contract: &Contract, found: &mut Reporter<'_>) {
    for event in &contract.events {
        let Some(replacement) = written(event.deprecation.as_ref()) else { continue };
        let known = contract.events.iter().map(|known| known.name.as_str());
        let known = known.filter(|known| *known != event.name.as_str());
        demand(replacement, "event", known, Path::Event(event.name.clone()), found);
    }
    for (path, field) in fields(contract) {
        let Some(replacement) = written(field.deprecation.as_ref()) else { continue };
        let siblings = siblings(&path, contract).filter(|name| *name != field.name);
        demand(replacement, "field", siblings, path.clone(), found);
    }
}

fn written(deprecation: Option<&Deprecation>) -> Option<&Spanned<String>> {
    deprecation.and_then(|deprecation| deprecation.replacement.as_ref())
}

/// Returns the names of the fields in the record or event of `path`.
fn siblings<'a>(path: &Path, contract: &'a Contract) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
    let named = |name: &Name| contract.type_def(name).map(|ty| &ty.kind);
    let fields = match path {
        Path::Member { ty, .. } | Path::Type(ty) => match named(ty) {
            Some(crate::contract::TypeKind::Record(record)) => record.fields.as_slice(),
            Some(
                crate::contract::TypeKind::Enum(_)
                | crate::contract::TypeKind::Fixed(_)
                | crate::contract::TypeKind::Union(_),
            )
            | None => &[],
        },
        Path::Data { event, .. } | Path::Event(event) => {
            contract.event(event).map_or(&[][..], |event| &event.data)
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
