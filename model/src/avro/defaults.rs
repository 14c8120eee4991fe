//! Checks the defaults of fields, after all types are known.

use super::{SchemaError, SchemaProblem};
use crate::{Definition, Field, Json, Name, Schema, Type};

/// A field with a default that is not checked yet.
pub(super) struct Pending {
    pub(super) record: Name,
    pub(super) field: usize,
    /// The JSON pointer of the default.
    pub(super) pointer: String,
}

/// Normalizes every default that fits its type, and reports the others.
pub(super) fn check(schema: &mut Schema, defaults: Vec<Pending>, irregularities: &mut Vec<SchemaError>) {
    for Pending { record, field: index, pointer } in defaults {
        let Some(Definition::Record(definition)) = schema.definitions.get(&record) else { continue };
        let Field { ty, default: Some(default), .. } = &definition.fields[index] else { continue };
        let checked = match schema.check_default(ty, default) {
            Ok(checked) => checked,
            Err(error) => {
                let later = later_branch(schema, ty, default);
                let problem = match &later {
                    Some(_) => SchemaProblem::DefaultOfLaterBranch(error),
                    None => SchemaProblem::Default(error),
                };
                irregularities.push(SchemaError { pointer, problem });
                let Some(later) = later else { continue };
                later
            }
        };
        if let Some(Definition::Record(definition)) = schema.definitions.get_mut(&record) {
            definition.fields[index].default = Some(checked);
        }
    }
}

/// Returns `default` in the form of the first branch that it fits.
fn later_branch(schema: &Schema, ty: &Type, default: &Json) -> Option<Json> {
    match ty.plain() {
        Type::Union(branches) => {
            branches.iter().find_map(|branch| schema.check_default(branch, default).ok())
        }
        _ => None,
    }
}
