use std::collections::BTreeSet;

use crate::{
    Attributes, Definition, Enum, Field, Fixed, FixedLogical, Json, Logical, Name, Order, Record, Schema,
    Type,
};

/// Returns the JSON of `schema`.
pub(super) fn schema(schema: &Schema) -> Json {
    Writer { schema, written: BTreeSet::new() }.ty(&schema.root, "")
}

struct Writer<'a> {
    schema: &'a Schema,
    written: BTreeSet<&'a Name>,
}

type Members = Vec<(String, Json)>;

impl<'a> Writer<'a> {
    fn ty(&mut self, ty: &'a Type, namespace: &str) -> Json {
        match ty {
            Type::Primitive(_) => Json::string(ty.branch_name()),
            Type::Union(branches) => {
                Json::Array(branches.iter().map(|branch| self.ty(branch, namespace)).collect())
            }
            Type::Named(name) => match self.schema.definitions.get_key_value(name) {
                Some((name, definition)) if self.written.insert(name) => {
                    Json::Object(self.definition(name, definition, namespace))
                }
                Some(_) | None => Json::string(reference(name, namespace)),
            },
            Type::Logical(_) | Type::Array(_) | Type::Map(_) => Json::Object(self.object(ty, namespace)),
            Type::Annotated(annotated) => {
                let mut members = self.object(&annotated.ty, namespace);
                if members.iter().any(|(key, _)| annotated.attributes.contains_key(key)) {
                    members = vec![member("type", Json::Object(members))];
                }
                attributes(&mut members, &annotated.attributes);
                Json::Object(members)
            }
        }
    }

    /// Returns a type as an object, to which attributes can be added.
    fn object(&mut self, ty: &'a Type, namespace: &str) -> Members {
        match ty {
            Type::Logical(logical) => logical_type(*logical),
            Type::Array(items) => {
                vec![member("type", Json::string("array")), member("items", self.ty(items, namespace))]
            }
            Type::Map(values) => {
                vec![member("type", Json::string("map")), member("values", self.ty(values, namespace))]
            }
            Type::Primitive(_) | Type::Union(_) | Type::Named(_) | Type::Annotated(_) => {
                vec![member("type", self.ty(ty, namespace))]
            }
        }
    }

    fn definition(&mut self, name: &'a Name, definition: &'a Definition, namespace: &str) -> Members {
        let kind = match definition {
            Definition::Record(record) if record.error => "error",
            Definition::Record(_) => "record",
            Definition::Enum(_) => "enum",
            Definition::Fixed(_) => "fixed",
        };
        let mut members =
            vec![member("type", Json::string(kind)), member("name", Json::string(name.simple()))];
        if name.namespace() != namespace {
            members.push(member("namespace", Json::string(name.namespace())));
        }
        described(&mut members, definition.doc(), definition.aliases());
        match definition {
            Definition::Record(record) => self.record(&mut members, record, name.namespace()),
            Definition::Enum(definition) => enumeration(&mut members, definition),
            Definition::Fixed(definition) => fixed(&mut members, definition),
        }
        members
    }

    fn record(&mut self, members: &mut Members, record: &'a Record, namespace: &str) {
        let fields = record.fields.iter().map(|field| self.field(field, namespace)).collect();
        members.push(member("fields", Json::Array(fields)));
        attributes(members, &record.attributes);
    }

    fn field(&mut self, field: &'a Field, namespace: &str) -> Json {
        let mut members =
            vec![member("name", Json::string(&field.name)), member("type", self.ty(&field.ty, namespace))];
        described(&mut members, field.doc.as_deref(), &field.aliases);
        if let Some(default) = &field.default {
            members.push(member("default", default.clone()));
        }
        match field.order {
            Order::Ascending => {}
            Order::Descending => members.push(member("order", Json::string("descending"))),
            Order::Ignore => members.push(member("order", Json::string("ignore"))),
        }
        attributes(&mut members, &field.attributes);
        Json::Object(members)
    }
}

fn enumeration(members: &mut Members, definition: &Enum) {
    members.push(member("symbols", texts(&definition.symbols)));
    if let Some(fallback) = &definition.fallback {
        members.push(member("default", Json::string(fallback)));
    }
    attributes(members, &definition.attributes);
}

fn fixed(members: &mut Members, definition: &Fixed) {
    members.push(member("size", Json::Integer(definition.size as i128)));
    if let Some(logical) = definition.logical {
        members.push(member("logicalType", Json::string(logical.name())));
        match logical {
            FixedLogical::Decimal { precision, scale } => decimal(members, precision, scale),
            FixedLogical::Duration | FixedLogical::Uuid => {}
        }
    }
    attributes(members, &definition.attributes);
}

fn logical_type(logical: Logical) -> Members {
    let mut members = vec![
        member("type", Json::string(logical.base_name())),
        member("logicalType", Json::string(logical.name())),
    ];
    match logical {
        Logical::Decimal { precision, scale } => decimal(&mut members, precision, scale),
        Logical::Date
        | Logical::TimeMillis
        | Logical::TimeMicros
        | Logical::TimestampMillis
        | Logical::TimestampMicros
        | Logical::TimestampNanos
        | Logical::LocalTimestampMillis
        | Logical::LocalTimestampMicros
        | Logical::LocalTimestampNanos
        | Logical::Uuid
        | Logical::BigDecimal => {}
    }
    members
}

fn decimal(members: &mut Members, precision: u32, scale: u32) {
    members.push(member("precision", Json::Integer(precision.into())));
    members.push(member("scale", Json::Integer(scale.into())));
}

fn described(members: &mut Members, doc: Option<&str>, aliases: &[String]) {
    if let Some(doc) = doc {
        members.push(member("doc", Json::string(doc)));
    }
    if !aliases.is_empty() {
        members.push(member("aliases", texts(aliases)));
    }
}

fn attributes(members: &mut Members, attributes: &Attributes) {
    members.extend(attributes.iter().map(|(key, value)| (key.clone(), value.clone())));
}

/// Returns the reference to `name` in `namespace`. A type without a namespace has only its simple name.
fn reference<'a>(name: &'a Name, namespace: &str) -> &'a str {
    if name.namespace() == namespace { name.simple() } else { name.as_str() }
}

fn member(key: &str, value: Json) -> (String, Json) {
    (key.to_owned(), value)
}

fn texts(texts: &[String]) -> Json {
    Json::Array(texts.iter().map(|each| Json::string(each)).collect())
}
