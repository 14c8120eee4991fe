use signalbook_model::{Definition, Enum, Field, Json, Name, Record, Schema, Type};

/// What a registry has to say of `between` otherwise than of `new`, each in the registry's own words:
/// `` `currency = { type = "string", default = "" }` in `Order` ``.
pub(crate) fn amendments(between: &Schema, new: &Schema) -> Vec<String> {
    let mut told = Vec::new();
    for (name, definition) in &between.definitions {
        let place = || format!("`{}`", name.simple());
        let before = told.len();
        match (definition, known_as(name, definition, new)) {
            (Definition::Record(record), Some((_, Definition::Record(known)))) => {
                let is_event = matches!(&between.root, Type::Named(root) if root == name);
                let place = if is_event { "the event's data".to_owned() } else { place() };
                fields(record, known, &place, &mut told);
            }
            (Definition::Enum(definition), Some((_, Definition::Enum(known)))) => {
                symbols(definition, known, &place(), &mut told);
            }
            (Definition::Fixed(_), Some((_, Definition::Fixed(_)))) => {}
            (Definition::Record(_) | Definition::Enum(_) | Definition::Fixed(_), _) => {
                told.push(format!("`[types.{}]` put back", name.simple()));
            }
        }
        if let Some((called, known)) = known_as(name, definition, new)
            && (called != name || known.aliases() != definition.aliases())
        {
            let aliases = list(definition.aliases());
            told.insert(before, format!("`[types.{}]` with `aliases = {aliases}`", name.simple()));
        }
    }
    told
}

/// The definition of the same name, or else one that is an alias of it.
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

fn fields(between: &Record, new: &Record, place: &str, told: &mut Vec<String>) {
    for field in &between.fields {
        let known = new.fields.iter().find(|known| known.name == field.name);
        if known.is_some_and(|known| written(known) == written(field)) {
            continue;
        }
        let other = new.fields.iter().find(|known| field.aliases.contains(&known.name));
        let instead = match other.filter(|_| known.is_none()) {
            Some(other) => format!(" in place of `{}`", other.name),
            None => String::new(),
        };
        told.push(format!("`{}`{instead} in {place}", written(field)));
    }
}

fn symbols(between: &Enum, new: &Enum, place: &str, told: &mut Vec<String>) {
    let mut members = Vec::new();
    if between.symbols != new.symbols {
        members.push(format!("symbols = {}", list(&between.symbols)));
    }
    if let Some(fallback) = between.fallback.as_ref().filter(|_| between.fallback != new.fallback) {
        members.push(format!("fallback = {}", Json::toml_string(fallback)));
    }
    if !members.is_empty() {
        told.push(format!("`{}` in {place}", members.join(", ")));
    }
}

/// The field as a registry writes it.
fn written(field: &Field) -> String {
    let is_nullable = |branches: &[Type]| matches!(branches, [Type::NULL, _] | [_, Type::NULL]);
    let ty = match (&field.ty, &field.default) {
        // Only with a default is it what the question mark says.
        (Type::Union(branches), None) if is_nullable(branches) => {
            branches.iter().map(expression).collect::<Vec<_>>().join(" | ")
        }
        (ty, _) => expression(ty),
    };
    let mut members = vec![format!("type = {}", Json::toml_string(&ty))];
    members.extend(field.default.as_ref().and_then(Json::to_toml).map(|value| format!("default = {value}")));
    if !field.aliases.is_empty() {
        members.push(format!("aliases = {}", list(&field.aliases)));
    }
    if let [_] = members.as_slice() {
        return format!("{} = {}", field.name, Json::toml_string(&ty));
    }
    format!("{} = {{ {} }}", field.name, members.join(", "))
}

fn expression(ty: &Type) -> String {
    ty.expression(&mut |name| name.simple().to_owned())
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| Json::toml_string(text)).collect();
    format!("[{}]", texts.join(", "))
}
