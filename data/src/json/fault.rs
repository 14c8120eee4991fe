//! What is wrong with a document, before it is told: most of it is what branches say that are not taken.

use std::collections::BTreeMap;

use signalbook_model::{Definition, Field, Name, Type};
use signalbook_resolve::wire::{Step, path as path_of};

use super::describe::describe;
use super::{JsonError, JsonProblem};

type Definitions = BTreeMap<Name, Definition>;

/// How long a name of a field may be, in bytes, for which others are looked for that are much like it.
const LONGEST_NAME: usize = 100;

/// A place in a document, and what is wrong there.
pub(super) struct Fault<'a> {
    path: String,
    wrong: Wrong<'a>,
}

/// What is wrong, in terms of the schema.
pub(super) enum Wrong<'a> {
    Type {
        ty: &'a Type,
        found: &'static str,
    },
    Demand {
        expected: String,
        found: &'static str,
    },
    Branch {
        branches: &'a [Type],
        found: &'static str,
    },
    /// As `Branch`, where branches are named.
    Named {
        branches: &'a [Type],
        found: &'static str,
    },
    Missing {
        field: &'a Field,
    },
    Unknown {
        record: &'a Name,
        field: &'a str,
    },
    Undefined {
        name: &'a Name,
    },
    TooDeep,
    TooAmbiguous,
}

impl<'a> Fault<'a> {
    pub(super) fn at(path: &[Step<'a>], wrong: Wrong<'a>) -> Self {
        Self { path: path_of(path.iter().copied()), wrong }
    }

    pub(super) fn told(&self, definitions: &Definitions) -> JsonError {
        let problem = match &self.wrong {
            Wrong::Type { ty, found } => JsonProblem::Expected { expected: describe(definitions, ty), found },
            Wrong::Demand { expected, found } => JsonProblem::Expected { expected: expected.clone(), found },
            Wrong::Branch { branches, found } => {
                let names: Vec<_> =
                    branches.iter().map(|branch| format!("`{}`", branch.branch_name())).collect();
                JsonProblem::Expected { expected: format!("one of {}", names.join(", ")), found }
            }
            Wrong::Named { branches, found } => {
                let forms = branches.iter().map(|branch| match branch.branch_name() {
                    "null" => "null".to_owned(),
                    name => format!("{{\"{name}\": ...}}"),
                });
                JsonProblem::Expected { expected: forms.collect::<Vec<_>>().join(" or "), found }
            }
            Wrong::Missing { field } => {
                let expected = describe(definitions, &field.ty);
                JsonProblem::MissingField { field: field.name.clone(), expected }
            }
            Wrong::Unknown { record, field } => JsonProblem::UnknownField {
                record: (*record).clone(),
                field: (*field).to_owned(),
                similar: similar(definitions.get(*record), field).map(str::to_owned),
            },
            Wrong::Undefined { name } => JsonProblem::UndefinedType((*name).clone()),
            Wrong::TooDeep => JsonProblem::TooDeep,
            Wrong::TooAmbiguous => JsonProblem::TooAmbiguous,
        };
        JsonError { path: self.path.clone(), problem }
    }
}

/// The field of the record that is written most like `name`, if one is much like it.
fn similar<'d>(record: Option<&'d Definition>, name: &str) -> Option<&'d str> {
    let Some(Definition::Record(record)) = record.filter(|_| name.len() <= LONGEST_NAME) else { return None };
    let candidates = record.fields.iter().map(|field| field.name.as_str());
    let scored = candidates.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 > 0.8).then_some(best.1)
}
