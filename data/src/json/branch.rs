//! Finds the branch of a union for a bare value.

use std::collections::BTreeMap;

use signalbook_model::{Definition, Fixed, Json, Name, Primitive, Record, Type};

use super::float_to_json;

type Definitions = BTreeMap<Name, Definition>;

/// The number of levels of a document that are compared to distinguish two branches.
pub(super) const LEVELS: usize = 3;

/// Returns the branch that `json` names, as in Avro's JSON encoding, and its value. Null does not have this
/// form.
pub(super) fn tagged<'a>(branches: &[Type], json: &'a Json) -> Option<(usize, &'a Json)> {
    let Json::Object(members) = json else { return None };
    let [(tag, value)] = members.as_slice() else { return None };
    let named = |branch: &Type| tag != "null" && branch.branch_name() == tag;
    branches.iter().position(named).map(|index| (index, value))
}

/// Whether `json`, a bare value of the branch `index`, is read as that branch.
///
/// Only a few levels are compared, so that a document takes linear time. The result may be `false` for a
/// value that would be read as that branch.
pub(super) fn is_written_bare(
    definitions: &Definitions,
    branches: &[Type],
    index: usize,
    json: &Json,
) -> bool {
    tagged(branches, json).is_none()
        && !branches[..index].iter().any(|branch| may_be(definitions, branch, json, LEVELS))
}

/// Whether `json`, a bare value of a union, has the kind of values of the branch `ty`. Its contents are not
/// checked. A number counts for a decimal, so that the message is about the decimal.
pub(super) fn is_of_kind(definitions: &Definitions, ty: &Type, json: &Json) -> bool {
    match (ty, json) {
        // The raw form of a branch names the branch.
        (Type::Logical(_), Json::Object(_)) => false,
        (Type::Logical(logical), Json::Integer(_) | Json::Float(_)) if logical.is_decimal() => true,
        (Type::Logical(_), json) => may_be(definitions, ty, json, 0),
        (Type::Annotated(annotated), json) => is_of_kind(definitions, &annotated.ty, json),
        (Type::Named(name), json) => match (definitions.get(name), json) {
            (Some(Definition::Fixed(Fixed { logical: Some(logical), .. })), json) => {
                let is_number = matches!(json, Json::Integer(_) | Json::Float(_));
                is_number && logical.is_decimal() || may_be(definitions, ty, json, 0)
            }
            (Some(Definition::Record(_)), Json::Object(_))
            | (Some(Definition::Enum(_) | Definition::Fixed(_)), Json::String(_)) => true,
            (Some(_) | None, _) => false,
        },
        (Type::Primitive(Primitive::Null), Json::Null)
        | (Type::Primitive(Primitive::Boolean), Json::Bool(_))
        | (Type::Primitive(Primitive::Int | Primitive::Long), Json::Integer(_))
        | (Type::Primitive(Primitive::Float | Primitive::Double), Json::Integer(_) | Json::Float(_))
        | (Type::Primitive(Primitive::Bytes | Primitive::String), Json::String(_))
        | (Type::Array(_), Json::Array(_))
        | (Type::Map(_), Json::Object(_)) => true,
        (Type::Primitive(Primitive::Float | Primitive::Double), Json::String(_)) => {
            json.to_double().is_some()
        }
        (Type::Primitive(_) | Type::Array(_) | Type::Map(_) | Type::Union(_), _) => false,
    }
}

/// Whether `json` may be an exact value of `ty`, without missing fields, as far as its first `levels` levels
/// show.
pub(super) fn may_be(definitions: &Definitions, ty: &Type, json: &Json, levels: usize) -> bool {
    let below = |ty: &Type, json: &Json| levels == 0 || may_be(definitions, ty, json, levels - 1);
    match (ty.plain(), json) {
        (Type::Logical(logical), Json::String(text)) => logical.looks_like(text),
        (Type::Logical(logical), json) => logical.read_plain(json).is_ok(),
        (Type::Union(branches), json) => {
            tagged(branches, json).is_some() || branches.iter().any(|branch| below(branch, json))
        }
        (Type::Primitive(Primitive::Float), json) => {
            json.to_float().is_some_and(|value| float_to_json::float(value) == *json)
        }
        (Type::Primitive(Primitive::Double), Json::Integer(_)) => false,
        (Type::Primitive(primitive), json) => primitive.read(json).is_some(),
        (Type::Array(items), Json::Array(values)) => values.first().is_none_or(|value| below(items, value)),
        (Type::Map(values), Json::Object(members)) => {
            members.first().is_none_or(|(_, value)| below(values, value))
        }
        (Type::Named(name), json) => match (definitions.get(name), json) {
            (Some(Definition::Record(record)), Json::Object(members)) => {
                may_be_record(record, members, below)
            }
            (Some(Definition::Enum(definition)), Json::String(symbol)) => definition.symbols.contains(symbol),
            (Some(Definition::Fixed(Fixed { logical: Some(logical), size, .. })), json) => match json {
                Json::String(text) => logical.looks_like(text),
                json => logical.read_plain(*size, json).is_ok(),
            },
            (Some(Definition::Fixed(fixed)), Json::String(_)) => {
                json.to_bytes().is_some_and(|bytes| bytes.len() == fixed.size)
            }
            (Some(_) | None, _) => false,
        },
        (ty, json) => is_of_kind(definitions, ty, json),
    }
}

/// As [`may_be`], for a record: the document must have exactly the fields of the record.
fn may_be_record(record: &Record, members: &[(String, Json)], below: impl Fn(&Type, &Json) -> bool) -> bool {
    let field = |name: &str| record.fields.iter().find(|field| field.name == name);
    record.fields.len() == members.len()
        && members.iter().all(|(name, value)| field(name).is_some_and(|field| below(&field.ty, value)))
}
