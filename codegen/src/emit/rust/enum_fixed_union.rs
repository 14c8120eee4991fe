//! Enums, fixeds and unions.

use signalbook_model::rust::{self, Item, unraw};

use super::Emitter;
use super::code::Code;
use super::literals::{aliases, assign};
use super::names::{ItemPath, OPEN, branch_names, symbol_names};
use super::pretty_print::{attribute, list};
use super::types::Site;
use crate::checked_registry::{Enum, Fixed, Shape, TypeDef};

/// What the Rust enum of an Avro enum derives.
pub(super) fn traits(definition: &Enum) -> &'static [&'static str] {
    if definition.open {
        &["Clone", "Debug", "PartialEq", "Eq", "Hash", "signalbook::Enum"]
    } else {
        &["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash", "signalbook::Enum"]
    }
}

impl<'a> Emitter<'a> {
    /// Writes the Rust enum of an Avro enum.
    pub(super) fn symbols(&self, code: &mut Code, def: &TypeDef, definition: &Enum, item: &ItemPath) {
        let path = def.name.as_str();
        code.begin_item();
        code.doc(def.doc.as_deref());
        code.line(&self.fragments.derive(path, traits(definition)));
        let fallback = definition.fallback.iter().map(|fallback| assign("fallback", fallback));
        let items = [assign("name", path)].into_iter().chain(aliases(&def.aliases)).chain(fallback);
        code.line(&attribute("enumeration", items));
        code.laid_out(&self.fragments.attributes(path, item.module.len()));
        code.block(&format!("pub enum {}", item.name), |code| {
            for (symbol, name) in definition.symbols.iter().zip(symbol_names(definition)) {
                if rust::name(Item::Constant, unraw(&name)) != symbol.value {
                    code.line(&attribute("avro", [assign("name", &symbol.value)]));
                }
                code.line(&format!("{name},"));
            }
            if definition.open {
                code.doc(Some("A symbol that is only in the writer schema."));
                code.line("#[avro(open)]");
                code.line(&format!("{OPEN}(Box<str>),"));
            }
        });
    }

    /// Writes the struct of a fixed.
    pub(super) fn fixed(&self, code: &mut Code, def: &TypeDef, fixed: &Fixed, item: &ItemPath) {
        let path = def.name.as_str();
        code.begin_item();
        code.doc(def.doc.as_deref());
        let traits = ["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash", "signalbook::Record"];
        code.line(&self.fragments.derive(path, &traits));
        let logical = fixed.logical.map(|logical| assign("logical", &logical.to_string()));
        let items = [assign("name", path)].into_iter().chain(aliases(&def.aliases)).chain(logical);
        code.line(&attribute("record", items));
        code.laid_out(&self.fragments.attributes(path, item.module.len()));
        let open = format!("pub struct {}(", item.name);
        code.line(&list(&open, [format!("pub [u8; {}]", fixed.size)], ");"));
    }

    /// Writes the enum of a union. Patterns in the settings match `path`.
    pub(super) fn union(
        &self,
        code: &mut Code,
        doc: Option<&str>,
        path: &str,
        item: &ItemPath,
        branches: &'a [Shape],
        site: Site<'_>,
    ) {
        code.begin_item();
        code.doc(doc);
        let has_wire_form = branches.iter().all(|branch| self.has_wire_form(branch));
        let traits: &[&str] = if has_wire_form {
            &["Clone", "Debug", "PartialEq", "signalbook::Enum"]
        } else {
            &["Clone", "Debug", "PartialEq"]
        };
        code.line(&self.fragments.derive(path, traits));
        code.laid_out(&self.fragments.attributes(path, site.module.len()));
        code.block(&format!("pub enum {}", item.name), |code| {
            for (branch, name) in branches.iter().zip(branch_names(self.checked, branches)) {
                if self.checked.is_null(branch) {
                    code.line(&format!("{name},"));
                    continue;
                }
                let rust = self.rust_type(branch, site);
                let items = if has_wire_form { rust.items() } else { Vec::new() };
                if !items.is_empty() {
                    code.line(&attribute("avro", items));
                }
                code.line(&list(&format!("{name}("), [rust.ty], "),"));
            }
        });
    }

    fn has_wire_form(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Builtin(_) => true,
            Shape::List(inner) | Shape::Map(inner) | Shape::Optional(inner) => self.has_wire_form(inner),
            Shape::Union(branches) => branches.iter().all(|branch| self.has_wire_form(branch)),
            Shape::Type(name) => self.checked.type_def(name).is_some_and(|def| def.has_wire_form),
            Shape::Scalar(name) => {
                let wire = self.checked.scalar(name).and_then(|scalar| scalar.wire.as_ref());
                wire.is_some_and(|wire| self.has_wire_form(wire))
            }
        }
    }
}
