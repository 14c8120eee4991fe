use signalbook_diagnostics::Fix;
use signalbook_model::{Definition, Enum, Field, Name, Path, Record, Schema};

/// Returns the changes of a registry that declares `new` with which it declares `intermediate`.
pub(crate) fn fixes(intermediate: &Schema, new: &Schema) -> Vec<Fix> {
    let mut fixes = Vec::new();
    for (name, definition) in &intermediate.definitions {
        let known = known_as(name, definition, new);
        if let Some((called, known)) = known
            && (called != name || known.aliases() != definition.aliases())
        {
            fixes.push(Fix::SetAliases { of: name.clone(), aliases: definition.aliases().to_vec() });
        }
        match (definition, known) {
            (Definition::Record(record), Some((_, Definition::Record(known)))) => {
                set_fields(name, record, known, &mut fixes);
            }
            (Definition::Enum(definition), Some((_, Definition::Enum(known)))) => {
                fixes.extend(set_enum(name, definition, known));
            }
            (Definition::Fixed(_), Some((_, Definition::Fixed(_)))) => {}
            (Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_), _) => {
                fixes.push(Fix::RestoreType { name: name.clone() });
            }
        }
    }
    fixes
}

/// Returns the definition of `new` with the same name, or else with a name that is an alias of `definition`.
fn known_as<'a>(
    name: &'a Name,
    definition: &Definition,
    new: &'a Schema,
) -> Option<(&'a Name, &'a Definition)> {
    new.definitions.get_key_value(name).or_else(|| {
        let mut aliases = definition.aliases().iter();
        aliases.find_map(|alias| new.definitions.get_key_value(&Name::new(alias.as_str())))
    })
}

fn set_fields(of: &Name, intermediate: &Record, new: &Record, fixes: &mut Vec<Fix>) {
    let declared = |field: &Field| (field.ty.clone(), field.default.clone(), field.aliases.clone());
    for field in &intermediate.fields {
        let known = new.fields.iter().find(|known| known.name == field.name);
        if known.is_some_and(|known| declared(known) == declared(field)) {
            continue;
        }
        let other = new.fields.iter().find(|known| field.aliases.contains(&known.name));
        fixes.push(Fix::SetField {
            of: Path::Type(of.clone()),
            field: field.clone(),
            replaces: other.filter(|_| known.is_none()).map(|other| other.name.clone()),
        });
    }
}

fn set_enum(of: &Name, intermediate: &Enum, new: &Enum) -> Option<Fix> {
    let symbols = (intermediate.symbols != new.symbols).then(|| intermediate.symbols.clone());
    let fallback = intermediate.fallback.clone().filter(|_| intermediate.fallback != new.fallback);
    (symbols.is_some() || fallback.is_some()).then(|| Fix::SetEnum { of: of.clone(), symbols, fallback })
}
