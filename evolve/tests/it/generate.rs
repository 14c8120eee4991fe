//! Generates schemas and changes of them from a seed.
//!
//! Definitions, fields and aliases share a few names in three namespaces, so that they often match.

use std::collections::BTreeMap;

use signalbook_model::{
    Definition, Enum, Field, Fixed, Json, Logical, Name, Primitive, Record, Schema, Type,
};

const NAMESPACES: [&str; 3] = ["", "n", "n.m"];
const DEFINITIONS: [&str; 5] = ["A", "B", "C", "D", "E"];
const FIELDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const SYMBOLS: [&str; 6] = ["P", "Q", "R", "S", "T", "U"];
const SIMPLE: [Type; 11] = [
    Type::NULL,
    Type::BOOLEAN,
    Type::INT,
    Type::LONG,
    Type::FLOAT,
    Type::DOUBLE,
    Type::BYTES,
    Type::STRING,
    Type::Logical(Logical::Date),
    Type::Logical(Logical::TimestampMillis),
    Type::Logical(Logical::Decimal { precision: 9, scale: 2 }),
];

/// A source of random choices. The same seed gives the same choices.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next 64 bits (`SplitMix64`).
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("a small number");
        usize::try_from(self.bits() % bound).expect("less than a small number")
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn word(&mut self, list: &[&'static str]) -> &'static str {
        list[self.below(list.len())]
    }

    /// Returns at most `most` different items of `list`, in random order.
    fn some_of(&mut self, list: &[&str], most: usize) -> Vec<String> {
        let mut some: Vec<String> = Vec::new();
        for _ in 0..=self.below(most) {
            let next = list[self.below(list.len())];
            if !some.iter().any(|known| known == next) {
                some.push(next.to_owned());
            }
        }
        some
    }
}

/// Returns a reader and a writer schema. One of them is made from the other by a few changes.
pub(crate) fn pair(choices: &mut Choices) -> (Schema, Schema) {
    let old = schema(choices);
    changed(choices, old)
}

/// As [`pair`], with unions of many branches.
pub(crate) fn wide_pair(choices: &mut Choices) -> (Schema, Schema) {
    let mut old = schema(choices);
    widen(choices, &mut old);
    changed(choices, old)
}

fn changed(choices: &mut Choices, old: Schema) -> (Schema, Schema) {
    let mut new = old.clone();
    let mut left = choices.below(7);
    while left > 0 {
        let before = new.clone();
        change(choices, &mut new);
        if is_schema(&new) {
            left -= 1;
        } else {
            new = before;
        }
    }
    if choices.one_in(2) { (old, new) } else { (new, old) }
}

/// Whether `schema` can be written. A change may use a name twice or put a union into a union. And a type in
/// a namespace cannot refer to a definition without a namespace.
fn is_schema(schema: &Schema) -> bool {
    let bare = schema.definitions.keys().filter(|name| name.namespace().is_empty()).count();
    (bare == 0 || bare == schema.definitions.len()) && Schema::parse_lenient(&schema.to_json()).is_ok()
}

fn schema(choices: &mut Choices) -> Schema {
    loop {
        let mut names: Vec<Name> = Vec::new();
        let namespaces = if choices.one_in(3) { &NAMESPACES[..1] } else { &NAMESPACES[1..] };
        for simple in &DEFINITIONS[..=choices.below(DEFINITIONS.len())] {
            let namespace = choices.word(namespaces);
            names.push(Name::in_namespace(namespace, simple));
        }
        if choices.one_in(6) {
            let namespace = if namespaces.len() == 1 { "" } else { "n.o" };
            names.push(Name::in_namespace(namespace, choices.word(&DEFINITIONS)));
        }
        let mut definitions = BTreeMap::new();
        for name in &names {
            definitions.insert(name.clone(), definition(choices, &names));
        }
        let root = if choices.one_in(5) { ty(choices, &names, 2) } else { Type::Named(names[0].clone()) };
        let mut schema = Schema { root, definitions };
        set_defaults(choices, &mut schema);
        if is_schema(&schema) {
            return schema;
        }
    }
}

/// Adds many branches to the unions: definitions that are not used elsewhere. They refer to existing
/// definitions or to a new one of their own.
fn widen(choices: &mut Choices, schema: &mut Schema) {
    let names: Vec<Name> = schema.definitions.keys().cloned().collect();
    let namespace = names[0].namespace();
    let mut added = BTreeMap::new();
    let mut widen = |ty: &mut Type| {
        let Type::Union(branches) = ty else { return };
        for _ in 0..17 + choices.below(4) {
            let name = |kind: &str, number| Name::in_namespace(namespace, &format!("{kind}{number}"));
            let (outer, inner) = (name("Outer", added.len()), name("Inner", added.len()));
            let of = if choices.one_in(4) { names.clone() } else { vec![inner.clone()] };
            added.insert(outer.clone(), definition(choices, &of));
            let back = if choices.one_in(4) { vec![outer.clone()] } else { Vec::new() };
            added.insert(inner, definition(choices, &back));
            branches.push(Type::Named(outer));
        }
    };
    widen(&mut schema.root);
    for definition in schema.definitions.values_mut() {
        if let Definition::Record(record) = definition {
            record.fields.iter_mut().for_each(|field| widen(&mut field.ty));
        }
    }
    let before = schema.clone();
    schema.definitions.extend(added);
    if !is_schema(schema) {
        *schema = before;
    }
}

fn definition(choices: &mut Choices, names: &[Name]) -> Definition {
    let aliases = if choices.one_in(4) { vec![alias(choices)] } else { Vec::new() };
    match choices.below(8) {
        0 => {
            let symbols = choices.some_of(&SYMBOLS, 4);
            let fallback = choices.one_in(3).then(|| symbols[0].clone());
            Definition::Enum(Enum { aliases, symbols, fallback, ..Enum::default() })
        }
        1 => Definition::Fixed(Fixed { aliases, size: 1 + choices.below(2), ..Fixed::default() }),
        _ => {
            let names_of_fields = choices.some_of(&FIELDS, 4);
            let fields = names_of_fields.into_iter().map(|name| field(choices, name, names)).collect();
            Definition::Record(Record { aliases, fields, ..Record::default() })
        }
    }
}

fn field(choices: &mut Choices, name: String, names: &[Name]) -> Field {
    let mut field = Field::new(name, ty(choices, names, 3));
    if choices.one_in(10) {
        field.aliases.push(choices.word(&FIELDS).to_owned());
    }
    field
}

/// Returns an alias of a definition: simple, qualified or, rarely, in the empty namespace.
fn alias(choices: &mut Choices) -> String {
    let simple = choices.word(&DEFINITIONS);
    match choices.below(6) {
        0..=2 => simple.to_owned(),
        3 | 4 => Name::in_namespace(choices.word(&NAMESPACES), simple).as_str().to_owned(),
        _ => format!(".{simple}"),
    }
}

fn ty(choices: &mut Choices, names: &[Name], depth: usize) -> Type {
    match choices.below(if depth == 0 { 8 } else { 13 }) {
        0..=3 => choices.of(&SIMPLE).clone(),
        4..=7 if names.is_empty() => Type::DOUBLE,
        4..=7 => Type::Named(choices.of(names).clone()),
        8 => Type::array(ty(choices, names, depth - 1)),
        9 => Type::map(ty(choices, names, depth - 1)),
        10 => Type::optional(branch(choices, names, depth - 1)),
        _ => {
            let mut branches: Vec<Type> = Vec::new();
            for _ in 0..choices.below(5) {
                push_branch(&mut branches, branch(choices, names, depth - 1));
            }
            Type::Union(branches)
        }
    }
}

fn branch(choices: &mut Choices, names: &[Name], depth: usize) -> Type {
    match ty(choices, names, depth) {
        Type::NULL | Type::Union(_) => Type::STRING,
        other => other,
    }
}

fn push_branch(branches: &mut Vec<Type>, branch: Type) {
    if branches.iter().all(|known| known.branch_name() != branch.branch_name()) {
        branches.push(branch);
    }
}

/// Gives some fields a valid default.
fn set_defaults(choices: &mut Choices, schema: &mut Schema) {
    let source = schema.clone();
    for definition in schema.definitions.values_mut() {
        if let Definition::Record(record) = definition {
            for field in &mut record.fields {
                if choices.one_in(3) {
                    field.default = default(&source, &field.ty, 4);
                }
            }
        }
    }
}

/// Returns the emptiest default of `ty`, or `None` if it nests too deep.
fn default(schema: &Schema, ty: &Type, depth: usize) -> Option<Json> {
    Some(match ty.wire().as_ref() {
        Type::Primitive(Primitive::Null) => Json::Null,
        Type::Primitive(Primitive::Boolean) => Json::Bool(false),
        Type::Primitive(Primitive::Int | Primitive::Long) => Json::Integer(0),
        Type::Primitive(Primitive::Float | Primitive::Double) => Json::Float(0.5),
        Type::Primitive(Primitive::Bytes | Primitive::String) => Json::String(String::new()),
        Type::Array(_) => Json::Array(Vec::new()),
        Type::Map(_) => Json::Object(Vec::new()),
        Type::Union(branches) => default(schema, branches.first()?, depth)?,
        Type::Logical(_) | Type::Annotated(_) => return None,
        Type::Named(name) => match schema.definitions.get(name)? {
            Definition::Enum(definition) => Json::String(definition.symbols.first()?.clone()),
            Definition::Fixed(fixed) => Json::String("\0".repeat(fixed.size)),
            Definition::Record(record) => {
                let depth = depth.checked_sub(1)?;
                let members = record
                    .fields
                    .iter()
                    .map(|field| Some((field.name.clone(), default(schema, &field.ty, depth)?)));
                Json::Object(members.collect::<Option<_>>()?)
            }
        },
    })
}

/// Makes one change.
fn change(choices: &mut Choices, schema: &mut Schema) {
    let names: Vec<Name> = schema.definitions.keys().cloned().collect();
    match choices.below(11) {
        0 => rename(choices, schema, &names),
        1 => {
            let namespace = choices.word(&NAMESPACES);
            for old in names {
                replace(schema, &old, &Name::in_namespace(namespace, old.simple()));
            }
        }
        2 => change_type(choices, &mut schema.root, &names),
        _ => {
            let source = schema.clone();
            let name = choices.of(&names);
            match schema.definitions.get_mut(name).expect("one of its names") {
                Definition::Record(record) => change_record(choices, record, &names, &source),
                Definition::Enum(definition) => change_enum(choices, definition),
                Definition::Fixed(fixed) => match choices.below(3) {
                    0 => fixed.size = 1 + choices.below(3),
                    _ => fixed.aliases = vec![alias(choices)],
                },
            }
        }
    }
}

/// Gives a definition another namespace or name, usually with an alias.
fn rename(choices: &mut Choices, schema: &mut Schema, names: &[Name]) {
    let old = choices.of(names);
    let simple = if choices.one_in(2) { old.simple() } else { choices.word(&DEFINITIONS) };
    let new = Name::in_namespace(choices.word(&NAMESPACES), simple);
    let Some(definition) = replace(schema, old, &new) else { return };
    let aliases = match definition {
        Definition::Record(record) => &mut record.aliases,
        Definition::Enum(definition) => &mut definition.aliases,
        Definition::Fixed(fixed) => &mut fixed.aliases,
    };
    match choices.below(3) {
        0 => {}
        1 => aliases.push(old.simple().to_owned()),
        _ => aliases.push(old.as_str().to_owned()),
    }
}

/// Renames the definition `old` to `new`, unless that name is in use.
fn replace<'s>(schema: &'s mut Schema, old: &Name, new: &Name) -> Option<&'s mut Definition> {
    if schema.definitions.contains_key(new) {
        return None;
    }
    let definition = schema.definitions.remove(old)?;
    schema.definitions.insert(new.clone(), definition);
    replace_name(&mut schema.root, old, new);
    for definition in schema.definitions.values_mut() {
        if let Definition::Record(record) = definition {
            record.fields.iter_mut().for_each(|field| replace_name(&mut field.ty, old, new));
        }
    }
    schema.definitions.get_mut(new)
}

fn replace_name(ty: &mut Type, old: &Name, new: &Name) {
    match ty {
        Type::Named(name) if name == old => *name = new.clone(),
        Type::Array(inner) | Type::Map(inner) => replace_name(inner, old, new),
        Type::Union(branches) => branches.iter_mut().for_each(|branch| replace_name(branch, old, new)),
        Type::Annotated(annotated) => replace_name(&mut annotated.ty, old, new),
        _ => {}
    }
}

fn change_record(choices: &mut Choices, record: &mut Record, names: &[Name], source: &Schema) {
    let index = choices.below(record.fields.len().max(1));
    let Some(field) = record.fields.get_mut(index) else { return };
    match choices.below(10) {
        0 | 1 => {
            change_type(choices, &mut field.ty, names);
            if field.default.is_some() {
                field.default = default(source, &field.ty, 4);
            }
        }
        2 => field.default = default(source, &field.ty, 4),
        3 => field.default = None,
        4 => {
            let old = std::mem::replace(&mut field.name, choices.word(&FIELDS).to_owned());
            if !choices.one_in(3) {
                field.aliases.push(old);
            }
        }
        5 => field.aliases.push(choices.word(&FIELDS).to_owned()),
        6 => drop(record.fields.remove(index)),
        7 => {
            let other = choices.below(record.fields.len());
            record.fields.swap(index, other);
        }
        8 => record.aliases.push(alias(choices)),
        _ => {
            let name = choices.word(&FIELDS).to_owned();
            let mut new = self::field(choices, name, names);
            if !choices.one_in(3) {
                new.default = default(source, &new.ty, 4);
            }
            record.fields.insert(index, new);
        }
    }
}

fn change_enum(choices: &mut Choices, definition: &mut Enum) {
    match choices.below(5) {
        0 => definition.symbols.push(choices.word(&SYMBOLS).to_owned()),
        1 => drop(definition.symbols.pop()),
        2 => definition.fallback = definition.symbols.first().cloned(),
        3 => definition.fallback = None,
        _ => definition.aliases.push(alias(choices)),
    }
}

fn change_type(choices: &mut Choices, ty: &mut Type, names: &[Name]) {
    match ty {
        Type::Array(inner) | Type::Map(inner) if !choices.one_in(4) => change_type(choices, inner, names),
        Type::Union(branches) if !choices.one_in(4) => match choices.below(4) {
            0 => push_branch(branches, branch(choices, names, 1)),
            1 => drop(branches.pop()),
            2 => branches.reverse(),
            _ => match branches.last_mut() {
                Some(last) => change_type(choices, last, names),
                None => branches.push(Type::NULL),
            },
        },
        Type::Primitive(Primitive::Int) if !choices.one_in(3) => {
            *ty = choices.of(&[Type::LONG, Type::FLOAT, Type::DOUBLE]).clone();
        }
        Type::Primitive(Primitive::Long) if !choices.one_in(3) => {
            *ty = choices.of(&[Type::INT, Type::DOUBLE]).clone();
        }
        Type::Primitive(Primitive::String) if !choices.one_in(3) => *ty = Type::BYTES,
        Type::Primitive(Primitive::Bytes) if !choices.one_in(3) => *ty = Type::STRING,
        _ if choices.one_in(2) => *ty = Type::optional(ty.clone()),
        _ => *ty = self::ty(choices, names, 2),
    }
}
