use std::collections::{BTreeMap, HashMap};
use std::fmt;

use crate::value_path::{Segment, path, write_path};
use crate::{
    Attributes, Definition, Fixed, Json, Logical, Name, Primitive, PrimitiveValue, Record, Schema, Type,
};

/// Why a value is not a default of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DefaultError {
    /// The path in the value: `lines[0].sku`. Empty for the whole value.
    pub path: String,
    /// The value there.
    pub found: String,
    /// What is expected there.
    pub expected: String,
}

impl Schema {
    /// Returns `value`, a default of `ty`, in the [canonical form](DefaultValue::to_json).
    ///
    /// The default of a union is a value of its first branch. That of a record may leave out fields that have
    /// a default themselves. Logical types are ignored, as in Avro.
    ///
    /// # Errors
    /// Returns the first part of the value that does not fit.
    pub fn check_default(&self, ty: &Type, value: &Json) -> Result<Json, DefaultError> {
        let mut reader =
            DefaultReader::new(&self.definitions, DefaultForm::Avro, Branches::First, usize::MAX);
        reader.read(ty, value).map(|value| value.to_json())
    }
}

/// Returns `default`, a default of `ty` in Avro's form, in the form of a registry: a date is
/// `"2026-01-31"`. A value that does not fit its type is returned unchanged.
pub fn plain_default(definitions: &BTreeMap<Name, Definition>, ty: &Type, default: &Json) -> Json {
    let mut reader = DefaultReader::new(definitions, DefaultForm::Avro, Branches::Any, usize::MAX);
    reader.read(ty, default).map_or_else(|_| default.clone(), |value| value.to_plain())
}

/// The form of a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefaultForm {
    /// The form in a registry and in derives. Values of logical types are texts, as in plain JSON, and must
    /// be valid.
    Registry,
    /// The form in an Avro schema. Logical types are ignored.
    Avro,
}

/// The branches of a union whose values may be its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Branches {
    /// The first branch. A record must not have members that are not its fields.
    First,
    /// For null the branch null, and for any other value the first branch that is not null. See
    /// [`null_or_first`]. A record must not have members that are not its fields.
    NullOrFirst,
    /// Any branch, as in Avro 1.12: the first one that the default fits is chosen. Members of a record that
    /// are not its fields are ignored.
    Any,
}

/// Returns the index of the branch of a union that [`Branches::NullOrFirst`] chooses for `value`. `is_null`
/// tells for each branch whether it is null.
pub fn null_or_first(value: &Json, is_null: impl IntoIterator<Item = bool>) -> Option<usize> {
    is_null.into_iter().position(|is_null| is_null == (*value == Json::Null))
}

/// A default together with the types of its parts.
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultValue<'a> {
    /// A value of a primitive type, and its JSON form.
    Primitive(PrimitiveValue<'a>, &'a Json),
    /// A value of the base type of a logical type.
    Logical(Logical, PrimitiveValue<'a>),
    /// The items, in order.
    Array(Vec<DefaultValue<'a>>),
    /// The entries, in the order in which they are written.
    Map(Vec<(&'a str, DefaultValue<'a>)>),
    /// The index of the branch, and its value.
    Union(usize, Box<DefaultValue<'a>>),
    /// The values of the fields, in their order. `None` for a field that is left out and has a default
    /// itself.
    Record(&'a Record, Vec<Option<DefaultValue<'a>>>),
    /// The index of the symbol, and the symbol.
    Enum(usize, &'a str),
    /// The bytes of a fixed.
    Fixed(&'a Fixed, Vec<u8>),
}

impl DefaultValue<'_> {
    /// Returns the canonical form in an Avro schema: a float is not written as an integer, and the members of
    /// a record are in the order of its fields.
    pub fn to_json(&self) -> Json {
        self.in_form(DefaultForm::Avro)
    }

    /// Returns the canonical form in a registry.
    pub fn to_plain(&self) -> Json {
        self.in_form(DefaultForm::Registry)
    }

    fn in_form(&self, form: DefaultForm) -> Json {
        let member = |name: &str, value: &Self| (name.to_owned(), value.in_form(form));
        match self {
            Self::Primitive(PrimitiveValue::Float(_) | PrimitiveValue::Double(_), json) => {
                json.to_double().map_or(Json::Null, Json::Float)
            }
            Self::Primitive(_, json) => (*json).clone(),
            Self::Logical(logical, value) => match form {
                DefaultForm::Registry => logical.to_plain(value).unwrap_or(Json::Null),
                DefaultForm::Avro => value.to_json(),
            },
            Self::Array(items) => Json::Array(items.iter().map(|item| item.in_form(form)).collect()),
            Self::Map(entries) => {
                Json::Object(entries.iter().map(|(key, value)| member(key, value)).collect())
            }
            Self::Union(_, value) => value.in_form(form),
            Self::Record(record, values) => {
                let given = record.fields.iter().zip(values);
                let given = given.filter_map(|(field, value)| Some(member(&field.name, value.as_ref()?)));
                Json::Object(given.collect())
            }
            Self::Enum(_, symbol) => Json::String((*symbol).to_owned()),
            Self::Fixed(fixed, bytes) => match form {
                DefaultForm::Registry => fixed.to_plain(bytes),
                DefaultForm::Avro => Json::of_bytes(bytes),
            },
        }
    }
}

/// Reads defaults of given types.
#[derive(Debug)]
pub struct DefaultReader<'a> {
    definitions: &'a BTreeMap<Name, Definition>,
    form: DefaultForm,
    branches: Branches,
    demands: fn(&Attributes, &Json) -> Option<String>,
    budget: usize,
    path: Vec<Segment<'a>>,
    /// The number of unions around the current value whose branches are tried. Errors within them are not
    /// reported.
    tries: usize,
}

type Result<T, E = DefaultError> = std::result::Result<T, E>;

impl<'a> DefaultReader<'a> {
    /// Returns a reader for the types in `definitions`. It reads at most `budget` values, members and
    /// symbols.
    pub fn new(
        definitions: &'a BTreeMap<Name, Definition>,
        form: DefaultForm,
        branches: Branches,
        budget: usize,
    ) -> Self {
        Self { definitions, form, branches, demands: |_, _| None, budget, path: Vec::new(), tries: 0 }
    }

    /// Sets the check of values whose type has custom attributes: `demands` returns a description of the
    /// valid values if a value is not valid. [`DefaultForm::Avro`] ignores it, as it ignores logical types.
    #[must_use]
    pub fn with_demands(self, demands: fn(&Attributes, &Json) -> Option<String>) -> Self {
        Self { demands, ..self }
    }

    /// Returns the number of values, members and symbols that may still be read. If it is zero after an
    /// error, the default is too large.
    pub fn budget(&self) -> usize {
        self.budget
    }

    /// Reads `json` as a default of `ty`.
    ///
    /// # Errors
    /// Returns the first part of the value that does not fit.
    pub fn read(&mut self, ty: &'a Type, json: &'a Json) -> Result<DefaultValue<'a>> {
        self.spend(1)?;
        match (ty, json) {
            (Type::Primitive(primitive), json) => self.primitive(*primitive, json),
            (Type::Logical(logical), json) => self.logical(*logical, json),
            (Type::Array(ty), Json::Array(items)) => {
                let items = items.iter().enumerate();
                let items =
                    items.map(|(index, item)| self.at(Segment::Item(index), |reader| reader.read(ty, item)));
                items.collect::<Result<_>>().map(DefaultValue::Array)
            }
            (Type::Map(ty), Json::Object(members)) => {
                let entries = members.iter().map(|(key, value)| {
                    let value = self.at(Segment::Field(key), |reader| reader.read(ty, value))?;
                    Ok((key.as_str(), value))
                });
                entries.collect::<Result<_>>().map(DefaultValue::Map)
            }
            (Type::Union(branches), json) => self.union(branches, json),
            (Type::Named(name), json) => self.named(name, json),
            (Type::Annotated(annotated), json) => {
                let value = self.read(&annotated.ty, json)?;
                let demand = (self.demands)(&annotated.attributes, json);
                match demand.filter(|_| self.form == DefaultForm::Registry) {
                    Some(demand) => Err(self.error(json, demand)),
                    None => Ok(value),
                }
            }
            (Type::Array(_), found) => Err(self.error(found, "an array")),
            (Type::Map(_), found) => Err(self.error(found, "an object")),
        }
    }

    fn primitive(&self, primitive: Primitive, json: &'a Json) -> Result<DefaultValue<'a>> {
        match primitive.read(json) {
            Some(value) => Ok(DefaultValue::Primitive(value, json)),
            None => Err(self.error(json, primitive.expected())),
        }
    }

    fn logical(&self, logical: Logical, json: &'a Json) -> Result<DefaultValue<'a>> {
        let value = match self.form {
            DefaultForm::Registry => {
                let value = logical.read_plain(json).ok().filter(|value| logical.allows(value));
                value.ok_or_else(|| self.error(json, logical.expected()))?
            }
            DefaultForm::Avro => {
                let base = logical.primitive();
                base.read(json).ok_or_else(|| self.error(json, base.expected()))?
            }
        };
        Ok(DefaultValue::Logical(logical, value))
    }

    fn fixed(&self, fixed: &'a Fixed, json: &Json) -> Result<DefaultValue<'a>> {
        let bytes = match fixed.logical.filter(|_| self.form == DefaultForm::Registry) {
            Some(logical) => {
                let bytes = logical.read_plain(fixed.size, json).ok().filter(|bytes| logical.allows(bytes));
                bytes.ok_or_else(|| self.error(json, logical.expected()))?
            }
            None => json.to_bytes().filter(|bytes| bytes.len() == fixed.size).ok_or_else(|| {
                let size = fixed.size;
                self.error(json, format_args!("{size} characters from U+0000 to U+00FF, one per byte"))
            })?,
        };
        Ok(DefaultValue::Fixed(fixed, bytes))
    }

    fn union(&mut self, branches: &'a [Type], json: &'a Json) -> Result<DefaultValue<'a>> {
        let is_null = |branch: &Type| *branch.plain() == Type::NULL;
        let value = match self.branches {
            Branches::First => self.branch(branches, Some(0), json)?,
            Branches::NullOrFirst => {
                self.branch(branches, null_or_first(json, branches.iter().map(is_null)), json)?
            }
            Branches::Any => {
                self.tries += 1;
                let mut branches = branches.iter().enumerate();
                let value = branches.find_map(|(index, branch)| Some((index, self.read(branch, json).ok()?)));
                self.tries -= 1;
                value
            }
        };
        let Some((index, value)) = value else {
            let names: Vec<_> = branches.iter().map(|branch| format!("`{}`", branch.branch_name())).collect();
            return Err(self.error(json, format_args!("one of {}", names.join(", "))));
        };
        Ok(DefaultValue::Union(index, Box::new(value)))
    }

    /// Reads a value of the branch with this index. Returns `None` if there is no such branch, or if it is a
    /// union.
    fn branch(
        &mut self,
        branches: &'a [Type],
        index: Option<usize>,
        json: &'a Json,
    ) -> Result<Option<(usize, DefaultValue<'a>)>> {
        match index.and_then(|index| Some((index, branches.get(index)?))) {
            None | Some((_, Type::Union(_))) => Ok(None),
            Some((index, branch)) => Ok(Some((index, self.read(branch, json)?))),
        }
    }

    fn named(&mut self, name: &'a Name, json: &'a Json) -> Result<DefaultValue<'a>> {
        let Some(definition) = self.definitions.get(name) else {
            return Err(self.error(json, format_args!("a value of `{name}`, which is not defined")));
        };
        match (definition, json) {
            (Definition::Record(record), Json::Object(members)) => self.record(name, record, members, json),
            (Definition::Record(_), _) => {
                Err(self.error(json, format_args!("an object with the fields of `{name}`")))
            }
            (Definition::Enum(definition), json) => {
                let symbols = &definition.symbols;
                let symbol =
                    json.as_str().and_then(|symbol| symbols.iter().position(|known| known == symbol));
                self.spend(symbol.unwrap_or(symbols.len()))?;
                let Some(index) = symbol else {
                    let symbols = symbols.join(", ");
                    return Err(self.error(json, format_args!("a symbol of `{name}`: {symbols}")));
                };
                Ok(DefaultValue::Enum(index, &symbols[index]))
            }
            (Definition::Fixed(fixed), json) => self.fixed(fixed, json),
        }
    }

    fn record(
        &mut self,
        name: &Name,
        record: &'a Record,
        members: &'a [(String, Json)],
        json: &Json,
    ) -> Result<DefaultValue<'a>> {
        self.spend(members.len())?;
        let fields = || record.fields.iter().map(|field| field.name.as_str());
        let mut keys = members.iter().map(|(key, _)| key);
        if self.branches != Branches::Any
            && let Some(unknown) = keys.find(|key| fields().all(|field| field != *key))
        {
            let fields = fields().collect::<Vec<_>>().join(", ");
            let error = self.error(json, format_args!("a field of `{name}`: {fields}"));
            return Err(DefaultError { found: format!("the member `{unknown}`"), ..error });
        }
        // If several members have the same name, the first one is used.
        let members: HashMap<&str, &'a Json> =
            members.iter().rev().map(|(key, value)| (key.as_str(), value)).collect();
        let mut values = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            values.push(match members.get(field.name.as_str()) {
                Some(json) => {
                    Some(self.at(Segment::Field(&field.name), |reader| reader.read(&field.ty, json))?)
                }
                None if field.default.is_some() => None,
                None => {
                    let field = &field.name;
                    let expected = format_args!("a value for `{field}`, which has no default in `{name}`");
                    return Err(self.error(json, expected));
                }
            });
        }
        Ok(DefaultValue::Record(record, values))
    }

    fn spend(&mut self, count: usize) -> Result<()> {
        let left = self.budget.checked_sub(count);
        self.budget = left.unwrap_or(0);
        left.map(|_| ()).ok_or_else(DefaultError::default)
    }

    fn at<T>(&mut self, segment: Segment<'a>, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(segment);
        let value = read(self);
        self.path.pop();
        value
    }

    fn error(&self, found: &Json, expected: impl fmt::Display) -> DefaultError {
        if self.tries > 0 {
            return DefaultError::default();
        }
        let path = path(self.path.iter().copied());
        DefaultError { path, found: describe(found), expected: expected.to_string() }
    }
}

/// Describes a value for messages: a short one by itself, others by their kind.
fn describe(value: &Json) -> String {
    match value {
        Json::Bool(value) => format!("`{value}`"),
        Json::Integer(value) => format!("the integer {value}"),
        Json::Float(value) => format!("the number {value:?}"),
        Json::String(text) if text.chars().count() <= 40 => format!("the string {text:?}"),
        Json::Null | Json::String(_) | Json::Array(_) | Json::Object(_) => value.kind().to_owned(),
    }
}

impl fmt::Display for DefaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_path(f, &self.path)?;
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for DefaultError {}
