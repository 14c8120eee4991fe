//! Rust expressions for the values that a registry holds.

use signalbook_model::{Json, Name, Primitive};

use super::Emitter;
use super::layout::{array, call, list, macro_call, method, struct_literal};
use super::names::{branch_names, field_names, nullable, symbol_names};
use super::text::{float, literal};
use super::types::{Site, path};
use crate::settings::UuidWire;
use crate::{Builtin, Record, Shape, TypeKind};

impl<'a> Emitter<'a> {
    /// The expression for `value`, a value of `shape`; none where its Rust type is not ours to construct.
    pub(super) fn value(&self, shape: &'a Shape, value: &Json, site: Site<'_>) -> Option<String> {
        match (shape, value) {
            (Shape::Builtin(builtin), _) => self.builtin_value(*builtin, value),
            (Shape::List(_), Json::Array(items)) if items.is_empty() => Some("Vec::new()".to_owned()),
            (Shape::List(inner), Json::Array(items)) => {
                let items = items.iter().map(|item| self.value(inner, item, site.elsewhere()));
                let items = items.collect::<Option<Vec<_>>>()?;
                Some(call("Vec::from", &array(&items)))
            }
            (Shape::Map(inner), Json::Object(entries)) => {
                let map = &self.fragments.map;
                if entries.is_empty() {
                    return Some(format!("{map}::new()"));
                }
                let entries = entries.iter().map(|(key, value)| {
                    let value = self.value(inner, value, site.elsewhere())?;
                    Some(list("(", [method(&literal(key), "to_owned"), value], ")"))
                });
                let entries = entries.collect::<Option<Vec<_>>>()?;
                Some(call(&format!("{map}::from"), &array(&entries)))
            }
            (Shape::Optional(_), Json::Null) => Some("None".to_owned()),
            (Shape::Optional(inner), _) => self.value(inner, value, site).map(|value| call("Some", &value)),
            (Shape::Union(branches), _) if nullable(branches).is_some() => {
                (*value == Json::Null).then(|| "None".to_owned())
            }
            (Shape::Union(branches), _) => {
                let path = path(self.names.union_place(shape), site.module);
                self.branch_value(&path, branches, value, site)
            }
            (Shape::Type(name), _) => {
                let path = path(self.names.type_place(name), site.module);
                let value = match (&self.contract.type_def(name)?.kind, value) {
                    (TypeKind::Record(record), Json::Object(members)) => {
                        self.record_value(&path, record, members, Site::new(site.module, Some(name)))?
                    }
                    (TypeKind::Enum(definition), Json::String(symbol)) => {
                        let index = definition.symbols.iter().position(|known| known.value == *symbol)?;
                        format!("{path}::{}", symbol_names(definition).get(index)?)
                    }
                    (TypeKind::Fixed(_), Json::String(text)) => call(&path, &array(&byte_values(text)?)),
                    (TypeKind::Union(branches), _) => {
                        self.branch_value(&path, branches, value, Site::new(site.module, Some(name)))?
                    }
                    (TypeKind::Record(_) | TypeKind::Enum(_) | TypeKind::Fixed(_), _) => return None,
                };
                Some(self.in_box(name, value, site))
            }
            (Shape::Scalar(name), _) => {
                let scalar = self.contract.scalar(name)?;
                let foreign = self.fragments.foreign(name)?;
                let wire = scalar.wire.as_ref().filter(|_| foreign.rust.is_none())?;
                match wire {
                    Shape::Union(branches) if self.has_item(scalar) && nullable(branches).is_none() => {
                        let path = path(self.names.type_place(name), site.module);
                        let value =
                            self.branch_value(&path, branches, value, Site::new(site.module, Some(name)))?;
                        Some(self.in_box(name, value, site))
                    }
                    wire => self.value(wire, value, site),
                }
            }
            (Shape::List(_) | Shape::Map(_), _) => None,
        }
    }

    fn in_box(&self, name: &Name, value: String, site: Site<'_>) -> String {
        if self.boxed(name, site) { call("Box::new", &value) } else { value }
    }

    fn record_value(
        &self,
        path: &str,
        record: &'a Record,
        members: &[(String, Json)],
        site: Site<'_>,
    ) -> Option<String> {
        let names = field_names(&record.fields);
        let fields = record.fields.iter().zip(names).map(|(field, name)| {
            let (_, value) = members.iter().find(|(member, _)| *member == field.name)?;
            let value = self.value(&field.shape, value, site)?;
            Some(format!("{name}: {value}"))
        });
        let fields = fields.collect::<Option<Vec<_>>>()?;
        Some(struct_literal(path, fields))
    }

    /// A value of a union: null, or one of the first other branch.
    fn branch_value(
        &self,
        path: &str,
        branches: &'a [Shape],
        value: &Json,
        site: Site<'_>,
    ) -> Option<String> {
        let is_null = *value == Json::Null;
        let index = branches.iter().position(|branch| {
            matches!(branch, Shape::Builtin(Builtin::Primitive(Primitive::Null))) == is_null
        })?;
        let variant = format!("{path}::{}", branch_names(branches).get(index)?);
        if is_null {
            return Some(variant);
        }
        self.value(&branches[index], value, site).map(|value| call(&variant, &value))
    }

    fn builtin_value(&self, builtin: Builtin, value: &Json) -> Option<String> {
        match builtin {
            Builtin::Primitive(Primitive::Null) => (*value == Json::Null).then(|| "()".to_owned()),
            Builtin::Primitive(Primitive::Boolean) => match value {
                Json::Bool(value) => Some(value.to_string()),
                _ => None,
            },
            Builtin::Primitive(Primitive::Int | Primitive::Long) => whole(value),
            Builtin::Primitive(Primitive::Float) => number(value, "f32"),
            Builtin::Primitive(Primitive::Double) => number(value, "f64"),
            Builtin::Primitive(Primitive::Bytes) => bytes(string(value)?),
            Builtin::Primitive(Primitive::String) => Some(text(string(value)?)),
            Builtin::Logical(logical) => self.builtin_value(Builtin::Primitive(logical.primitive()), value),
            Builtin::Duration => duration(string(value)?),
            Builtin::Uuid => match (&self.fragments.uuid, self.contract.settings.uuid) {
                (None, UuidWire::Text | UuidWire::Logical) => Some(text(string(value)?)),
                (None, UuidWire::Fixed) => byte_values(string(value)?).map(|bytes| array(&bytes)),
                (Some(_), UuidWire::Text | UuidWire::Logical | UuidWire::Fixed) => None,
            },
            Builtin::DateTime if self.fragments.datetime.is_some() => None,
            Builtin::DateTime => match self.contract.settings.datetime.logical() {
                Some(_) => whole(value),
                None => string(value).map(|text| call("signalbook::DateTime::from", &literal(text))),
            },
        }
    }
}

fn string(value: &Json) -> Option<&str> {
    match value {
        Json::String(value) => Some(value),
        _ => None,
    }
}

fn whole(value: &Json) -> Option<String> {
    match value {
        Json::Integer(value) => Some(value.to_string()),
        _ => None,
    }
}

fn text(value: &str) -> String {
    if value.is_empty() { "String::new()".to_owned() } else { method(&literal(value), "to_owned") }
}

fn number(value: &Json, ty: &str) -> Option<String> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "the nearest number is what the field would hold")]
        Json::Integer(value) => Some(float(*value as f64)),
        Json::Float(value) if value.is_nan() => Some(format!("{ty}::NAN")),
        Json::Float(value) if value.is_infinite() && *value > 0.0 => Some(format!("{ty}::INFINITY")),
        Json::Float(value) if value.is_infinite() => Some(format!("{ty}::NEG_INFINITY")),
        Json::Float(value) => Some(float(*value)),
        _ => None,
    }
}

fn bytes(text: &str) -> Option<String> {
    let bytes = byte_values(text)?;
    Some(if bytes.is_empty() { "Vec::new()".to_owned() } else { macro_call("vec", bytes) })
}

/// Months, days and milliseconds, each 32 bits little endian.
fn duration(text: &str) -> Option<String> {
    let bytes = text.chars().map(|point| u8::try_from(u32::from(point)).ok()).collect::<Option<Vec<u8>>>()?;
    let (parts, _) = bytes.as_chunks::<4>();
    let [months, days, milliseconds] = parts else { return None };
    let parts = [("months", months), ("days", days), ("milliseconds", milliseconds)];
    let fields = parts.map(|(name, part)| format!("{name}: {}", u32::from_le_bytes(*part)));
    Some(struct_literal("signalbook::Duration", fields))
}

/// The bytes that a default of Avro writes as code points 0 to 255.
fn byte_values(text: &str) -> Option<Vec<String>> {
    let byte = |point: char| u8::try_from(u32::from(point)).ok().map(|byte| byte.to_string());
    text.chars().map(byte).collect()
}
