use std::collections::{BTreeMap, HashMap, HashSet};
use std::mem::replace;

use signalbook_model::{
    Branches, DefaultError, DefaultForm, DefaultReader, DefaultValue, Definition, Field, Fixed, Json, Name,
    Primitive, PrimitiveValue, Record, Schema, TextError, Type,
};
use signalbook_resolve::wire::Segment;

use super::branch::{LEVELS, is_of_kind, may_be, tagged};
use super::fault::{Fault, Wrong};
use super::form::Form;
use super::{JsonError, JsonProblem, float_to_json};
use crate::{MAX_DEPTH, Value};

pub(super) fn read(schema: &Schema, json: &Json, form: Form) -> Result<Value, Vec<JsonError>> {
    let definitions = &schema.definitions;
    let budget = parts(json).saturating_mul(TRIES).saturating_add(FREE_PARTS);
    let mut reader = Reader {
        definitions,
        form,
        path: Vec::new(),
        depth: 0,
        budget,
        inexact: 0,
        faults: Vec::new(),
        invalid: Vec::new(),
    };
    let value = reader.value(&schema.root, json);
    if reader.budget == 0 {
        return Err(vec![JsonError { path: String::new(), problem: JsonProblem::TooAmbiguous }]);
    }
    let faults = reader.faults.iter().chain(&reader.invalid);
    let errors: Vec<_> = faults.take(MOST_ERRORS).map(|fault| fault.to_error(definitions, form)).collect();
    if errors.is_empty() { Ok(value) } else { Err(errors) }
}

/// How often a part of a document may be compared with branches of unions, on average.
const TRIES: usize = 64;

/// The number of parts that defaults may add to a document.
const FREE_PARTS: usize = 100_000;

/// The largest number of errors that are reported for a document.
const MOST_ERRORS: usize = 1000;

/// Reads a document. After an error it continues, so that all errors are found. An invalid part becomes null.
struct Reader<'a> {
    definitions: &'a BTreeMap<Name, Definition>,
    form: Form,
    path: Vec<Segment<'a>>,
    depth: usize,
    /// The number of parts that may still be read.
    budget: usize,
    /// The number of inexact parts so far: missing fields and rounded numbers.
    inexact: usize,
    faults: Vec<Fault<'a>>,
    /// Texts that are meant as values of a logical type and are not valid. A union does not choose another
    /// branch because of them: an invalid UUID would become bytes.
    invalid: Vec<Fault<'a>>,
}

/// The result of reading a value as a branch.
struct Attempt<'a> {
    value: Value,
    inexact: usize,
    faults: Vec<Fault<'a>>,
    invalid: Vec<Fault<'a>>,
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &'a Type, json: &'a Json) -> Value {
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 {
            return self.fault(Wrong::TooAmbiguous);
        }
        match (ty, json) {
            (Type::Primitive(primitive), json) => {
                self.primitive(*primitive, json).unwrap_or_else(|| self.expected(ty, json))
            }
            (Type::Logical(logical), json) => match self.form {
                Form::Plain => match logical.read_plain(json) {
                    Ok(value) => value.into(),
                    Err(error) => self.no_text(ty, json, error, logical.is_decimal()),
                },
                Form::Avro => match self.primitive(logical.primitive(), json) {
                    Some(value) => value,
                    None => self.expected(ty, json),
                },
            },
            (Type::Array(items), Json::Array(values)) => self.deeper(|reader| reader.items(items, values)),
            (Type::Map(ty), Json::Object(members)) => self.deeper(|reader| reader.entries(ty, members)),
            (Type::Union(branches), json) => self.deeper(|reader| match reader.form {
                Form::Plain => reader.union(branches, json),
                Form::Avro => reader.tagged_union(branches, json),
            }),
            (Type::Named(name), json) => self.named(ty, name, json),
            (Type::Annotated(annotated), json) => self.value(&annotated.ty, json),
            (Type::Array(_) | Type::Map(_), json) => self.expected(ty, json),
        }
    }

    fn primitive(&mut self, primitive: Primitive, json: &Json) -> Option<Value> {
        let value = primitive.read(json)?;
        self.inexact += usize::from(match &value {
            PrimitiveValue::Float(value) => float_to_json::float(*value) != *json,
            PrimitiveValue::Double(_) => matches!(json, Json::Integer(_)),
            _ => false,
        });
        Some(value.into())
    }

    fn items(&mut self, ty: &'a Type, values: &'a [Json]) -> Value {
        let items = values.iter().enumerate();
        Value::Array(
            items
                .map(|(index, json)| self.at(Segment::Item(index), |reader| reader.value(ty, json)))
                .collect(),
        )
    }

    fn entries(&mut self, ty: &'a Type, members: &'a [(String, Json)]) -> Value {
        let entries = members.iter().enumerate().map(|(index, (key, json))| {
            (key.clone(), self.at(Segment::Entry(index), |reader| reader.value(ty, json)))
        });
        Value::Map(entries.collect())
    }

    /// Reads a value of the named branch, if it is valid. Otherwise reads it as a bare value. If that also
    /// fails, reports the faults of the named branch.
    fn union(&mut self, branches: &'a [Type], json: &'a Json) -> Value {
        let Some((index, named)) = tagged(branches, json) else { return self.bare_union(branches, json) };
        let named = self.attempt(&branches[index], named);
        if named.faults.is_empty() {
            return self.keep(index, named);
        }
        let faults = self.faults.len();
        let bare = self.bare_union(branches, json);
        if self.faults.len() == faults {
            return bare;
        }
        self.faults.truncate(faults);
        self.keep(index, named)
    }

    /// Chooses the first branch that matches exactly, or else the first that matches.
    ///
    /// Branches that may match exactly by their first levels are tried first. A value that was written bare
    /// is of the first of them, so it is read only once. If no branch matches, the faults are those of the
    /// only branch of the right kind or form.
    fn bare_union(&mut self, branches: &'a [Type], json: &'a Json) -> Value {
        let definitions = self.definitions;
        let glance = |index: &usize, levels| may_be(definitions, &branches[*index], json, levels);
        let of_kind = (0..branches.len()).filter(|index| is_of_kind(definitions, &branches[*index], json));
        let (likely, others): (Vec<_>, Vec<_>) = of_kind.partition(|index| glance(index, LEVELS));
        let is_alone = likely.len() + others.len() == 1;
        let mut nearest: Option<(usize, Attempt<'a>)> = None;
        let mut failed = Vec::new();
        for index in likely.into_iter().chain(others) {
            let attempt = self.attempt(&branches[index], json);
            if !attempt.faults.is_empty() {
                if is_alone || glance(&index, 0) {
                    failed.push((index, attempt));
                }
            } else if attempt.inexact == 0 {
                return self.keep(index, attempt);
            } else if nearest.as_ref().is_none_or(|(found, _)| index < *found) {
                nearest = Some((index, attempt));
            }
        }
        if let Some((index, attempt)) = nearest {
            return self.keep(index, attempt);
        }
        match (failed.pop(), failed.is_empty()) {
            (Some((index, attempt)), true) => self.keep(index, attempt),
            (Some(_) | None, _) => self.fault(Wrong::Branch { branches, found: json.kind() }),
        }
    }

    fn attempt(&mut self, branch: &'a Type, json: &'a Json) -> Attempt<'a> {
        let (faults, invalid) = (self.faults.len(), self.invalid.len());
        let inexact = replace(&mut self.inexact, 0);
        Attempt {
            value: self.value(branch, json),
            inexact: replace(&mut self.inexact, inexact),
            faults: self.faults.split_off(faults),
            invalid: self.invalid.split_off(invalid),
        }
    }

    fn keep(&mut self, index: usize, attempt: Attempt<'a>) -> Value {
        self.inexact += attempt.inexact;
        self.faults.extend(attempt.faults);
        self.invalid.extend(attempt.invalid);
        Value::Union(index, Box::new(attempt.value))
    }

    fn tagged_union(&mut self, branches: &'a [Type], json: &'a Json) -> Value {
        let chosen = match json {
            Json::Null => branches.iter().position(|branch| branch.branch_name() == "null").zip(Some(json)),
            _ => tagged(branches, json),
        };
        if let Some((index, json)) = chosen {
            return Value::Union(index, Box::new(self.value(&branches[index], json)));
        }
        self.fault(Wrong::Named { branches, found: json.kind() })
    }

    fn named(&mut self, ty: &'a Type, name: &'a Name, json: &'a Json) -> Value {
        let Some(definition) = self.definitions.get(name) else {
            return self.fault(Wrong::Undefined { name });
        };
        match (definition, json) {
            (Definition::Record(record), Json::Object(members)) => {
                self.deeper(|reader| reader.record(name, record, members))
            }
            (Definition::Enum(definition), Json::String(symbol)) => {
                match definition.symbols.iter().position(|known| known == symbol) {
                    Some(index) => Value::Enum(index),
                    None => self.expected(ty, json),
                }
            }
            (Definition::Fixed(Fixed { logical: Some(logical), size, .. }), json)
                if self.form == Form::Plain =>
            {
                match logical.read_plain(*size, json) {
                    Ok(bytes) => Value::Fixed(bytes),
                    Err(error) => self.no_text(ty, json, error, logical.is_decimal()),
                }
            }
            (Definition::Fixed(fixed), Json::String(_)) => {
                match json.to_bytes().filter(|bytes| bytes.len() == fixed.size) {
                    Some(bytes) => Value::Fixed(bytes),
                    None => self.expected(ty, json),
                }
            }
            (Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_), json) => {
                self.expected(ty, json)
            }
        }
    }

    fn record(&mut self, name: &'a Name, record: &'a Record, members: &'a [(String, Json)]) -> Value {
        let mut found = 0;
        let mut by_name = None;
        let mut values = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            // Most documents have the fields in order.
            let next = members.get(found).filter(|(key, _)| *key == field.name).map(|(_, json)| json);
            let given = next.or_else(|| {
                let by_name = by_name.get_or_insert_with(|| {
                    let by_name = members.iter().rev().map(|(key, json)| (key.as_str(), json));
                    by_name.collect::<HashMap<_, _>>()
                });
                by_name.get(field.name.as_str()).copied()
            });
            match given {
                Some(json) => {
                    found += 1;
                    let value = self.at(Segment::Field(&field.name), |reader| reader.value(&field.ty, json));
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

    /// Returns the default of a missing field.
    fn left_out(&mut self, field: &'a Field) -> Value {
        match &field.default {
            Some(default) if self.form == Form::Plain => {
                self.inexact += 1;
                self.at(Segment::Field(&field.name), |reader| reader.default(&field.ty, default))
            }
            Some(_) | None => self.fault(Wrong::Missing { field }),
        }
    }

    fn default(&mut self, ty: &'a Type, json: &'a Json) -> Value {
        let mut reader = DefaultReader::new(self.definitions, DefaultForm::Avro, Branches::Any, self.budget);
        let value = reader.read(ty, json);
        self.budget = reader.budget();
        match value {
            Ok(value) => self.default_value(value),
            Err(_) if self.budget == 0 => self.fault(Wrong::TooAmbiguous),
            Err(DefaultError { expected, .. }) => self.fault(Wrong::Default { expected, found: json.kind() }),
        }
    }

    fn default_value(&mut self, value: DefaultValue<'a>) -> Value {
        self.deeper(|reader| match value {
            DefaultValue::Primitive(value, _) | DefaultValue::Logical(_, value) => value.into(),
            DefaultValue::Array(items) => {
                Value::Array(items.into_iter().map(|item| reader.default_value(item)).collect())
            }
            DefaultValue::Map(entries) => {
                let entries =
                    entries.into_iter().map(|(key, value)| (key.to_owned(), reader.default_value(value)));
                Value::Map(entries.collect())
            }
            DefaultValue::Union(index, value) => Value::Union(index, Box::new(reader.default_value(*value))),
            DefaultValue::Record(record, values) => {
                let values = record.fields.iter().zip(values).map(|(field, value)| match value {
                    Some(value) => reader.default_value(value),
                    None => reader.left_out(field),
                });
                Value::Record(values.collect())
            }
            DefaultValue::Enum(index, _) => Value::Enum(index),
            DefaultValue::Fixed(_, bytes) => Value::Fixed(bytes),
        })
    }

    fn unknown_fields(&mut self, name: &'a Name, record: &Record, members: &'a [(String, Json)]) {
        let known: HashSet<&str> = record.fields.iter().map(|field| field.name.as_str()).collect();
        for (field, _) in members.iter().filter(|(key, _)| !known.contains(key.as_str())) {
            self.fault(Wrong::Unknown { record: name, field });
        }
    }

    fn at(&mut self, segment: Segment<'a>, read: impl FnOnce(&mut Self) -> Value) -> Value {
        self.path.push(segment);
        let value = read(self);
        self.path.pop();
        value
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.depth == MAX_DEPTH {
            return self.fault(Wrong::TooDeep);
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Reports that `json` is not a value of `ty`, a logical type.
    fn no_text(&mut self, ty: &'a Type, json: &Json, error: TextError, is_decimal: bool) -> Value {
        let found = match json {
            Json::Integer(_) | Json::Float(_) if is_decimal => "a number: write it in quotes",
            json => json.kind(),
        };
        let wrong = Wrong::Type { ty, found };
        match error {
            TextError::OtherKind => self.fault(wrong),
            TextError::Invalid => {
                if self.invalid.len() < MOST_ERRORS {
                    self.invalid.push(Fault::at(&self.path, wrong));
                }
                Value::Null
            }
        }
    }

    fn expected(&mut self, ty: &'a Type, json: &Json) -> Value {
        self.fault(Wrong::Type { ty, found: json.kind() })
    }

    fn fault(&mut self, wrong: Wrong<'a>) -> Value {
        // A document with this many faults is invalid in any case.
        if self.faults.len() < MOST_ERRORS {
            self.faults.push(Fault::at(&self.path, wrong));
        }
        Value::Null
    }
}

/// Counts the values of a document, including nested ones.
fn parts(json: &Json) -> usize {
    match json {
        Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Float(_) | Json::String(_) => 1,
        Json::Array(items) => 1 + items.iter().map(parts).sum::<usize>(),
        Json::Object(members) => 1 + members.iter().map(|(_, value)| parts(value)).sum::<usize>(),
    }
}
