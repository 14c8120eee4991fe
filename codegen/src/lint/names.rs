use signalbook_diagnostics::Span;
use signalbook_model::{Event, Name, Path, is_legal_avro_part};

use super::{Reporter, own_fields};
use crate::checked_registry::{CheckedRegistry, EventDef, TypeKind};

/// The parts of an event type without the version: two of reverse DNS, subdomain, subject and action.
const LEAST_PARTS: usize = 5;

pub(super) fn grammar(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for event in &checked.events {
        let path = Path::Event(event.name.clone());
        let local = event.local();
        if !event.namespace.is_empty() && local.starts_with(&format!("{}.", event.namespace)) {
            let rest = &local[event.namespace.len() + 1..];
            found.add(
                found
                    .finding(format!("event type `{}` contains its namespace twice", event.name))
                    .on(path)
                    .at(event.span, format!("`{}.` is added automatically", event.namespace))
                    .suggest(format!("remove the namespace: `{rest}`"), event.span, rest),
            );
            continue;
        }
        let parts = event.name.as_str().split('.').filter(|part| !resembles_version(part)).count();
        if parts < LEAST_PARTS {
            found.add(
                found
                    .finding(format!("event type `{}` has too few parts", event.name))
                    .on(path)
                    .at(event.span, "subdomain, subject or action is missing")
                    .help(
                        "write `{reverse DNS}.{subdomain}.{subject}.{action}.v{n}`, as in \
                         `com.example.shop.order.placed.v1`",
                    ),
            );
        } else if let Some((part, span)) =
            event.parts().find(|(part, _)| !is_lower(part) && !resembles_version(part))
        {
            let lower = part.to_lowercase();
            found.add(
                found
                    .finding(format!("event type `{}` is not in lower case", event.name))
                    .on(path)
                    .at(span, format!("`{part}` has upper-case letters"))
                    .help(format!("write `{lower}`, with `_` between words")),
            );
        }
    }
}

pub(super) fn major_version(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for event in &checked.events {
        let Some((last, span)) = event.parts().last().filter(|(last, _)| !Event::is_major_version(last))
        else {
            continue;
        };
        let finding = found
            .finding(format!("event type `{}` has no major version", event.name))
            .on(Path::Event(event.name.clone()));
        found.add(if resembles_version(last) {
            let help = "major versions start at `v1`; the minor version is the key `minor`";
            finding.at(span, "not a major version").help(help)
        } else {
            finding.at(span, "ends here").help(format!("add it: `{}.v1`", event.local()))
        });
    }
}

pub(super) fn prefix(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    let Some(prefix) = &checked.settings.event_prefix else { return };
    let starts = |event: &EventDef| {
        event.name.as_str().strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('.'))
    };
    for event in checked.events.iter().filter(|event| !starts(event)) {
        found.add(
            found
                .finding(format!("event type `{}` does not start with `{prefix}`", event.name))
                .on(Path::Event(event.name.clone()))
                .at(event.span, format!("in namespace `{}`", event.namespace))
                .help("change the file's namespace, or the setting `event_prefix`"),
        );
    }
}

pub(super) fn avro(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for event in checked.events.iter().filter(|event| event.bus) {
        if let Some((part, span)) =
            event.parts().find(|(part, _)| !is_legal_avro_part(part) && !resembles_version(part))
        {
            report("event type", part, span, Path::Event(event.name.clone()), found);
        }
        for field in event.data.iter().filter(|field| !is_legal_avro_part(&field.name)) {
            let path = Path::Data { event: event.name.clone(), field: field.name.clone() };
            report("field", &field.name, field.span, path, found);
        }
    }
    for ty in &checked.types {
        let member = |member: &str| Path::Member { ty: ty.name.clone(), member: member.to_owned() };
        let (names, what): (Vec<_>, _) = match &ty.kind {
            TypeKind::Record(record) => {
                (own_fields(record, checked).map(|field| (&*field.name, field.span)).collect(), "field")
            }
            TypeKind::Enum(decl) => {
                (decl.symbols.iter().map(|symbol| (symbol.value.as_str(), symbol.span)).collect(), "symbol")
            }
            TypeKind::Fixed(_) => (Vec::new(), "fixed"),
            // A union has no name on the wire.
            TypeKind::Union(_) => continue,
        };
        if let Some(part) = ty.name.as_str().split('.').find(|part| !is_legal_avro_part(part)) {
            report("type", part, ty.span, Path::Type(ty.name.clone()), found);
        }
        for alias in ty.aliases.iter().filter(|alias| !Name::new(alias.value.as_str()).is_legal_avro()) {
            report("alias", &alias.value, alias.span, Path::Type(ty.name.clone()), found);
        }
        for (name, span) in names.into_iter().filter(|(name, _)| !is_legal_avro_part(name)) {
            report(what, name, span, member(name), found);
        }
    }
}

fn report(what: &str, name: &str, span: Span, path: Path, found: &mut Reporter<'_>) {
    let odd = name.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '_');
    let label = match odd {
        Some(odd) => format!("`{odd}` is not allowed in Avro names"),
        None => "Avro names do not start with a digit".to_owned(),
    };
    found.add(
        found
            .finding(format!("{what} `{path}` has a name that is not legal in Avro"))
            .on(path)
            .at(span, label)
            .note("Avro for Java rejects such schemas, and so do schema registries that check names")
            .help("use letters, digits and `_`, and do not start with a digit"),
    );
}

fn is_lower(part: &str) -> bool {
    !part.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Returns true if `part` is a major version, or was probably intended as one: `1`, `V2`, `v0`.
pub(super) fn resembles_version(part: &str) -> bool {
    let digits = part.trim_start_matches(['v', 'V']);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
