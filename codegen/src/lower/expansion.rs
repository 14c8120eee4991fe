//! The wire forms of shapes.

use std::collections::HashMap;

use signalbook_model::{Logical, Name, Type, fixed_names};

use super::date_time_text;
use crate::checked_registry::Shape;
use crate::settings::{Settings, UuidWire};
use crate::syntax::Builtin;

/// The scalars and named unions. They have no name on the wire: each is replaced by its expansion.
pub(super) struct Expansions {
    pub(super) settings: Settings,
    pub(super) by_name: HashMap<Name, Expansion>,
}

/// What replaces a scalar or a named union.
pub(super) enum Expansion {
    /// This shape.
    Shape(Shape),
    /// Nothing: it has no wire form.
    NoWireForm,
    /// Unknown because of an error, which is reported.
    Broken,
}

/// What distinguishes the branches of a union.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Branch {
    /// A type without a name, by its wire form.
    Unnamed(&'static str),
    /// A record, enum or fixed.
    Named(Name),
    /// A union, which cannot be a branch.
    Union,
    /// A type without a wire form, or a broken type. It never equals another branch.
    Nothing,
}

impl Expansions {
    /// Returns false if the declaration of `name` is broken.
    pub(super) fn is_sound(&self, name: &Name) -> bool {
        !matches!(self.by_name.get(name), Some(Expansion::Broken))
    }

    /// Returns the branch that `shape` is in a union.
    pub(super) fn branch(&self, shape: &Shape) -> Branch {
        match shape {
            Shape::Builtin(builtin) => match self.builtin(*builtin) {
                Type::Named(name) => Branch::Named(name),
                ty => Branch::Unnamed(word(&ty.wire())),
            },
            Shape::List(_) => Branch::Unnamed("list"),
            Shape::Map(_) => Branch::Unnamed("map"),
            Shape::Optional(_) | Shape::Union(_) => Branch::Union,
            Shape::Type(name) | Shape::Scalar(name) => match self.by_name.get(name) {
                Some(Expansion::Shape(shape)) => self.branch(shape),
                Some(Expansion::NoWireForm | Expansion::Broken) => Branch::Nothing,
                None => Branch::Named(name.clone()),
            },
        }
    }

    /// Returns the wire form of `shape`. Returns `None` if a part of it has no wire form.
    pub(super) fn wire(&self, shape: &Shape) -> Option<Type> {
        self.expand(shape, Self::builtin)
    }

    /// Like [`wire`](Self::wire), but a UUID or date-time whose wire form is a string has a type that allows
    /// only the strings that the Rust types read. Defaults are checked against it.
    pub(super) fn default_type(&self, shape: &Shape) -> Option<Type> {
        self.expand(shape, |expansions, builtin| match (builtin, expansions.builtin(builtin)) {
            (Builtin::Uuid, Type::STRING) => Type::Logical(Logical::Uuid),
            (Builtin::DateTime, Type::STRING) => date_time_text::text(),
            (_, wire) => wire,
        })
    }

    fn expand(&self, shape: &Shape, of_builtin: fn(&Self, Builtin) -> Type) -> Option<Type> {
        let expand = |shape| self.expand(shape, of_builtin);
        match shape {
            Shape::Builtin(builtin) => Some(of_builtin(self, *builtin)),
            Shape::List(items) => Some(Type::array(expand(items)?)),
            Shape::Map(values) => Some(Type::map(expand(values)?)),
            Shape::Optional(some) => Some(Type::optional(expand(some)?)),
            Shape::Union(branches) => branches.iter().map(expand).collect::<Option<_>>().map(Type::Union),
            Shape::Type(name) | Shape::Scalar(name) => match self.by_name.get(name) {
                Some(Expansion::Shape(shape)) => expand(shape),
                Some(Expansion::NoWireForm | Expansion::Broken) => None,
                None => Some(Type::Named(name.clone())),
            },
        }
    }

    fn builtin(&self, builtin: Builtin) -> Type {
        match builtin {
            Builtin::Primitive(primitive) => Type::Primitive(primitive),
            Builtin::Logical(logical) => Type::Logical(logical),
            Builtin::Duration => Type::Named(Name::new(fixed_names::DURATION)),
            Builtin::Uuid => match self.settings.uuid {
                UuidWire::Text => Type::STRING,
                UuidWire::Logical => Type::Logical(Logical::Uuid),
                UuidWire::Fixed => Type::Named(Name::new(fixed_names::UUID)),
            },
            Builtin::DateTime => self.settings.datetime.logical().map_or(Type::STRING, Type::Logical),
        }
    }
}

impl Branch {
    /// Describes the branch in messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Unnamed(word) => format!("`{word}`"),
            Self::Named(name) => format!("`{name}`"),
            Self::Union => "a union".to_owned(),
            Self::Nothing => "nothing".to_owned(),
        }
    }
}

fn word(ty: &Type) -> &'static str {
    match ty {
        Type::Primitive(primitive) => primitive.name(),
        Type::Array(_) => "list",
        Type::Map(_) => "map",
        Type::Logical(logical) => logical.name(),
        Type::Union(_) => "union",
        Type::Named(_) => "type",
        Type::Annotated(annotated) => word(&annotated.ty),
    }
}
