use std::collections::BTreeMap;

use signalbook_diagnostics::Fix;
use signalbook_model::{Definition, Enum, Field, Name, Path, Record, Schema, plain_default};
use signalbook_resolve::compat::Graph;

use crate::migrate::matching::Matching;

/// Returns the changes of a registry that declares `new` with which it declares `intermediate`.
pub(crate) fn fixes(intermediate: &Schema, new: &Schema) -> Vec<Fix> {
    let (old_graph, new_graph) = (Graph::new(intermediate), Graph::new(new));
    let matching = Matching::find(&old_graph, &new_graph);
    let mut fixes = Vec::new();
    for (name, definition) in &intermediate.definitions {
        let known = matching.new_of(name).and_then(|new_name| new.definitions.get_key_value(new_name));
        let Some((new_name, known)) = known else {
            fixes.push(Fix::RestoreType { name: name.clone() });
            continue;
        };
        if new_name != name || known.aliases() != definition.aliases() {
            fixes.push(Fix::SetAliases { of: name.clone(), aliases: definition.aliases().to_vec() });
        }
        match (definition, known) {
            (Definition::Record(record), Definition::Record(known)) => {
                let of_intermediate = (record, &intermediate.definitions);
                set_fields(name, of_intermediate, (known, matching.fields(new_name)), &mut fixes);
            }
            (Definition::Enum(definition), Definition::Enum(known)) => {
                fixes.extend(set_enum(name, definition, known));
            }
            (Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_), _) => {}
        }
    }
    fixes
}

/// Adds the fields that `new` does not declare in the same way. `matched` has the index of the intermediate
/// field for each field of `new`.
fn set_fields(
    of: &Name,
    (intermediate, definitions): (&Record, &BTreeMap<Name, Definition>),
    (new, matched): (&Record, &[Option<usize>]),
    fixes: &mut Vec<Fix>,
) {
    let mut known_as = vec![None; intermediate.fields.len()];
    for (known, index) in new.fields.iter().zip(matched) {
        if let Some(index) = *index {
            known_as[index] = Some(known);
        }
    }
    let declared = |field: &Field| (field.ty.clone(), field.default.clone(), field.aliases.clone());
    for (field, known) in intermediate.fields.iter().zip(known_as) {
        let replaces = known.map(|known| &known.name).filter(|name| **name != field.name);
        if replaces.is_none() && known.is_some_and(|known| declared(known) == declared(field)) {
            continue;
        }
        let (of, replaces) = (Path::Type(of.clone()), replaces.cloned());
        let default = field.default.as_ref().map(|default| plain_default(definitions, &field.ty, default));
        fixes.push(Fix::SetField { of, field: Field { default, ..field.clone() }, replaces });
    }
}

fn set_enum(of: &Name, intermediate: &Enum, new: &Enum) -> Option<Fix> {
    let symbols = (intermediate.symbols != new.symbols).then(|| intermediate.symbols.clone());
    let fallback = intermediate.fallback.clone().filter(|_| intermediate.fallback != new.fallback);
    (symbols.is_some() || fallback.is_some()).then(|| Fix::SetEnum { of: of.clone(), symbols, fallback })
}
