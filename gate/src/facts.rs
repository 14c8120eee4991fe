//! Changes of the facts about an event that its schema does not hold.

use signalbook_diagnostics::Rule;
use signalbook_model::{Definition, Facts, Name, Path, Type};

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
    let mut changes = Vec::new();
    if let (Some(new), Some(old)) = (&new.facts, &old.facts) {
        let path = || Path::Event(candidate.event_type.clone());
        let about = |fact, rule, title| Violation { fact: Some(fact), ..Violation::new(rule, path(), title) };
        changes.extend(key(new, old).map(|(rule, title)| about("key", rule, title)));
        changes.extend(topics(new, old).map(|title| about("topics", &rules::TOPIC_CHANGED, title)));
        changes.extend(producer(new, old).map(|title| about("producer", &rules::PRODUCER_CHANGED, title)));
        for (field, class) in &new.pii {
            // No older event has a new field.
            if !old.pii.contains_key(field) && candidate.had(field) {
                let title =
                    format!("`{field}` is now personal data (`{class}`), but is unprotected in older events");
                changes.push(Violation::new(&rules::PII_ADDED, path(), title));
            }
        }
    }
    changes
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

impl Candidate<'_> {
    /// Whether the last accepted version had the field. For a nested field, any record with a field of the
    /// last segment's name counts, because the path does not name the record.
    fn had(&self, path: &str) -> bool {
        let Some(old) = self.accepted.last() else { return false };
        let is_root = |name: &Name| matches!(&old.schema.root, Type::Named(root) if root == name);
        let (above, field) = path.rsplit_once('.').unwrap_or(("", path));
        old.schema.definitions.iter().any(|(name, definition)| match definition {
            Definition::Record(record) => {
                is_root(name) == above.is_empty() && record.fields.iter().any(|known| known.name == field)
            }
            Definition::Enum(_) | Definition::Fixed(_) => false,
        })
    }
}
