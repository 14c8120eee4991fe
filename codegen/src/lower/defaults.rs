//! Checks that defaults and initial values are values of their type.

use signalbook_diagnostics::Finding;
use signalbook_model::{Branches, DefaultError, DefaultForm, DefaultReader, Json, Registry, Type};

use super::date_time_text;
use super::drafts::Drafts;
use super::registry::{Wire, field_type};
use crate::checked_registry::{Field, Shape};
use crate::rules;
use crate::syntax::{Literal, LiteralKind};

const BECAUSE: &str = "because of this type";
const DEFAULT_OF_UNION: &str = "the default of a union is a value of its first branch";
const INITIAL_OF_UNION: &str =
    "the initial value of a union is null, or a value of its first branch that is not null";

/// Sets the defaults and initial values as they are written, so that types can be projected. [`check`] checks
/// them when all types are known.
pub(super) fn take(drafts: &mut Drafts<'_>) {
    for draft in &mut drafts.fields {
        draft.field.default = match (draft.default, draft.optional) {
            (Some(literal), _) => json(literal),
            (None, true) => Some(Json::Null),
            (None, false) => None,
        };
        draft.field.initial = draft.initial.and_then(json);
    }
}

/// Checks every literal against its type and replaces it by its canonical form. A literal that is not a value
/// of its type is reported and left out.
pub(super) fn check(
    drafts: &mut Drafts<'_>,
    types: &Registry,
    default_type: &Wire<'_>,
    findings: &mut Vec<Finding>,
) {
    for draft in &mut drafts.fields {
        let types_of = (field_type(&draft.field, default_type), default_type(&draft.field.shape));
        let Field { shape, name, default, plain_default, initial, .. } = &mut draft.field;
        plain_default.clone_from(default);
        let mut plain_initial = None;
        let (of_default, of_initial) = ((default, plain_default), (initial, &mut plain_initial));
        let values = [
            (draft.default, of_default, types_of.0, Branches::First, format!("`default` of `{name}`")),
            (draft.initial, of_initial, types_of.1, Branches::NullOrFirst, format!("`initial` of `{name}`")),
        ];
        for (literal, (value, plain), ty, branches, what) in values {
            let Some(literal) = literal else { continue };
            let (Some(ty), Some(written)) = (ty, value.take()) else {
                findings.push(never_valid(literal, &what).and(draft.type_span, BECAUSE));
                continue;
            };
            let mut reader = DefaultReader::new(&types.types, DefaultForm::Registry, branches, usize::MAX)
                .with_demands(date_time_text::demands);
            match reader.read(&ty, &written) {
                Ok(read) => (*value, *plain) = (Some(read.to_json()), Some(read.to_plain())),
                Err(error) => {
                    let finding = wrong_default(literal, &what, &error).and(draft.type_span, BECAUSE);
                    let is_union = matches!(ty, Type::Union(_)) && !matches!(shape, Shape::Optional(_));
                    let help = match branches {
                        Branches::NullOrFirst => INITIAL_OF_UNION,
                        _ => DEFAULT_OF_UNION,
                    };
                    findings.push(if is_union { finding.help(help) } else { finding });
                }
            }
        }
    }
}

fn never_valid(literal: &Literal, what: &str) -> Finding {
    let title = format!("{what} does not fit its type: {} is never valid", literal.describe());
    Finding::new(&rules::WRONG_DEFAULT, title)
        .at(literal.span, "not a valid value")
        .help("write a date or time in quotes, as a string; or remove the value")
}

fn wrong_default(literal: &Literal, what: &str, error: &DefaultError) -> Finding {
    let at = if error.path.is_empty() { String::new() } else { format!(" at `{}`", error.path) };
    let label = format!("expected {}, found {}", error.expected, error.found);
    Finding::new(&rules::WRONG_DEFAULT, format!("{what} does not fit its type{at}"))
        .at(part(literal, &error.path).span, label)
}

/// Returns the part of `literal` at `path`, or the innermost part on the path that exists.
fn part<'a>(literal: &'a Literal, path: &str) -> &'a Literal {
    let path = path.trim_start_matches('.');
    match &literal.kind {
        LiteralKind::Array(items) if path.starts_with('[') => {
            let Some((index, rest)) = path[1..].split_once(']') else { return literal };
            let item = index.parse::<usize>().ok().and_then(|index| items.get(index));
            item.map_or(literal, |item| part(item, rest))
        }
        LiteralKind::Table(members) if !path.is_empty() => members
            .iter()
            .filter_map(|(name, value)| Some((value, path.strip_prefix(name.value.as_str())?)))
            .find(|(_, rest)| rest.is_empty() || rest.starts_with(['.', '[']))
            .map_or(literal, |(value, rest)| part(value, rest)),
        _ => literal,
    }
}

fn json(literal: &Literal) -> Option<Json> {
    Some(match &literal.kind {
        LiteralKind::String(text) => Json::String(text.clone()),
        LiteralKind::Integer(integer) => Json::Integer((*integer)?),
        LiteralKind::Float(float) => Json::Float(*float),
        LiteralKind::Boolean(boolean) => Json::Bool(*boolean),
        LiteralKind::DateTime => return None,
        LiteralKind::Array(items) => Json::Array(items.iter().map(json).collect::<Option<_>>()?),
        LiteralKind::Table(members) => {
            let member = |(name, value): &(crate::syntax::Spanned<String>, Literal)| {
                Some((name.value.clone(), json(value)?))
            };
            Json::Object(members.iter().map(member).collect::<Option<_>>()?)
        }
    })
}
