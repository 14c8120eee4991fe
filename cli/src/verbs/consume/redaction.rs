//! Replaces personal data in events that are printed for people.

use std::collections::BTreeMap;

use signalbook_data::{Mismatch, Value, plain};
use signalbook_model::{Definition, DefinitionMatches, Field, Json, Name, Record, Registry, Schema, Type};

/// A schema of an event in which each field with personal data is a string that names its class, as in the
/// `Debug` output of the generated types.
#[derive(Debug)]
pub(super) struct Redaction {
    /// The schema of the version.
    schema: Schema,
    /// The schema with strings in place of personal data.
    redacted: Schema,
    /// The string for a field, by its record and its index.
    texts: BTreeMap<(Name, usize), String>,
}

impl Redaction {
    /// Makes the redaction of a version of `event_type`. A field is personal data if the current registry
    /// says so for a field of this name in this record, or if `accepted`, the classes of personal data by
    /// path that were accepted or published with the version, say so.
    pub(super) fn new(
        schema: &Schema,
        registry: Option<&Registry>,
        event_type: &Name,
        accepted: &BTreeMap<String, String>,
    ) -> Self {
        let mut redaction = Self { schema: schema.clone(), redacted: schema.clone(), texts: BTreeMap::new() };
        let event = registry.and_then(|registry| registry.events.get(event_type));
        if let (Type::Named(root), Some(event)) = (&schema.root, event) {
            redaction.hide_as(root, &event.data);
        }
        if let Some(registry) = registry {
            redaction.hide_definitions(registry, event_type);
        }
        for (path, class) in accepted {
            let segments: Vec<&str> = path.split('.').collect();
            redaction.hide_at(&schema.root, &segments, class);
        }
        redaction
    }

    /// The data of the event as plain JSON, without personal data.
    pub(super) fn write(&self, value: Value) -> Result<Json, Mismatch> {
        plain::write(&self.redacted, &self.replace(&self.schema.root, value))
    }

    /// Hides the fields that are personal data in the record of the registry that matches theirs. If the
    /// event no longer has such a record, every record with the simple name counts.
    fn hide_definitions(&mut self, registry: &Registry, event_type: &Name) {
        let current = registry.names_by_schema(event_type);
        let definitions =
            current.iter().filter_map(|(name, of)| Some((name.clone(), registry.types.get(*of)?)));
        let definitions = definitions.map(|(name, definition)| (name, definition.clone())).collect();
        let old = self.schema.definitions.clone();
        let matches = DefinitionMatches::find(&old, &definitions);
        for name in old.keys() {
            let is_alike = |(ty, _): &(&Name, &Definition)| match matches.new_of(name) {
                Some(new) => current.get(new) == Some(ty),
                None => ty.simple() == name.simple(),
            };
            let alike = registry.types.iter().filter(is_alike);
            for (_, definition) in alike {
                if let Definition::Record(record) = definition {
                    self.hide_as(name, &record.fields);
                }
            }
        }
    }

    /// Hides the fields of `record` that are personal data in `fields`.
    fn hide_as(&mut self, record: &Name, fields: &[Field]) {
        for field in fields {
            if let Some(class) = &field.pii {
                self.hide(record, &field.name, class);
            }
        }
    }

    /// Hides the fields at a path of [`Facts::pii`](signalbook_model::Facts::pii).
    fn hide_at(&mut self, ty: &Type, segments: &[&str], class: &str) {
        match ty.plain() {
            Type::Array(below) | Type::Map(below) => self.hide_at(below, segments, class),
            Type::Union(branches) => {
                let first = segments.first();
                for branch in branches {
                    let named = matches!(branch.plain(), Type::Named(name) if first == Some(&name.simple()));
                    self.hide_at(branch, &segments[usize::from(named)..], class);
                }
            }
            Type::Named(name) => {
                let Some((field, below)) = segments.split_first() else { return };
                let Some(Definition::Record(record)) = self.schema.definitions.get(name).cloned() else {
                    return;
                };
                match record.fields.iter().find(|known| known.name == *field) {
                    Some(_) if below.is_empty() => self.hide(name, field, class),
                    Some(known) => self.hide_at(&known.ty, below, class),
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn hide(&mut self, record: &Name, field: &str, class: &str) {
        let Some(Definition::Record(Record { fields, .. })) = self.redacted.definitions.get_mut(record)
        else {
            return;
        };
        if let Some(index) = fields.iter().position(|known| known.name == field) {
            fields[index].ty = Type::STRING;
            self.texts.insert((record.clone(), index), format!("<redacted: {class}>"));
        }
    }

    fn replace(&self, ty: &Type, value: Value) -> Value {
        match (ty.plain(), value) {
            (Type::Array(below), Value::Array(items)) => {
                Value::Array(items.into_iter().map(|item| self.replace(below, item)).collect())
            }
            (Type::Map(below), Value::Map(values)) => {
                Value::Map(values.into_iter().map(|(key, value)| (key, self.replace(below, value))).collect())
            }
            (Type::Union(branches), Value::Union(branch, value)) => match branches.get(branch) {
                Some(ty) => Value::Union(branch, Box::new(self.replace(ty, *value))),
                None => Value::Union(branch, value),
            },
            (Type::Named(name), Value::Record(values)) => match self.schema.definitions.get(name) {
                Some(Definition::Record(record)) => {
                    let fields = values.into_iter().zip(&record.fields).enumerate();
                    let replaced = fields.map(|(index, (value, field))| {
                        let text = self.texts.get(&(name.clone(), index)).cloned();
                        text.map_or_else(|| self.replace(&field.ty, value), Value::String)
                    });
                    Value::Record(replaced.collect())
                }
                Some(Definition::Enum(_) | Definition::Fixed(_)) | None => Value::Record(values),
            },
            (_, value) => value,
        }
    }
}
