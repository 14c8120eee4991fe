//! Plans of malicious schemas, and plans that read malicious data.

use std::collections::BTreeMap;

use signalbook_model::{Definition, Enum, Field, Fixed, Json, Name, Record, Schema, Type};
use signalbook_resolve::wire::MAX_DEPTH;
use signalbook_resolve::{Plan, PlanError, ResolveProblem};

#[test]
fn enums_of_many_symbols_are_planned() {
    // A comparison of each with each would take ten thousand million steps.
    let of = |symbols: Vec<String>| {
        let name = Name::from("E");
        let definition = Definition::Enum(Enum { symbols, ..Enum::default() });
        Schema { root: Type::Named(name.clone()), definitions: [(name, definition)].into() }
    };
    let symbols = |prefix: &str| (0..100_000).rev().map(|number| format!("{prefix}{number}")).collect();
    let (writer, reader): (Vec<String>, Vec<String>) = (symbols("A"), symbols("B"));
    let mut reversed = writer.clone();
    reversed.reverse();
    Plan::new(&of(writer.clone()), &of(reversed)).expect("a plan");
    let plan = Plan::typed(&of(writer), &of(reader)).expect("a plan");
    assert_eq!(plan.unknown_symbols().len(), 100_000);
}

/// A comparison of each member with each field, or of each item with each symbol, would take ten thousand
/// million steps.
#[test]
fn defaults_of_many_parts_are_planned_or_too_large() {
    const MANY: usize = 100_000;
    let part = |definition: Definition| (Name::from("Part"), definition);
    let outer = |fields: Vec<Field>, part: (Name, Definition)| {
        let record = Definition::Record(Record { fields, ..Record::default() });
        Schema { root: Type::Named(Name::from("R")), definitions: [(Name::from("R"), record), part].into() }
    };
    let plan = |ty: Type, default: Json, definition: Definition| {
        let field = Field { default: Some(default), ..Field::new("new", ty) };
        Plan::new(&outer(Vec::new(), part(definition.clone())), &outer(vec![field], part(definition)))
    };
    let named = || Type::Named(Name::from("Part"));

    let name = |number: usize| format!("f{number}");
    let fields = (0..MANY).rev().map(|number| Field::new(name(number), Type::INT)).collect();
    let members = (0..MANY).map(|number| (name(number), Json::Integer(1))).collect();
    let record = Definition::Record(Record { fields, ..Record::default() });
    let mut out = Vec::new();
    plan(named(), Json::Object(members), record).expect("a plan").transcode(&[], &mut out).expect("a datum");
    assert_eq!(out, vec![2; MANY]);

    let symbols: Vec<_> = (0..MANY).map(|number| format!("S{number}")).collect();
    let items = vec![Json::String(symbols[MANY - 1].clone()); MANY];
    let definition = Definition::Enum(Enum { symbols, ..Enum::default() });
    assert_eq!(plan(Type::array(named()), Json::Array(items), definition).err(), Some(PlanError::TooLarge));
}

fn union(definitions: impl IntoIterator<Item = (Name, Definition)>) -> Schema {
    let definitions: BTreeMap<_, _> = definitions.into_iter().collect();
    Schema { root: Type::Union(definitions.keys().cloned().map(Type::Named).collect()), definitions }
}

/// A union of `count` records, each with `fields` fields. All names begin with the prefix.
fn records(namespace: &str, [count, fields]: [usize; 2], prefix: &str) -> Schema {
    let fields = (0..fields).map(|field| Field::new(format!("{prefix}{field}"), Type::INT));
    let record = Definition::Record(Record { fields: fields.collect(), ..Record::default() });
    union(
        (0..count)
            .map(|number| (Name::in_namespace(namespace, &format!("{prefix}{number}")), record.clone())),
    )
}

/// A union of `count` fixed types, each with `aliases` aliases.
fn fixed(prefix: &str, [count, aliases]: [usize; 2]) -> Schema {
    union((0..count).map(|number| {
        let aliases = (0..aliases).map(|alias| format!("old.F{number}x{alias}")).collect();
        let name = Name::new(format!("{prefix}{number}"));
        (name, Definition::Fixed(Fixed { size: 4, aliases, ..Fixed::default() }))
    }))
}

/// A union of `count` enums with the same simple name, each with `symbols` symbols and one more.
fn enums(prefix: &str, [count, symbols]: [usize; 2]) -> Schema {
    let symbols = (0..symbols).map(|symbol| format!("S{symbol}")).chain([prefix.to_owned()]);
    let definition = Definition::Enum(Enum { symbols: symbols.collect(), ..Enum::default() });
    union((0..count).map(|number| (Name::new(format!("{prefix}{number}.E")), definition.clone())))
}

/// A union of `count` records with the same simple name, each with `fields` fields and one more.
fn namesakes(prefix: &str, [count, fields]: [usize; 2]) -> Schema {
    let ty = if prefix == "A" { Type::LONG } else { Type::INT };
    let fields =
        (0..fields).map(|field| Field::new(format!("f{field}"), Type::INT)).chain([Field::new("f", ty)]);
    let definition = Definition::Record(Record { fields: fields.collect(), ..Record::default() });
    union((0..count).map(|number| (Name::new(format!("{prefix}{number}.R")), definition.clone())))
}

/// Definitions with the same simple name are compared each with each, with their symbols and fields.
#[test]
fn unions_of_many_namesakes_are_too_large() {
    let plans = [
        Plan::typed(&enums("A", [500, 250]), &enums("B", [500, 250])),
        Plan::new(&namesakes("A", [500, 250]), &namesakes("B", [500, 250])),
    ];
    for (number, plan) in plans.into_iter().enumerate() {
        assert_eq!(plan.err(), Some(PlanError::TooLarge), "pair {number}");
    }
}

/// Branches are found by their names.
#[test]
fn unions_of_many_definitions_are_planned_by_their_names() {
    let pairs = [
        (records("n", [700, 20], "a"), records("n", [700, 19], "a")),
        (records("n", [700, 20], "a"), records("m", [700, 19], "a")),
        (records("n", [300, 20], "a"), records("n", [300, 20], "b")),
        (records("n", [20_000, 1], "a"), records("m", [20_000, 1], "a")),
        (records("n", [100, 1000], "a"), records("n", [100, 1000], "b")),
        (fixed("A", [1000, 0]), fixed("B", [1000, 100])),
        (enums("A", [50, 20]), enums("B", [50, 20])),
    ];
    for (number, (writer, reader)) in pairs.iter().enumerate() {
        for plan in [Plan::new(writer, reader), Plan::typed(writer, reader)] {
            assert_eq!(plan.err(), None, "pair {number}");
        }
    }
}

/// A record with an array of itself. In the reader schema, two fields read this array.
const TREE: [&str; 2] = [
    r#"{"type": "record", "name": "R", "fields": [{"name": "c", "type": {"type": "array", "items": "R"}}]}"#,
    r#"{"type": "record", "name": "R", "fields": [
        {"name": "c", "type": {"type": "array", "items": "R"}},
        {"name": "b", "aliases": ["c"], "type": {"type": "array", "items": "R"}, "default": []}]}"#,
];

fn plans([writer, reader]: [&str; 2]) -> [Plan; 2] {
    let [writer, reader] = [writer, reader].map(|text| Schema::parse(text).expect("a schema"));
    [Plan::new(&writer, &reader), Plan::typed(&writer, &reader)].map(|plan| plan.expect("a plan"))
}

/// Each level doubles the output of the level below.
#[test]
fn a_field_that_two_fields_read_at_each_level_is_too_large() {
    for plan in plans(TREE) {
        for levels in [24, 40, 100] {
            let datum = [vec![2; levels], vec![0; levels + 1]].concat();
            let mut out = Vec::new();
            let error = plan.transcode(&datum, &mut out).expect_err("too large");
            assert_eq!(error.problem, ResolveProblem::TooLarge);
            assert!(out.len() < 4 << 20, "{levels} levels: {} bytes were written", out.len());
        }
    }
}

/// As above, with values of zero bytes.
#[test]
fn an_empty_field_that_two_fields_read_at_each_level_is_too_large() {
    let tower = |leaf: &str, is_doubled: bool| {
        let leaf = format!(r#"{{"type": "record", "name": "E0", "fields": [{leaf}]}}"#);
        (1..=60).fold(leaf, |inner, level| {
            let again = format!(r#", {{"name": "b", "aliases": ["c"], "type": "E{}"}}"#, level - 1);
            let again = if is_doubled { &again } else { "" };
            format!(
                r#"{{"type": "record", "name": "E{level}", "fields": [{{"name": "c", "type": {inner}}}{again}]}}"#
            )
        })
    };
    for leaf in ["", r#"{"name": "new", "type": "int", "default": 1}"#] {
        for plan in plans([&tower("", false), &tower(leaf, true)]) {
            let mut out = Vec::new();
            plan.transcode(&[], &mut out).expect_err("too large");
            assert!(out.len() < 4 << 20, "{} bytes were written", out.len());
        }
    }
}

/// A field of the writer that two fields of the reader read may be large, and may be part of another such
/// field.
#[test]
fn a_field_that_two_fields_read_at_two_levels_is_written_four_times() {
    let of = |inner: &str, outer: &str| {
        format!(
            r#"{{"type": "record", "name": "Outer", "fields": [
                {{"name": "i", "type": {{"type": "record", "name": "Inner", "fields": [
                    {{"name": "c", "type": {{"type": "array", "items": "int"}}}}{inner}]}}}}{outer}]}}"#
        )
    };
    let inner = r#", {"name": "b", "aliases": ["c"], "type": {"type": "array", "items": "long"}}"#;
    let outer = r#", {"name": "j", "aliases": ["i"], "type": "Inner"}"#;
    let mut list = vec![0x80, 0xa4, 0xe8, 0x03]; // four million
    list.extend(vec![2; 4_000_000]);
    list.push(0);
    for plan in plans([&of("", ""), &of(inner, outer)]) {
        let mut out = Vec::new();
        plan.transcode(&list, &mut out).expect("in proportion");
        assert!(out == list.repeat(4), "{} bytes of {}", out.len(), list.len());
    }
}

/// A field that moves is read again at each level, but does not make the result larger.
#[test]
fn a_field_that_moves_at_each_level_is_written_once() {
    let of = |first: &str, last: &str| {
        format!(r#"{{"type": "record", "name": "R", "fields": [{first}, {last}]}}"#)
    };
    let (list, text) =
        (r#"{"name": "c", "type": {"type": "array", "items": "R"}}"#, r#"{"name": "t", "type": "string"}"#);
    for plan in plans([&of(list, text), &of(text, list)]) {
        let leaf = [vec![0x80, 0x89, 0x7a], vec![b'x'; 1_000_000]].concat();
        let datum = [vec![2; 100], vec![0], leaf.clone(), [0, 0].repeat(100)].concat();
        let mut out = Vec::new();
        plan.transcode(&datum, &mut out).expect("once");
        assert!(out == [[0, 2].repeat(100), leaf.clone(), vec![0; 101]].concat(), "{} bytes", out.len());
    }
}

/// Nested trees of two levels each, which are rewritten or skipped.
#[test]
fn values_nest_up_to_the_limit() {
    let tree = |number: &str| {
        format!(
            r#"{{"type":"record","name":"Tree","fields":[{{"name":"n","type":"{number}"}},{{"name":"next","type":["null","Tree"]}}]}}"#
        )
    };
    let field = |fields: &str| {
        Schema::parse(&format!(r#"{{"type":"record","name":"E","fields":[{fields}]}}"#)).expect("a schema")
    };
    let writer = field(&format!(r#"{{"name":"tree","type":{}}}"#, tree("int")));
    let rewritten = field(&format!(r#"{{"name":"tree","type":{}}}"#, tree("double")));
    let nothing = field("");
    for (trees, is_read) in [(MAX_DEPTH / 2 - 1, true), (MAX_DEPTH / 2 + 1, false)] {
        let datum = [[2, 2].repeat(trees - 1), vec![2, 0]].concat();
        for reader in [&rewritten, &nothing] {
            let plan = Plan::new(&writer, reader).expect("a plan");
            assert_eq!(plan.transcode(&datum, &mut Vec::new()).is_ok(), is_read, "{trees} trees");
        }
    }
}
