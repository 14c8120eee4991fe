use std::collections::BTreeSet;

use crate::{Definition, Enum, Event, Fixed, Name, Record, Registry, Type};

/// Collects a [`Registry`] from types that describe themselves.
///
/// A type asks for its definition to be built under its name and gets a reference back. A name under construction is not
/// built again, so recursive types end. Several Rust types may describe one name (an owned and a borrowed form do): each
/// is built once, and all must agree.
#[derive(Debug, Default)]
pub struct Builder {
    registry: Registry,
    described: BTreeSet<(Name, &'static str)>,
    conflicts: Vec<Conflict>,
}

/// Two descriptions that disagree on one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The name that both claim.
    pub name: Name,
    /// The Rust type that described it differently from an earlier one.
    pub rust_type: &'static str,
}

impl Builder {
    /// A builder of an empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// The record `name`, as the Rust type `rust_type` (`std::any::type_name`) describes it.
    pub fn record(
        &mut self,
        name: &str,
        rust_type: &'static str,
        build: impl FnOnce(&mut Self) -> Record,
    ) -> Type {
        self.define(name, rust_type, |builder| Definition::Record(build(builder)))
    }

    /// The enum `name`.
    pub fn enumeration(&mut self, name: &str, rust_type: &'static str, build: impl FnOnce() -> Enum) -> Type {
        self.define(name, rust_type, |_| Definition::Enum(build()))
    }

    /// The fixed `name`.
    pub fn fixed(&mut self, name: &str, rust_type: &'static str, build: impl FnOnce() -> Fixed) -> Type {
        self.define(name, rust_type, |_| Definition::Fixed(build()))
    }

    /// The event `event_type`.
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

    /// The registry.
    ///
    /// # Errors
    /// Every name on which two descriptions disagree.
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
