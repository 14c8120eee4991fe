//! Changes of the facts about an event that its schema does not hold.

use signalbook_diagnostics::Rule;
use signalbook_model::{Definition, Facts, Field, Name, Path, Schema, Type};

use crate::rules;
use crate::violations::Violation;
use crate::{Candidate, Version};

/// Returns the finding for a removed event.
pub(crate) fn removed(candidate: &Candidate<'_>) -> Violation {
    let name = candidate.event_type;
    let path = Path::Event(name.clone());
    let facts = candidate.accepted.last().and_then(|version| version.facts.as_ref());
    let (rule, title) = if facts.is_none_or(|facts| facts.deprecation.is_some()) {
        (&rules::EVENT_REMOVED, format!("`{name}` was removed, but its accepted versions are not retired"))
    } else {
        (&rules::DEPRECATION_SKIPPED, format!("`{name}` was removed, but was not deprecated before"))
    };
    Violation::new(rule, path, title)
}

/// Compares the facts of the new version with those of the last accepted one.
pub(crate) fn changes(candidate: &Candidate<'_>, new: &Version) -> Vec<Violation> {
    let Some(old) = candidate.accepted.last() else { return Vec::new() };
    let (Some(now), Some(before)) = (&new.facts, &old.facts) else { return Vec::new() };
    let path = || Path::Event(candidate.event_type.clone());
    let about = |fact, rule, title| Violation { fact: Some(fact), ..Violation::new(rule, path(), title) };
    let mut changes = Vec::new();
    changes.extend(key(now, before).map(|(rule, title)| about("key", rule, title)));
    changes.extend(topics(now, before).map(|title| about("topics", &rules::TOPIC_CHANGED, title)));
    changes.extend(producer(now, before).map(|title| about("producer", &rules::PRODUCER_CHANGED, title)));
    let pii = pii(now, &new.schema, before, &old.schema);
    changes.extend(pii.map(|(rule, title)| Violation::new(rule, path(), title)));
    changes
}

/// Compares the personal data. A nested field is found by its name in any record, because its path does not
/// name the record.
fn pii(
    now: &Facts,
    new: &Schema,
    before: &Facts,
    old: &Schema,
) -> impl Iterator<Item = (&'static Rule, String)> {
    // No older event has a new field.
    let added = now.pii.iter().filter(|(path, _)| {
        !before.pii.contains_key(*path) && find(old, path, |field, name| field.name == name).is_some()
    });
    let added = added.map(|(path, class)| {
        let title = format!("`{path}` is now personal data (`{class}`), but is unprotected in older events");
        (&rules::PII_ADDED, title)
    });
    let removed = before.pii.iter().filter(|(path, _)| {
        let is_still_there =
            |field: &Field, name: &str| field.name == name || field.aliases.iter().any(|alias| alias == name);
        // It may have another path now.
        find(new, path, is_still_there)
            .is_some_and(|field| !now.pii.keys().any(|path| split(path).1 == field.name))
    });
    let removed = removed.map(|(path, class)| {
        (&rules::PII_REMOVED, format!("`{path}` is no longer marked as personal data (`{class}`)"))
    });
    added.chain(removed)
}

/// Returns the class of personal data of the fields with this name.
pub(crate) fn class_of(facts: &Facts, name: &str) -> Option<String> {
    facts.pii.iter().find(|(path, _)| split(path).1 == name).map(|(_, class)| class.clone())
}

/// Finds a field of the schema's root, or of any other record, by the name at the end of a path.
fn find<'a>(schema: &'a Schema, path: &str, is_named: impl Fn(&Field, &str) -> bool) -> Option<&'a Field> {
    let (above, name) = split(path);
    let is_root = |record: &Name| matches!(&schema.root, Type::Named(root) if root == record);
    schema.definitions.iter().find_map(|(record, definition)| match definition {
        Definition::Record(fields) if is_root(record) == above.is_empty() => {
            fields.fields.iter().find(|field| is_named(field, name))
        }
        Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_) => None,
    })
}

/// Splits a path into what is above its last name, and that name.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

fn key(new: &Facts, old: &Facts) -> Option<(&'static Rule, String)> {
    match (&new.key, &old.key) {
        (None, Some(old)) => Some((&rules::KEY_CHANGED, format!("the key `{}` was removed", old.path))),
        (Some(new), None) => Some((&rules::KEY_CHANGED, format!("the key `{}` was added", new.path))),
        (Some(new), Some(old)) if new.path != old.path => {
            Some((&rules::KEY_CHANGED, format!("the key changed from `{}` to `{}`", old.path, new.path)))
        }
        (Some(new), Some(old)) if new.ty != old.ty => Some((
            &rules::KEY_TYPE_CHANGED,
            format!("the type of the key `{}` changed from `{}` to `{}`", new.path, old.ty, new.ty),
        )),
        (None, None) | (Some(_), Some(_)) => None,
    }
}

fn topics(new: &Facts, old: &Facts) -> Option<String> {
    let gone: Vec<String> = old
        .topics
        .iter()
        .filter(|topic| !new.topics.contains(topic))
        .map(|topic| format!("`{topic}`"))
        .collect();
    (!gone.is_empty()).then(|| format!("the event is no longer published to {}", gone.join(", ")))
}

fn producer(new: &Facts, old: &Facts) -> Option<String> {
    let old = old.producer.as_ref()?;
    match &new.producer {
        Some(new) if new == old => None,
        Some(new) => Some(format!("the producer changed from `{old}` to `{new}`")),
        None => Some(format!("the producer `{old}` was removed")),
    }
}
