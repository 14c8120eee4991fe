use std::collections::BTreeMap;
use std::mem::replace;

use signalbook_model::{Definition, Field, Json, Name, Record, Schema, Type};

use super::branch::{is_of_kind, tagged};
use super::describe::describe;
use super::{Form, JsonError, JsonProblem, write};
use crate::path::{self, Step};
use crate::{MAX_DEPTH, Value};

pub(super) fn read(schema: &Schema, json: &Json, form: Form, logical: bool) -> Result<Value, Vec<JsonError>> {
    let definitions = &schema.definitions;
    let budget = parts(json).saturating_mul(TRIES).saturating_add(FREE_PARTS);
    let mut reader = Reader {
        definitions,
        form,
        logical,
        path: Vec::new(),
        depth: 0,
        budget,
        inexact: 0,
        errors: Vec::new(),
    };
    let value = reader.value(&schema.root, json);
    if reader.budget == 0 {
        return Err(vec![JsonError { path: String::new(), problem: JsonProblem::TooAmbiguous }]);
    }
    if reader.errors.is_empty() { Ok(value) } else { Err(reader.errors) }
}

/// How often, on average, a part of a document may be tried against branches of unions.
const TRIES: usize = 64;

/// How many parts of defaults a document may have beyond its own.
const FREE_PARTS: usize = 100_000;

/// How many errors of a document are told: what is wrong throughout needs no more.
const MOST_ERRORS: usize = 1000;

/// Reads on after an error, so that all are found: a part that is at fault is noted, and becomes null.
struct Reader<'a> {
    definitions: &'a BTreeMap<Name, Definition>,
    form: Form,
    /// Whether logical types are heard.
    logical: bool,
    path: Vec<Step<'a>>,
    depth: usize,
    /// How many more parts may be looked at.
    budget: usize,
    /// How many parts say less, or a little else, than the value read: a field left out, a number that was rounded.
    inexact: usize,
    errors: Vec<JsonError>,
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &'a Type, json: &'a Json) -> Value {
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 {
            return self.error(JsonProblem::TooAmbiguous);
        }
        match (ty, json) {
            (Type::Logical(logical), json) => {
                let value = self.unnamed(&logical.base(), json);
                self.demanded(logical.demands(json), value, json)
            }
            (Type::Array(items), Json::Array(values)) => self.deeper(|reader| reader.items(items, values)),
            (Type::Map(ty), Json::Object(members)) => self.deeper(|reader| reader.entries(ty, members)),
            (Type::Union(branches), json) => self.deeper(|reader| match reader.form {
                Form::Plain => reader.union(branches, json),
                Form::Default => reader.bare_union(branches, json),
                Form::Avro => reader.tagged_union(branches, json),
            }),
            (Type::Named(name), json) => self.named(name, json),
            (Type::Annotated(annotated), json) => self.value(&annotated.ty, json),
            (
                Type::Null
                | Type::Boolean
                | Type::Int
                | Type::Long
                | Type::Float
                | Type::Double
                | Type::Bytes
                | Type::String
                | Type::Array(_)
                | Type::Map(_),
                json,
            ) => self.unnamed(ty, json),
        }
    }

    /// A value of a type that is its own whole description.
    fn unnamed(&mut self, ty: &Type, json: &Json) -> Value {
        let value = match (ty, json) {
            (Type::Null, Json::Null) => Some(Value::Null),
            (Type::Boolean, Json::Bool(value)) => Some(Value::Boolean(*value)),
            (Type::Int, Json::Integer(value)) => i32::try_from(*value).ok().map(Value::Int),
            (Type::Long, Json::Integer(value)) => i64::try_from(*value).ok().map(Value::Long),
            (Type::Float, json) => {
                let value = float(json);
                self.inexact += usize::from(value.is_some_and(|value| write::float(value) != *json));
                value.map(Value::Float)
            }
            (Type::Double, json) => {
                self.inexact += usize::from(matches!(json, Json::Integer(_)));
                double(json).map(Value::Double)
            }
            (Type::Bytes, Json::String(text)) => bytes(text).map(Value::Bytes),
            (Type::String, Json::String(text)) => Some(Value::String(text.clone())),
            (
                Type::Null
                | Type::Boolean
                | Type::Int
                | Type::Long
                | Type::Bytes
                | Type::String
                | Type::Logical(_)
                | Type::Array(_)
                | Type::Map(_)
                | Type::Union(_)
                | Type::Named(_)
                | Type::Annotated(_),
                _,
            ) => None,
        };
        value.unwrap_or_else(|| self.expected(ty, json))
    }

    fn items(&mut self, ty: &'a Type, values: &'a [Json]) -> Value {
        let items = values.iter().enumerate();
        Value::Array(
            items.map(|(index, json)| self.at(Step::Item(index), |reader| reader.value(ty, json))).collect(),
        )
    }

    fn entries(&mut self, ty: &'a Type, members: &'a [(String, Json)]) -> Value {
        let entries = members.iter().enumerate().map(|(index, (key, json))| {
            (key.clone(), self.at(Step::Entry(index), |reader| reader.value(ty, json)))
        });
        Value::Map(entries.collect())
    }

    /// The branch that is named, if the value is one of it; else as [`bare_union`](Self::bare_union).
    fn union(&mut self, branches: &'a [Type], json: &'a Json) -> Value {
        if let Some((index, named)) = tagged(branches, json) {
            let (errors, inexact) = (self.errors.len(), self.inexact);
            let value = self.value(&branches[index], named);
            let may_be_bare = branches.iter().any(|branch| is_of_kind(self.definitions, branch, json));
            if self.errors.len() == errors || !may_be_bare {
                return Value::Union(index, Box::new(value));
            }
            self.errors.truncate(errors);
            self.inexact = inexact;
        }
        self.bare_union(branches, json)
    }

    /// The first branch that fits exactly, else the first that fits. Where only one could fit by its kind, its errors are
    /// the union's.
    fn bare_union(&mut self, branches: &'a [Type], json: &'a Json) -> Value {
        let (errors, inexact) = (self.errors.len(), self.inexact);
        let mut nearest = None;
        let mut failed = Vec::new();
        let mut tried = 0;
        for (index, branch) in branches.iter().enumerate() {
            if !is_of_kind(self.definitions, branch, json) {
                continue;
            }
            tried += 1;
            self.inexact = inexact;
            let value = self.value(branch, json);
            if self.errors.len() > errors {
                failed = self.errors.split_off(errors);
            } else if self.inexact == inexact {
                return Value::Union(index, Box::new(value));
            } else if nearest.is_none() {
                nearest = Some(Value::Union(index, Box::new(value)));
            }
        }
        self.inexact = inexact;
        if let Some(nearest) = nearest {
            self.inexact += 1;
            return nearest;
        }
        if tried == 1 {
            self.errors.append(&mut failed);
            return Value::Null;
        }
        let names: Vec<_> = branches.iter().map(|branch| format!("`{}`", branch.branch_name())).collect();
        let expected = format!("one of {}", names.join(", "));
        self.error(JsonProblem::Expected { expected, found: json.kind() })
    }

    fn tagged_union(&mut self, branches: &'a [Type], json: &'a Json) -> Value {
        let chosen = match json {
            Json::Null => branches.iter().position(|branch| branch.branch_name() == "null").zip(Some(json)),
            _ => tagged(branches, json),
        };
        if let Some((index, json)) = chosen {
            return Value::Union(index, Box::new(self.value(&branches[index], json)));
        }
        let forms = branches.iter().map(|branch| match branch.branch_name() {
            "null" => "null".to_owned(),
            name => format!("{{\"{name}\": ...}}"),
        });
        let expected = forms.collect::<Vec<_>>().join(" or ");
        self.error(JsonProblem::Expected { expected, found: json.kind() })
    }

    fn named(&mut self, name: &'a Name, json: &'a Json) -> Value {
        let Some(definition) = self.definitions.get(name) else {
            return self.error(JsonProblem::UndefinedType(name.clone()));
        };
        match (definition, json) {
            (Definition::Record(record), Json::Object(members)) => {
                self.deeper(|reader| reader.record(name, record, members))
            }
            (Definition::Enum(definition), Json::String(symbol)) => {
                match definition.symbols.iter().position(|known| known == symbol) {
                    Some(index) => Value::Enum(index),
                    None => self.expected(&Type::Named(name.clone()), json),
                }
            }
            (Definition::Fixed(fixed), Json::String(text)) => {
                match bytes(text).filter(|bytes| bytes.len() == fixed.size) {
                    Some(bytes) => {
                        let demand = fixed.logical.and_then(|logical| logical.demands(json));
                        self.demanded(demand, Value::Fixed(bytes), json)
                    }
                    None => self.expected(&Type::Named(name.clone()), json),
                }
            }
            (Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_), json) => {
                self.expected(&Type::Named(name.clone()), json)
            }
        }
    }

    fn record(&mut self, name: &Name, record: &'a Record, members: &'a [(String, Json)]) -> Value {
        let mut found = 0;
        let mut values = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            // Most documents have the fields in order.
            let next = members.get(found).filter(|(key, _)| *key == field.name);
            match next.or_else(|| members.iter().find(|(key, _)| *key == field.name)) {
                Some((_, json)) => {
                    found += 1;
                    let value = self.at(Step::Field(&field.name), |reader| reader.value(&field.ty, json));
                    values.push(value);
                }
                None => values.push(self.left_out(field)),
            }
        }
        if found < members.len() {
            self.unknown_fields(name, record, members);
        }
        Value::Record(values)
    }

    /// The default of a field that the document leaves out.
    fn left_out(&mut self, field: &'a Field) -> Value {
        match &field.default {
            Some(default) if self.form != Form::Avro => {
                self.inexact += 1;
                let form = replace(&mut self.form, Form::Default);
                let value = self.at(Step::Field(&field.name), |reader| reader.value(&field.ty, default));
                self.form = form;
                value
            }
            Some(_) | None => {
                let (field, expected) = (field.name.clone(), describe(self.definitions, &field.ty));
                self.error(JsonProblem::MissingField { field, expected })
            }
        }
    }

    fn unknown_fields(&mut self, name: &Name, record: &Record, members: &[(String, Json)]) {
        let known = |key: &str| record.fields.iter().any(|field| field.name == key);
        for (key, _) in members.iter().filter(|(key, _)| !known(key)) {
            let candidates = record.fields.iter().map(|field| field.name.as_str());
            let similar = similar(key, candidates).map(str::to_owned);
            self.error(JsonProblem::UnknownField { record: name.clone(), field: key.clone(), similar });
        }
    }

    fn at(&mut self, step: Step<'a>, read: impl FnOnce(&mut Self) -> Value) -> Value {
        self.path.push(step);
        let value = read(self);
        self.path.pop();
        value
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.depth == MAX_DEPTH {
            return self.error(JsonProblem::TooDeep);
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// The value, or an error where it is one and its logical type demands another.
    fn demanded(&mut self, demand: Option<String>, value: Value, json: &Json) -> Value {
        match demand.filter(|_| self.logical && value != Value::Null) {
            Some(expected) => self.error(JsonProblem::Expected { expected, found: json.kind() }),
            None => value,
        }
    }

    fn expected(&mut self, ty: &Type, found: &Json) -> Value {
        if self.errors.len() == MOST_ERRORS {
            return Value::Null; // what an enum of many symbols expects is long
        }
        let expected = describe(self.definitions, ty);
        self.error(JsonProblem::Expected { expected, found: found.kind() })
    }

    fn error(&mut self, problem: JsonProblem) -> Value {
        // A document that has so many is refused, whatever a union makes of one more.
        if self.errors.len() < MOST_ERRORS {
            let path = path::written(self.path.iter().copied());
            self.errors.push(JsonError { path, problem });
        }
        Value::Null
    }
}

/// How many values a document has, inner ones included.
fn parts(json: &Json) -> usize {
    match json {
        Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Float(_) | Json::String(_) => 1,
        Json::Array(items) => 1 + items.iter().map(parts).sum::<usize>(),
        Json::Object(members) => 1 + members.iter().map(|(_, value)| parts(value)).sum::<usize>(),
    }
}

pub(crate) fn double(json: &Json) -> Option<f64> {
    match json {
        #[expect(clippy::cast_precision_loss, reason = "the nearest double is what the type can hold")]
        Json::Integer(value) => Some(*value as f64),
        Json::Float(value) => Some(*value),
        Json::String(text) => not_finite(text),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

pub(crate) fn float(json: &Json) -> Option<f32> {
    let double = double(json)?;
    #[expect(clippy::cast_possible_truncation, reason = "the nearest float is what the type can hold")]
    let float = double as f32;
    (float.is_finite() || !double.is_finite()).then_some(float)
}

fn not_finite(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// The bytes that text of one code point from 0 to 255 a byte says.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(character).ok()).collect()
}

/// The candidate that is written most like `name`, if one is much like it.
fn similar<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = candidates.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 > 0.8).then_some(best.1)
}
