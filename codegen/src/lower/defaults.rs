//! Checks that defaults and initial values are values of their type.

use std::borrow::Cow;

use signalbook_diagnostics::Finding;
use signalbook_model::{DefaultError, Json, Primitive, Registry, Type};

use super::draft::Drafts;
use super::wire::Expansions;
use crate::contract::{Field, Shape};
use crate::rules;
use crate::syntax::{Builtin, Literal, LiteralKind};

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
    expansions: &Expansions,
    findings: &mut Vec<Finding>,
) {
    for draft in &mut drafts.fields {
        let Field { shape, name, default, initial, .. } = &mut draft.field;
        let some = match &*shape {
            Shape::Optional(some) => Cow::Borrowed(&**some),
            Shape::Union(branches) if draft.optional => {
                let some = branches
                    .iter()
                    .filter(|branch| !matches!(branch, Shape::Builtin(Builtin::Primitive(Primitive::Null))));
                Cow::Owned(Shape::Union(some.cloned().collect()))
            }
            shape => Cow::Borrowed(shape),
        };
        let wire = expansions.wire(&some);
        let values = [
            (draft.default, default, format!("`default` of `{name}`")),
            (draft.initial, initial, format!("`initial` of `{name}`")),
        ];
        for (literal, value, what) in values {
            let Some(literal) = literal else { continue };
            let fitting = fit(literal, value.take(), wire.as_ref(), &what, types).and_then(|fitting| {
                let unread = expansions.unread(&some, &fitting);
                unread.map_or(Ok(fitting), |unread| Err(wrong_default(literal, &what, &unread)))
            });
            match fitting {
                Ok(fitting) => *value = Some(fitting),
                Err(finding) => findings.push(finding.and(draft.type_span, "because of this type")),
            }
        }
    }
}

fn fit(
    literal: &Literal,
    value: Option<Json>,
    wire: Option<&Type>,
    what: &str,
    types: &Registry,
) -> Result<Json, Box<Finding>> {
    let (Some(wire), Some(value)) = (wire, value) else {
        let title = format!("{what} does not fit its type: {} is never valid", literal.describe());
        let finding = Finding::new(&rules::WRONG_DEFAULT, title)
            .at(literal.span, "not a valid value")
            .help("write dates and times in their wire form, as numbers or strings; or remove the value");
        return Err(Box::new(finding));
    };
    types.check_default(wire, &value).map_err(|error| {
        let finding = wrong_default(literal, what, &error);
        match wire {
            Type::Union(_) => Box::new(finding.help("the default of a union is a value of its first branch")),
            _ => finding,
        }
    })
}

fn wrong_default(literal: &Literal, what: &str, error: &DefaultError) -> Box<Finding> {
    let at = if error.path.is_empty() { String::new() } else { format!(" at `{}`", error.path) };
    let label = format!("expected {}, found {}", error.expected, error.found);
    Box::new(
        Finding::new(&rules::WRONG_DEFAULT, format!("{what} does not fit its type{at}"))
            .at(part(literal, &error.path).span, label),
    )
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
