//! Faults of a document. They become messages late, because most are of branches that are not chosen.

use std::collections::BTreeMap;

use signalbook_model::{Definition, Field, Name, Type, similar};
use signalbook_resolve::wire::{Segment, path as path_of};

use super::expected_form::describe;
use super::form::Form;
use super::{JsonError, JsonProblem};

type Definitions = BTreeMap<Name, Definition>;

/// A path in a document, and what is wrong there.
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
    /// As `Type`, for the default of a missing field.
    Default {
        expected: String,
        found: &'static str,
    },
    Branch {
        branches: &'a [Type],
        found: &'static str,
    },
    /// As `Branch`, but branches must be named.
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
    pub(super) fn at(path: &[Segment<'a>], wrong: Wrong<'a>) -> Self {
        Self { path: path_of(path.iter().copied()), wrong }
    }

    pub(super) fn to_error(&self, definitions: &Definitions, form: Form) -> JsonError {
        let problem = match &self.wrong {
            Wrong::Type { ty, found } => {
                JsonProblem::Expected { expected: describe(definitions, ty, form), found }
            }
            Wrong::Default { expected, found } => JsonProblem::Expected { expected: expected.clone(), found },
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
                let expected = describe(definitions, &field.ty, form);
                JsonProblem::MissingField { field: field.name.clone(), expected }
            }
            Wrong::Unknown { record, field } => JsonProblem::UnknownField {
                record: (*record).clone(),
                field: (*field).to_owned(),
                similar: match definitions.get(*record) {
                    Some(Definition::Record(record)) => {
                        let names = record.fields.iter().map(|field| field.name.as_str());
                        similar(field, names).map(str::to_owned)
                    }
                    Some(Definition::Enum(_) | Definition::Fixed(_)) | None => None,
                },
            },
            Wrong::Undefined { name } => JsonProblem::UndefinedType((*name).clone()),
            Wrong::TooDeep => JsonProblem::TooDeep,
            Wrong::TooAmbiguous => JsonProblem::TooAmbiguous,
        };
        JsonError { path: self.path.clone(), problem }
    }
}
