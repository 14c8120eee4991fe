//! The structs of records and events, and their constructors.

use signalbook_model::{Json, Order};

use super::Emitter;
use super::code::Code;
use super::literals::{aliases, assign, deprecated, json};
use super::names::{ItemPath, field_names, nullable};
use super::pretty_print::{attribute, list, method, struct_literal, words};
use super::types::{RustType, Site};
use crate::checked_registry::{Field, Record, Shape, TypeDef};

/// The parameters and the body of a constructor.
#[derive(Default)]
struct Constructor {
    /// The parameters: one for each field without an initial value.
    parameters: Vec<String>,
    /// The initializers: one for each field.
    initializers: Vec<String>,
}

/// What the struct of a record derives.
pub(super) fn traits(def: &TypeDef) -> &'static [&'static str] {
    let traits = &["Clone", "signalbook::Debug", "PartialEq", "signalbook::Record"];
    if def.has_wire_form { traits } else { &traits[..3] }
}

impl<'a> Emitter<'a> {
    /// Writes the struct of a record, and its constructor.
    pub(super) fn record(&self, code: &mut Code, def: &'a TypeDef, record: &'a Record, item: &ItemPath) {
        let path = def.name.as_str();
        code.begin_item();
        code.doc(def.doc.as_deref());
        code.line(&self.fragments.derive(path, traits(def)));
        if def.has_wire_form {
            let items = [assign("name", path)].into_iter().chain(aliases(&def.aliases));
            code.line(&attribute("record", items));
        }
        code.laid_out(&self.fragments.attributes(path, item.module.len()));
        let site = Site::new(&item.module, Some(&def.name));
        self.structure(code, item, &record.fields, def.has_wire_form, site);
    }

    /// Writes a struct without its attributes, and its constructor.
    pub(super) fn structure(
        &self,
        code: &mut Code,
        item: &ItemPath,
        fields: &'a [Field],
        has_wire_form: bool,
        site: Site<'_>,
    ) {
        let mut constructor = Constructor::default();
        code.block(&format!("pub struct {}", item.name), |code| {
            for (field, rust_name) in fields.iter().zip(field_names(fields)) {
                self.field(code, &mut constructor, field, &rust_name, has_wire_form, site);
            }
        });
        constructor.write(code, &item.name);
    }

    fn field(
        &self,
        code: &mut Code,
        constructor: &mut Constructor,
        field: &'a Field,
        name: &str,
        has_wire_form: bool,
        site: Site<'_>,
    ) {
        let rust = self.rust_type(&field.shape, site);
        let items = if has_wire_form {
            wire_items(field, name, &rust, self.is_option(&field.shape))
        } else {
            pii(field).collect()
        };
        let RustType { ty, converts, .. } = rust;
        code.doc(field.doc.as_deref());
        if let Some(deprecation) = &field.deprecation {
            code.line(&deprecated(deprecation));
        }
        if !items.is_empty() {
            code.line(&attribute("avro", items));
        }
        code.line(&format!("pub {name}: {ty},"));
        let initializer = match self.filled(field, site) {
            Some(value) => format!("{name}: {value}"),
            None if converts => {
                constructor.parameters.push(list(&format!("{name}: impl Into<"), [&ty], ">"));
                format!("{name}: {}", method(name, "into"))
            }
            None => {
                constructor.parameters.push(format!("{name}: {ty}"));
                name.to_owned()
            }
        };
        constructor.initializers.push(initializer);
    }

    /// Returns the value that the constructor fills in. Without one, the field is a parameter.
    pub(super) fn filled(&self, field: &'a Field, site: Site<'_>) -> Option<String> {
        let value = field.initial.as_ref().or(field.default.as_ref())?;
        self.value(&field.shape, value, site)
    }

    fn is_option(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Optional(_) => true,
            Shape::Union(branches) => nullable(self.checked, branches).is_some(),
            Shape::Builtin(_) | Shape::List(_) | Shape::Map(_) | Shape::Type(_) | Shape::Scalar(_) => false,
        }
    }
}

impl Constructor {
    /// Writes `new` with a parameter for each field without an initial value, or `Default` if there is no
    /// such field. Writes nothing if no field has an initial value, because a struct literal is sufficient
    /// then.
    fn write(&self, code: &mut Code, name: &str) {
        let Self { parameters, initializers } = self;
        if parameters.len() == initializers.len() {
            return;
        }
        let literal = struct_literal("Self", initializers);
        code.begin_item();
        if parameters.is_empty() {
            code.block(&words("impl Default", &format!("for {name}")), |code| {
                code.block("fn default() -> Self", |code| code.line(&literal));
            });
        } else {
            code.block(&format!("impl {name}"), |code| {
                code.doc(Some("Creates a value. All other fields have their initial values."));
                let new = list("pub fn new(", parameters, ") -> Self");
                code.block(&new, |code| code.line(&literal));
            });
        }
    }
}

/// Returns the items of `#[avro(…)]` on a field. `is_option` tells whether its Rust type is an `Option`.
fn wire_items(field: &Field, rust_name: &str, rust: &RustType, is_option: bool) -> Vec<String> {
    let mut items = Vec::new();
    let Field { name, plain_default: default, aliases: others, .. } = field;
    if signalbook_model::rust::unraw(rust_name) != name {
        items.push(assign("name", name));
    }
    items.extend(aliases(others));
    match default {
        None if is_option => items.push("required".to_owned()),
        // Null is the default of an `Option`.
        Some(Json::Null) if is_option => {}
        None => {}
        Some(default) => items.push(format!("default = {}", json(default))),
    }
    items.extend(rust.items());
    match field.order {
        Order::Ascending => {}
        Order::Descending => items.push(assign("order", "descending")),
        Order::Ignore => items.push(assign("order", "ignore")),
    }
    items.extend(pii(field));
    items
}

fn pii(field: &Field) -> impl Iterator<Item = String> {
    field.pii.iter().map(|class| assign("pii", class))
}
