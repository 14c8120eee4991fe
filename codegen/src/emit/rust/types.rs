//! The Rust types of shapes, and the attributes that they need.

use signalbook_model::{Logical, Name, Primitive};

use super::Emitter;
use super::literals::assign;
use super::module_paths::relative;
use super::names::{ItemPath, is_enum, nullable};
use super::pretty_print::{flat, list};
use crate::checked_registry::{Scalar, Shape};
use crate::settings::UuidWire;
use crate::syntax::Builtin;

/// Where a shape is used. It determines the paths in the Rust type, and which references are boxed.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// The module.
    pub(super) module: &'a [String],
    /// The type that contains the shape as a field or branch. `None` in an event, because no type contains an
    /// event.
    pub(super) holder: Option<&'a Name>,
    /// Whether the holder contains the shape directly, not in a list or map.
    direct: bool,
}

/// A Rust type, and the attributes that give it the correct wire form.
pub(super) struct RustType {
    /// The type.
    pub(super) ty: String,
    /// The adapter.
    adapter: Option<String>,
    /// The logical type of the innermost type.
    logical: Option<String>,
    /// Whether a constructor takes `impl Into` of this type: a `String`, an alias of it, or a `DateTime`.
    pub(super) converts: bool,
}

impl<'a> Site<'a> {
    pub(super) fn new(module: &'a [String], holder: Option<&'a Name>) -> Self {
        Self { module, holder, direct: true }
    }

    /// Returns the site of the items of a list or map at this site.
    pub(super) fn elsewhere(self) -> Self {
        Self { direct: false, ..self }
    }
}

impl RustType {
    fn plain(ty: impl Into<String>) -> Self {
        Self { ty: ty.into(), adapter: None, logical: None, converts: false }
    }

    fn text() -> Self {
        Self { converts: true, ..Self::plain("String") }
    }

    fn logical(base: Self, logical: Logical) -> Self {
        Self { logical: Some(logical.to_string()), ..base }
    }

    fn adapted(ty: impl Into<String>, adapter: impl Into<String>) -> Self {
        Self { adapter: Some(adapter.into()), ..Self::plain(ty) }
    }

    /// Wraps the type and its adapter.
    fn within(self, wrap: impl Fn(String) -> String) -> Self {
        Self { ty: wrap(self.ty), adapter: self.adapter.map(wrap), logical: self.logical, converts: false }
    }

    /// Returns the items of `#[avro(…)]` for the type.
    pub(super) fn items(&self) -> Vec<String> {
        let adapter = self.adapter.as_ref().map(|adapter| assign("as", &flat(adapter)));
        let logical = self.logical.as_ref().map(|logical| assign("logical", logical));
        adapter.into_iter().chain(logical).collect()
    }
}

/// Returns the path from `module` to `item`.
pub(super) fn path(item: Option<&ItemPath>, module: &[String]) -> String {
    item.map(|item| relative(module, &item.module, &item.name)).unwrap_or_default()
}

impl<'a> Emitter<'a> {
    /// Returns the Rust type of `shape` at `site`.
    pub(super) fn rust_type(&self, shape: &'a Shape, site: Site<'_>) -> RustType {
        match shape {
            Shape::Builtin(builtin) => self.builtin(*builtin),
            Shape::List(items) => {
                self.rust_type(items, site.elsewhere()).within(|ty| list("Vec<", [ty], ">"))
            }
            Shape::Map(values) => {
                let map = &self.fragments.map;
                let wrap = |values| list(&format!("{map}<"), ["String".to_owned(), values], ">");
                self.rust_type(values, site.elsewhere()).within(wrap)
            }
            Shape::Optional(inner) => self.rust_type(inner, site).within(|ty| list("Option<", [ty], ">")),
            Shape::Union(branches) => match nullable(self.checked, branches) {
                Some(inner) => self.rust_type(inner, site).within(|ty| list("Option<", [ty], ">")),
                None => RustType::plain(path(self.names.union_path(shape), site.module)),
            },
            Shape::Type(name) => {
                let ty = RustType::plain(path(self.names.type_path(name), site.module));
                if self.boxed(name, site) { ty.within(|ty| list("Box<", [ty], ">")) } else { ty }
            }
            Shape::Scalar(name) => match self.checked.scalar(name) {
                Some(scalar) => self.scalar(scalar, site),
                None => RustType::plain("()"),
            },
        }
    }

    /// Returns true if the reference to `name` at `site` must be boxed.
    pub(super) fn boxed(&self, name: &Name, site: Site<'_>) -> bool {
        site.direct && site.holder.is_some_and(|holder| self.cycles.closes(holder, name))
    }

    /// Returns true if `scalar` has an item: a type alias, or the enum of its union.
    pub(super) fn has_item(&self, scalar: &Scalar) -> bool {
        let foreign = self.fragments.foreign(&scalar.name);
        let is_foreign = foreign.is_some_and(|foreign| foreign.rust.is_some());
        let is_adapted = foreign.is_some_and(|foreign| foreign.adapter.is_some());
        match &scalar.wire {
            Some(_) if is_foreign => false,
            Some(Shape::Builtin(builtin)) => *builtin != Builtin::Primitive(Primitive::Null) && !is_adapted,
            // An adapter for a union needs the enum of the scalar.
            Some(wire) => is_enum(self.checked, wire),
            None => false,
        }
    }

    fn scalar(&self, scalar: &'a Scalar, site: Site<'_>) -> RustType {
        let foreign = self.fragments.foreign(&scalar.name);
        let rust = foreign.and_then(|foreign| foreign.rust.as_ref());
        let adapter = foreign.and_then(|foreign| foreign.adapter.as_ref());
        let wire = |site| match &scalar.wire {
            Some(wire) => self.rust_type(wire, site),
            None => RustType::plain("()"),
        };
        match (rust, adapter) {
            (Some(rust), Some(adapter)) => RustType::adapted(rust, adapter),
            (Some(rust), None) => RustType::plain(rust),
            (None, adapter) if self.has_item(scalar) => {
                let item = path(self.names.type_path(&scalar.name), site.module);
                let ty = match (&scalar.wire, adapter) {
                    (_, Some(adapter)) => RustType::adapted(item, adapter),
                    (Some(Shape::Builtin(builtin)), None) => RustType { ty: item, ..self.builtin(*builtin) },
                    (Some(_) | None, None) => RustType::plain(item),
                };
                if self.boxed(&scalar.name, site) { ty.within(|ty| list("Box<", [ty], ">")) } else { ty }
            }
            (None, Some(adapter)) => RustType::adapted(wire(site).ty, adapter),
            (None, None) => wire(site),
        }
    }

    /// Returns the Rust type of a built-in type.
    pub(super) fn builtin(&self, builtin: Builtin) -> RustType {
        match builtin {
            Builtin::Primitive(Primitive::Null) => RustType::plain("()"),
            Builtin::Primitive(Primitive::Boolean) => RustType::plain("bool"),
            Builtin::Primitive(Primitive::Int) => RustType::plain("i32"),
            Builtin::Primitive(Primitive::Long) => RustType::plain("i64"),
            Builtin::Primitive(Primitive::Float) => RustType::plain("f32"),
            Builtin::Primitive(Primitive::Double) => RustType::plain("f64"),
            Builtin::Primitive(Primitive::Bytes) => RustType::plain(list("Vec<", ["u8"], ">")),
            Builtin::Primitive(Primitive::String) => RustType::text(),
            Builtin::Logical(logical) => {
                RustType::logical(self.builtin(Builtin::Primitive(logical.primitive())), logical)
            }
            Builtin::Duration => RustType::plain("signalbook::Duration"),
            Builtin::Uuid => match (&self.fragments.uuid, self.checked.settings.uuid) {
                (None, UuidWire::Text) => RustType::text(),
                (None, UuidWire::Logical) => RustType::logical(RustType::text(), Logical::Uuid),
                (None, UuidWire::Fixed) => RustType::adapted("[u8; 16]", "signalbook::wire::UuidFixed"),
                (Some(ty), UuidWire::Text) => RustType::adapted(ty, "signalbook::wire::UuidString"),
                (Some(ty), UuidWire::Logical) => RustType::plain(ty),
                (Some(ty), UuidWire::Fixed) => RustType::adapted(ty, "signalbook::wire::UuidFixed"),
            },
            Builtin::DateTime => match (&self.fragments.datetime, self.checked.settings.datetime.logical()) {
                (Some(ty), _) => RustType::plain(ty),
                (None, None) => RustType { converts: true, ..RustType::plain("signalbook::DateTime") },
                (None, Some(logical)) => {
                    RustType::logical(self.builtin(Builtin::Primitive(logical.primitive())), logical)
                }
            },
        }
    }
}
