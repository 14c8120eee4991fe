use signalbook_model::{KeyEnd, Path, similar};

use super::Reporter;
use crate::checked_registry::CheckedRegistry;
use crate::key::{self, KeyError};
use crate::name_lists;

pub(super) fn missing(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for event in checked.events.iter().filter(|event| event.key.is_none()) {
        found.add(
            found
                .finding(format!("event `{}` has no key", event.name))
                .on(Path::Event(event.name.clone()))
                .at(
                    event.span,
                    if event.bus {
                        "its events can arrive in any order"
                    } else {
                        "if it is on the bus later, its events can arrive in any order"
                    },
                )
                .help("set the field that orders its events: `key = \"order.id\"`"),
        );
    }
}

pub(super) fn unresolved(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for event in &checked.events {
        let Some(path) = &event.key else { continue };
        let Err(KeyError { part, fields, is_optional, end }) = key::check(event, checked) else { continue };
        let written: Vec<_> = path.iter().map(|part| part.value.as_str()).collect();
        let finding = found
            .finding(format!("key `{}` of `{}` does not lead to a scalar", written.join("."), event.name))
            .on(Path::Event(event.name.clone()));
        let field = fields.iter().find(|field| field.name == part.value);
        found.add(match (end, field) {
            (_, Some(field)) if is_optional => finding
                .at(part.span, "may be null")
                .and(field.span, "declared optional here")
                .help("a key must never be null; choose a field that is not optional"),
            (KeyEnd::NoFields, _) => finding
                .at(part.span, "the part before it has no fields")
                .help("end the path at the scalar, or start it at another field"),
            (KeyEnd::Inexact, Some(field)) => finding
                .at(part.span, "a floating-point number is not exact")
                .and(field.span, "declared here")
                .help("it cannot be a key; choose another field"),
            (_, Some(field)) => finding
                .at(part.span, "not a scalar")
                .and(field.span, "declared here")
                .help("continue the path to one of its fields, or choose another field"),
            (_, None) => {
                let names = fields.iter().map(|field| field.name.as_str());
                let finding = finding.at(part.span, format!("no field `{}` here", part.value));
                match similar(&part.value, names.clone()) {
                    Some(name) => finding.suggest(format!("did you mean `{name}`?"), part.span, name),
                    None if fields.is_empty() => finding.help("remove the key: there are no fields"),
                    None => finding.help(format!("the fields here are {}", name_lists::list(names))),
                }
            }
        });
    }
}
