use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::{Definition, Name, Schema, Type};

impl Schema {
    /// Returns the Parsing Canonical Form (Avro 1.12, "Transforming into Parsing Canonical Form"). It does
    /// not contain defaults, aliases and logical types. Schemas with the same canonical form have the same
    /// encoding.
    pub fn to_canonical_form(&self) -> String {
        let mut writer = Writer { schema: self, written: BTreeSet::new(), out: String::with_capacity(512) };
        writer.ty(&self.root);
        writer.out
    }
}

struct Writer<'a> {
    schema: &'a Schema,
    written: BTreeSet<&'a Name>,
    out: String,
}

impl<'a> Writer<'a> {
    fn ty(&mut self, ty: &'a Type) {
        match ty {
            Type::Primitive(_) | Type::Logical(_) => self.text(ty.branch_name()),
            Type::Array(items) => {
                self.out.push_str(r#"{"type":"array","items":"#);
                self.ty(items);
                self.out.push('}');
            }
            Type::Map(values) => {
                self.out.push_str(r#"{"type":"map","values":"#);
                self.ty(values);
                self.out.push('}');
            }
            Type::Union(branches) => self.list(branches, Self::ty),
            Type::Named(name) => match self.schema.definitions.get_key_value(name) {
                Some((name, definition)) if self.written.insert(name) => self.definition(name, definition),
                Some(_) | None => self.text(name.as_str()),
            },
            Type::Annotated(annotated) => self.ty(&annotated.ty),
        }
    }

    fn definition(&mut self, name: &Name, definition: &'a Definition) {
        self.out.push_str(r#"{"name":"#);
        self.text(name.as_str());
        match definition {
            Definition::Record(record) => {
                let kind = if record.error { "error" } else { "record" };
                let _ = write!(self.out, r#","type":"{kind}","fields":"#);
                self.list(&record.fields, |writer, field| {
                    writer.out.push_str(r#"{"name":"#);
                    writer.text(&field.name);
                    writer.out.push_str(r#","type":"#);
                    writer.ty(&field.ty);
                    writer.out.push('}');
                });
            }
            Definition::Enum(definition) => {
                self.out.push_str(r#","type":"enum","symbols":"#);
                self.list(&definition.symbols, |writer, symbol| writer.text(symbol));
            }
            Definition::Fixed(fixed) => {
                let _ = write!(self.out, r#","type":"fixed","size":{}"#, fixed.size);
            }
        }
        self.out.push('}');
    }

    fn list<T>(&mut self, items: &'a [T], mut item: impl FnMut(&mut Self, &'a T)) {
        self.out.push('[');
        for (index, each) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            item(self, each);
        }
        self.out.push(']');
    }

    /// Writes a JSON string with as few escapes as JSON allows. Legal Avro names need no escapes.
    fn text(&mut self, text: &str) {
        self.out.push('"');
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
            let escaped = rest.as_bytes()[at];
            self.out.push_str(&rest[..at]);
            let _ = match escaped {
                b'"' | b'\\' => write!(self.out, "\\{}", char::from(escaped)),
                control => write!(self.out, "\\u{control:04x}"),
            };
            rest = &rest[at + 1..];
        }
        self.out.push_str(rest);
        self.out.push('"');
    }
}
