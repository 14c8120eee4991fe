use std::collections::BTreeSet;

use crate::{Definition, Enum, Event, Fixed, Name, Record, Registry, Type};

/// Collects a [`Registry`] from types that describe themselves.
///
/// A type passes its name and a function that builds its definition, and gets a reference. A definition that
/// is being built is not built again, so recursive types are possible. Several Rust types can describe the
/// same name, such as an owned and a borrowed form. Each is built once, and all definitions must be equal.
#[derive(Debug, Default)]
pub struct Builder {
    registry: Registry,
    described: BTreeSet<(Name, &'static str)>,
    conflicts: Vec<Conflict>,
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

    /// Returns the registry.
    ///
    /// # Errors
    /// Returns every name that has two different descriptions.
    pub fn finish(mut self) -> Result<Registry, Vec<Conflict>> {
        if self.conflicts.is_empty() {
            return Ok(self.registry);
        }
        self.conflicts.sort();
        Err(self.conflicts)
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
