use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Branches, DefaultError, DefaultForm, DefaultReader, Definition, Enum, Event, Field, Fixed, Name, Record,
    Registry, Type,
};

/// Collects a [`Registry`] from types that describe themselves.
///
/// A type passes its name and a function that builds its definition, and gets a reference. A definition that
/// is being built is not built again, so recursive types are possible. Several Rust types can describe the
/// same name, such as an owned and a borrowed form. Each is built once, and all definitions must be equal.
///
/// Defaults are described in the form of a registry: a date is `"2026-01-31"`.
#[derive(Debug, Default)]
pub struct Builder {
    registry: Registry,
    described: BTreeSet<(Name, &'static str)>,
    conflicts: Vec<Conflict>,
}

/// Why descriptions are not a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// Names that have two different descriptions.
    Conflicts(Vec<Conflict>),
    /// The default of a field is not a value of its type.
    Default {
        /// The record. For a data field, it is the record of the event's schema.
        record: Name,
        /// The field.
        field: String,
        /// Why it is not a default of the type.
        error: DefaultError,
    },
}

/// Two different descriptions of the same name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The name.
    pub name: Name,
    /// The Rust type whose description differs from an earlier one.
    pub rust_type: &'static str,
}

impl Builder {
    /// Creates a builder of an empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the record `name` as described by the Rust type `rust_type` (`std::any::type_name`).
    pub fn record(
        &mut self,
        name: &str,
        rust_type: &'static str,
        build: impl FnOnce(&mut Self) -> Record,
    ) -> Type {
        self.define(name, rust_type, |builder| Definition::Record(build(builder)))
    }

    /// Adds the enum `name`.
    pub fn enumeration(&mut self, name: &str, rust_type: &'static str, build: impl FnOnce() -> Enum) -> Type {
        self.define(name, rust_type, |_| Definition::Enum(build()))
    }

    /// Adds the fixed `name`.
    pub fn fixed(&mut self, name: &str, rust_type: &'static str, build: impl FnOnce() -> Fixed) -> Type {
        self.define(name, rust_type, |_| Definition::Fixed(build()))
    }

    /// Adds the event `event_type`.
    pub fn event(
        &mut self,
        event_type: &str,
        rust_type: &'static str,
        build: impl FnOnce(&mut Self) -> Event,
    ) {
        let name = Name::new(event_type);
        if !self.described.insert((name.clone(), rust_type)) {
            return;
        }
        let event = build(self);
        match self.registry.events.get(&name) {
            Some(known) if *known != event => self.conflicts.push(Conflict { name, rust_type }),
            Some(_) => {}
            None => {
                self.registry.events.insert(name, event);
            }
        }
    }

    /// Returns the registry, with defaults in Avro's form.
    ///
    /// # Errors
    /// Returns every name that has two different descriptions, or the first default that is not a value of
    /// its field's type.
    pub fn finish(mut self) -> Result<Registry, BuildError> {
        if !self.conflicts.is_empty() {
            self.conflicts.sort();
            return Err(BuildError::Conflicts(self.conflicts));
        }
        let Registry { mut types, mut events } = self.registry;
        let described = types.clone();
        for (name, definition) in &mut types {
            if let Definition::Record(record) = definition {
                read_defaults(&described, name, &mut record.fields)?;
            }
        }
        for (name, event) in &mut events {
            read_defaults(&described, &Event::record_name(name), &mut event.data)?;
        }
        Ok(Registry { types, events })
    }

    fn define(
        &mut self,
        name: &str,
        rust_type: &'static str,
        build: impl FnOnce(&mut Self) -> Definition,
    ) -> Type {
        let name = Name::new(name);
        if self.described.insert((name.clone(), rust_type)) {
            let definition = build(self);
            match self.registry.types.get(&name) {
                Some(known) if *known != definition => {
                    self.conflicts.push(Conflict { name: name.clone(), rust_type });
                }
                Some(_) => {}
                None => {
                    self.registry.types.insert(name.clone(), definition);
                }
            }
        }
        Type::Named(name)
    }
}

/// Reads the defaults of `fields`, the fields of `record`, and replaces them by those of an Avro schema.
fn read_defaults(
    types: &BTreeMap<Name, Definition>,
    record: &Name,
    fields: &mut [Field],
) -> Result<(), BuildError> {
    for Field { name, ty, default, .. } in fields {
        let Some(described) = default.take() else { continue };
        let mut reader = DefaultReader::new(types, DefaultForm::Registry, Branches::First, usize::MAX);
        let read = reader.read(ty, &described).map(|value| value.to_json());
        *default = Some(read.map_err(|error| BuildError::Default {
            record: record.clone(),
            field: name.clone(),
            error,
        })?);
    }
    Ok(())
}
