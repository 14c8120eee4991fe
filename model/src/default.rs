use std::collections::BTreeMap;
use std::fmt;

use crate::{Definition, Fixed, Json, Name, Primitive, Record, Registry, Schema, Type};

/// Why a value cannot be the default of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultError {
    /// Where in the value: `lines[0].sku`, empty for the value itself.
    pub path: String,
    /// What is there.
    pub found: String,
    /// What has to be there.
    pub expected: String,
}

impl Registry {
    /// `value` as a default of `ty`, in the one form that every door agrees on: an integer for a float is a float, the
    /// members of a record stand in the order of its fields.
    ///
    /// The default of a union is one of its first branch, which every reader understands. That of a record may leave out
    /// fields that have a default themselves. What a logical type does not allow is no default of it.
    ///
    /// # Errors
    /// The first part of the value that does not fit.
    pub fn check_default(&self, ty: &Type, value: &Json) -> Result<Json, DefaultError> {
        Checker { definitions: &self.types, logical: true, path: Vec::new() }.check(ty, value)
    }
}

impl Schema {
    /// As [`Registry::check_default`], by the types of this schema, whose logical types say nothing: so Avro has it.
    ///
    /// # Errors
    /// The first part of the value that does not fit.
    pub fn check_default(&self, ty: &Type, value: &Json) -> Result<Json, DefaultError> {
        Checker { definitions: &self.definitions, logical: false, path: Vec::new() }.check(ty, value)
    }
}

struct Checker<'a> {
    definitions: &'a BTreeMap<Name, Definition>,
    /// Whether logical types are heard.
    logical: bool,
    path: Vec<Step<'a>>,
}

enum Step<'a> {
    Member(&'a str),
    Index(usize),
}

impl<'a> Checker<'a> {
    fn check(&mut self, ty: &Type, value: &'a Json) -> Result<Json, DefaultError> {
        match (ty, value) {
            (Type::Primitive(Primitive::Null), Json::Null) => Ok(Json::Null),
            (Type::Primitive(Primitive::Boolean), Json::Bool(value)) => Ok(Json::Bool(*value)),
            (Type::Primitive(Primitive::Int), Json::Integer(value)) if i32::try_from(*value).is_ok() => {
                Ok(Json::Integer(*value))
            }
            (Type::Primitive(Primitive::Long), Json::Integer(value)) if i64::try_from(*value).is_ok() => {
                Ok(Json::Integer(*value))
            }
            (Type::Primitive(Primitive::Float | Primitive::Double), number) => self.float(ty, number),
            (Type::Primitive(Primitive::Bytes), Json::String(text)) if text.chars().all(is_byte) => {
                Ok(value.clone())
            }
            (Type::Primitive(Primitive::String), Json::String(_)) => Ok(value.clone()),
            (Type::Logical(logical), value) => {
                let checked = self.check(&logical.base(), value)?;
                self.demanded(logical.demands(value), value)?;
                Ok(checked)
            }
            (Type::Array(items), Json::Array(values)) => {
                let checked = values
                    .iter()
                    .enumerate()
                    .map(|(index, value)| self.at(Step::Index(index), |checker| checker.check(items, value)));
                Ok(Json::Array(checked.collect::<Result<_, _>>()?))
            }
            (Type::Map(values), Json::Object(members)) => {
                let checked = members.iter().map(|(key, value)| {
                    let value = self.at(Step::Member(key), |checker| checker.check(values, value))?;
                    Ok((key.clone(), value))
                });
                Ok(Json::Object(checked.collect::<Result<_, _>>()?))
            }
            (Type::Union(branches), value) => match branches.first() {
                Some(Type::Union(_)) | None => Err(self.error("a union with a first branch", value)),
                Some(first) => self.check(first, value),
            },
            (Type::Named(name), value) => match self.definitions.get(name) {
                Some(definition) => self.named(name, definition, value),
                None => Err(self.error(&format!("a value of `{name}`, which is not defined"), value)),
            },
            (Type::Annotated(annotated), value) => self.check(&annotated.ty, value),
            (Type::Primitive(_) | Type::Array(_) | Type::Map(_), found) => {
                Err(self.error(expected(ty), found))
            }
        }
    }

    fn float(&self, ty: &Type, value: &Json) -> Result<Json, DefaultError> {
        let number = match value {
            #[expect(clippy::cast_precision_loss, reason = "the nearest float is what the type can hold")]
            Json::Integer(integer) => Some(*integer as f64),
            Json::Float(number) => Some(*number),
            Json::String(text) => not_finite(text),
            Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
        };
        #[expect(clippy::cast_possible_truncation, reason = "whether it stays finite is the question")]
        let fits = |number: &f64| {
            !matches!(ty, Type::Primitive(Primitive::Float))
                || !number.is_finite()
                || (*number as f32).is_finite()
        };
        match number.filter(fits) {
            Some(number) => Ok(Json::Float(number)),
            None => Err(self.error(expected(ty), value)),
        }
    }

    fn named(
        &mut self,
        name: &Name,
        definition: &'a Definition,
        value: &'a Json,
    ) -> Result<Json, DefaultError> {
        match (definition, value) {
            (Definition::Record(record), Json::Object(members)) => self.record(name, record, members, value),
            (Definition::Enum(definition), Json::String(symbol)) if definition.symbols.contains(symbol) => {
                Ok(value.clone())
            }
            (Definition::Fixed(fixed), Json::String(text)) if is_fixed(fixed, text) => {
                self.demanded(fixed.logical.and_then(|logical| logical.demands(value)), value)?;
                Ok(value.clone())
            }
            (Definition::Record(_), found) => {
                Err(self.error(&format!("an object with the fields of `{name}`"), found))
            }
            (Definition::Enum(definition), found) => {
                let symbols = definition.symbols.join(", ");
                Err(self.error(&format!("a symbol of `{name}`: {symbols}"), found))
            }
            (Definition::Fixed(fixed), found) => {
                let expected = format!("{} characters from U+0000 to U+00FF, one per byte", fixed.size);
                Err(self.error(&expected, found))
            }
        }
    }

    fn record(
        &mut self,
        name: &Name,
        record: &'a Record,
        members: &'a [(String, Json)],
        value: &Json,
    ) -> Result<Json, DefaultError> {
        if let Some((unknown, _)) =
            members.iter().find(|(key, _)| !record.fields.iter().any(|field| field.name == *key))
        {
            let fields: Vec<_> = record.fields.iter().map(|field| field.name.as_str()).collect();
            let expected = format!("a field of `{name}`: {}", fields.join(", "));
            return Err(DefaultError {
                path: self.written_path(),
                found: format!("the member `{unknown}`"),
                expected,
            });
        }
        let mut checked = Vec::with_capacity(members.len());
        for field in &record.fields {
            match members.iter().find(|(key, _)| *key == field.name) {
                Some((key, value)) => {
                    let value = self.at(Step::Member(key), |checker| checker.check(&field.ty, value))?;
                    checked.push((key.clone(), value));
                }
                None if field.default.is_some() => {}
                None => {
                    let expected = format!("a value for `{}`, which has no default in `{name}`", field.name);
                    return Err(self.error(&expected, value));
                }
            }
        }
        Ok(Json::Object(checked))
    }

    /// An error where a logical type demands something else.
    fn demanded(&self, demand: Option<String>, value: &Json) -> Result<(), DefaultError> {
        match demand.filter(|_| self.logical) {
            Some(demand) => Err(self.error(&demand, value)),
            None => Ok(()),
        }
    }

    fn at<T>(&mut self, step: Step<'a>, check: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let checked = check(self);
        self.path.pop();
        checked
    }

    fn error(&self, expected: &str, found: &Json) -> DefaultError {
        DefaultError { path: self.written_path(), found: describe(found), expected: expected.to_owned() }
    }

    fn written_path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Member(name) if path.is_empty() => path.push_str(name),
                Step::Member(name) => path.extend([".", name]),
                Step::Index(index) => path.extend(["[", &index.to_string(), "]"]),
            }
        }
        path
    }
}

/// What a default of `ty` has to be, for the types that are no references.
fn expected(ty: &Type) -> &'static str {
    match ty {
        Type::Primitive(Primitive::Null) => "null",
        Type::Primitive(Primitive::Boolean) => "true or false",
        Type::Primitive(Primitive::Int) => "an integer of 32 bits",
        Type::Primitive(Primitive::Long) => "an integer of 64 bits",
        Type::Primitive(Primitive::Float) => "a number that a float can hold",
        Type::Primitive(Primitive::Double) => "a number",
        Type::Primitive(Primitive::Bytes) => "a string of characters from U+0000 to U+00FF, one per byte",
        Type::Primitive(Primitive::String) => "a string",
        Type::Logical(logical) => expected(&logical.base()),
        Type::Array(_) => "an array",
        Type::Map(_) => "an object",
        Type::Union(_) => "a value of the first branch",
        Type::Named(_) => "a value of the named type",
        Type::Annotated(annotated) => expected(&annotated.ty),
    }
}

/// A value as a message shows it: small ones whole, others by their kind.
fn describe(value: &Json) -> String {
    match value {
        Json::Bool(value) => format!("`{value}`"),
        Json::Integer(value) => format!("the integer {value}"),
        Json::Float(value) => format!("the number {value:?}"),
        Json::String(text) if text.chars().count() <= 40 => format!("the string {text:?}"),
        Json::Null | Json::String(_) | Json::Array(_) | Json::Object(_) => value.kind().to_owned(),
    }
}

/// The float that JSON has no number for and that `found` stands for.
fn not_finite(found: &str) -> Option<f64> {
    match found {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn is_byte(character: char) -> bool {
    u8::try_from(character).is_ok()
}

fn is_fixed(fixed: &Fixed, text: &str) -> bool {
    text.chars().all(is_byte) && text.chars().count() == fixed.size
}

impl fmt::Display for DefaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "at `{}`: ", self.path)?;
        }
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for DefaultError {}
