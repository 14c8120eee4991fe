//! Generates unusual registries without errors, for property tests.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Declarations to which the generated ones refer, some with long names or in another namespace.
const BASE: &str = include_str!("any_registry.toml");

const ELSEWHERE: &str = r#"
namespace = "com.example.a_part_of_the_path.another_part_that_is_longer.type.self"

[types.Elsewhere]
fields = { here = "Elsewhere?", there = "map<com.example.shop.Pair>" }
"#;

const LEAVES: [&str; 23] = [
    "string",
    "int",
    "long",
    "float",
    "double",
    "boolean",
    "bytes",
    "date",
    "decimal(12,2)",
    "timestamp-micros",
    "datetime",
    "uuid",
    "duration",
    "Point",
    "Side",
    "Pair",
    "Choice",
    "Node",
    "Plain",
    "Foreign",
    "Adapted",
    "Either",
    "com.example.a_part_of_the_path.another_part_that_is_longer.type.self.Elsewhere",
];

/// Types that can be the branches of one union.
const PLAIN: [&str; 6] = ["string", "long", "boolean", "Point", "Pair", "Side"];

const RUST: [&str; 10] = [
    "String",
    "crate::Thing",
    "::std::sync::Arc<str>",
    "std::borrow::Cow<'static, str>",
    "[u8; 16]",
    "(i64, u32)",
    "a_crate::Generic<a_crate::Inner<u8>, Vec<(i64, a_crate::with::a::path::Of::Some::Length)>>",
    "a_crate_with_a_name::and_a_module::DateTime<a_crate_with_a_name::and_a_module::TimeZone>",
    "a_crate_with_a_name::and_a_module_with_one::ATypeWhosePathIsLongerThanALineOfRustShouldEverBeAtAll",
    "r#type::r#fn",
];

/// The optional keys of a field, with placeholders for its number.
const EXTRAS: [&str; 4] = [
    "aliases = [\"b#\", \"another_name_that_it_goes_by_#\"], ",
    "order = \"ignore\", ",
    "pii = \"email\", ",
    "deprecated = \"no longer needed\", ",
];

const DERIVES: [&str; 6] = [
    "Eq",
    "Hash",
    "Clone",
    "serde::Serialize",
    "::serde::Deserialize",
    "a_crate_with_a_name::and_a_module::derive::OfSomething",
];

const ATTRIBUTES: [&str; 8] = [
    "#[non_exhaustive]",
    "#[allow(clippy::large_enum_variant)] #[must_use = \"it \\\\ matters\"]",
    "#[serde(rename_all = \"camelCase\", tag = \"type\", deny_unknown_fields)]",
    "#[serde(rename_all = \"camelCase\", tag = \"type\", content = \"what is in it\", deny_unknown_fields)]",
    "#[cfg_attr(feature = \"a-feature\", derive(serde::Serialize), serde(rename = \"x\", default = \
     \"a::b\"))]",
    "#[cfg(any(feature = \"one\", all(feature = \"two\", not(feature = \"three-and-a-half\")), target_os = \
     \"none\", unix))]",
    "#[doc = \" More of it; }\"]",
    "#[doc(alias = \"thing\")]",
];

/// Returns `text` as a TOML string.
fn toml(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                write!(quoted, "\\u{:04x}", u32::from(c)).expect("writing to a string does not fail");
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,20}",
        "[a-z '\"\\\\{}();,#/]{0,120}",
        "[\u{0}-\u{1f}a0-7é日\u{301}\u{200d}\u{1F600}]{0,60}",
        any::<String>(),
    ]
}

/// Texts of several lines.
fn doc() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[ a-z]{0,120}",
        "[ a-z{};/*!\"\\\\\t#]{0,40}",
        "[\u{1}-\u{9}\r\u{b}é日\u{1F600}};]{0,20}"
    ];
    prop::collection::vec(line, 0..4).prop_map(|lines| lines.join("\n"))
}

/// Names with a placeholder for a number that makes them unique.
fn name() -> impl Strategy<Value = &'static str> {
    select(vec![
        "a#",
        "A#b",
        "the_name#_of_something",
        "the_name_of_something_that_takes_#_a_good_half_of_a_line",
        "the_name_of_something_that_takes_all_of_a_line_and_then_some_more_#_of_the_next_one_too",
    ])
}

fn shape() -> impl Strategy<Value = String> {
    select(&LEAVES[..]).prop_map(str::to_owned).prop_recursive(5, 16, 3, |inner| {
        let collection = prop_oneof![
            inner.clone().prop_map(|inner| format!("list<{inner}>")),
            inner.clone().prop_map(|inner| format!("map<{inner}>")),
        ];
        let branches = (subsequence(&PLAIN[..], 1..=5), collection.clone());
        prop_oneof![
            3 => collection,
            2 => inner.prop_map(|inner| {
                let is_optional = inner.ends_with('?') || ["Choice", "Either"].contains(&&*inner);
                if is_optional { inner } else { format!("{inner}?") }
            }),
            2 => (branches, any::<bool>()).prop_map(|((plain, last), optional)| {
                format!("({} | {last}){}", plain.join(" | "), if optional { "?" } else { "" })
            }),
        ]
    })
}

/// Types, each with a value in TOML.
fn valued() -> impl Strategy<Value = (String, String)> {
    let point = || {
        (any::<i32>(), any::<i32>()).prop_map(|(x, y)| format!("{{ x = {x}, the_second_coordinate = {y} }}"))
    };
    let long = || prop_oneof![0..1000_i64, any::<i64>()].prop_map(|value| value.to_string());
    let double = || {
        prop_oneof![
            any::<f64>()
                .prop_filter("finite", |value| value.is_finite())
                .prop_map(|value| format!("{value:e}")),
            select(vec!["nan", "inf", "-inf", "0.0", "-0.0", "1"]).prop_map(str::to_owned)
        ]
    };
    let list = |value: BoxedStrategy<String>| {
        prop::collection::vec(value, 0..20).prop_map(|values| format!("[{}]", values.join(", ")))
    };
    let map = |value: BoxedStrategy<String>| {
        prop::collection::btree_map(text(), value, 0..6).prop_map(|values| {
            let values: Vec<String> =
                values.iter().map(|(key, value)| format!("{} = {value}", toml(key))).collect();
            format!("{{ {} }}", values.join(", "))
        })
    };
    let bytes = |size| {
        prop::collection::vec(any::<u8>(), size)
            .prop_map(|bytes| toml(&bytes.into_iter().map(char::from).collect::<String>()))
    };
    let string = || text().prop_map(|text| toml(&text));
    let of = |shape: &'static str, value: BoxedStrategy<String>| {
        value.prop_map(move |value| (shape.to_owned(), value))
    };
    let long_record = "ARecordUnderANameThatIsLongerThanAnybodyCouldWantAndMuchLongerThanALineShouldEverGet";
    let long_values = (string(), string()).prop_map(|(first, second)| {
        format!(
            "{{ first_field_with_a_name_of_some_length = {first}, second_field_with_a_name_of_some_length = \
             {second} }}"
        )
    });
    prop_oneof![
        of("string", string().boxed()),
        of("string?", string().boxed()),
        of("long", long().boxed()),
        of("double", double().boxed()),
        of("boolean", any::<bool>().prop_map(|value| value.to_string()).boxed()),
        of("bytes", bytes(0..60).boxed()),
        of("Pair", bytes(2..3).boxed()),
        of("list<long>", list(long().boxed()).boxed()),
        of("list<boolean>?", list(any::<bool>().prop_map(|value| value.to_string()).boxed()).boxed()),
        of("list<list<long>>", list(list(long().boxed()).boxed()).boxed()),
        of("list<string>", list(string().boxed()).boxed()),
        of("map<double>", map(double().boxed()).boxed()),
        of("map<list<Point>>", map(list(point().boxed()).boxed()).boxed()),
        of("Point", point().boxed()),
        of("Point | string", point().boxed()),
        of("(Point | long)?", point().boxed()),
        of("list<Point | long>", list(point().boxed()).boxed()),
        of("Choice", point().boxed()),
        of(long_record, long_values.boxed()),
        of(
            "Side",
            select(vec![
                "\"LEFT\"",
                "\"A_SYMBOL_THAT_TAKES_THE_BETTER_PART_OF_A_WHOLE_LINE_WHEN_IT_IS_WRITTEN\""
            ])
            .prop_map(str::to_owned)
            .boxed()
        ),
        of("list<Side>", list(Just("\"LEFT\"".to_owned()).boxed()).boxed()),
        of("date", any::<i32>().prop_map(|value| value.to_string()).boxed()),
    ]
}

/// Fields with placeholders for their number.
fn field() -> impl Strategy<Value = (String, String)> {
    let typed = prop_oneof![
        shape().prop_map(|shape| format!("type = {}", toml(&shape))),
        (valued(), select(vec!["default", "initial"]))
            .prop_map(|((shape, value), key)| format!("type = {}, {key} = {value}", toml(&shape))),
    ];
    let extras = subsequence(&EXTRAS[..], 0..=2).prop_map(|extras| extras.concat());
    let doc = prop::option::of(doc());
    (name(), extras, typed, doc).prop_map(|(name, extras, typed, doc)| {
        let doc = doc.map(|doc| format!(", doc = {}", toml(&doc))).unwrap_or_default();
        (format!("{name} = {{ {extras}"), format!("{typed}{doc} }}\n"))
    })
}

fn fields() -> impl Strategy<Value = String> {
    prop::collection::vec(field(), 0..9).prop_map(|fields| {
        let fields = (0..).zip(fields);
        fields.map(|(number, (head, rest))| numbered(&head, number) + &rest).collect()
    })
}

fn numbered(text: &str, number: usize) -> String {
    text.replace('#', &number.to_string())
}

/// The optional keys of an event, with placeholders for its number.
fn event_items() -> impl Strategy<Value = String> {
    let replacement = select(vec!["", "replacement = \"com.example.shop.something.done.v1\", "]);
    let topics = prop::collection::vec("[a-z]{1,40}", 1..5);
    let items = (text(), replacement, text(), topics).prop_map(|(producer, replacement, reason, topics)| {
        vec![
            format!("producer = {}\n", toml(&producer)),
            format!("deprecated = {{ {replacement}reason = {} }}\n", toml(&reason)),
            format!("topics = {topics:?}\n"),
            "minor = 12\n".to_owned(),
            "stability = \"unstable\"\n".to_owned(),
            "name = \"SOME_OTHER_NAME_#\"\n".to_owned(),
            "bus = false\n".to_owned(),
        ]
    });
    items.prop_flat_map(|items| subsequence(items, 0..=5)).prop_map(|items| items.concat())
}

fn settings() -> impl Strategy<Value = String> {
    let on = || select(vec!["*", "com.example.shop.*", "com.example.shop.Point"]);
    let additions = |texts: &'static [&'static str]| {
        prop::collection::vec((on(), subsequence(texts, 1..=3)), 0..3).prop_map(|additions| {
            let addition = |(on, texts): &(&str, Vec<&str>)| {
                let texts: Vec<String> = texts.iter().map(|text| toml(text)).collect();
                format!("{{ on = \"{on}\", add = [{}] }}", texts.join(", "))
            };
            additions.iter().map(addition).collect::<Vec<_>>().join(", ")
        })
    };
    let rust = || prop::option::of(select(&RUST[..]));
    let map = prop::option::of(select(vec![
        "std::collections::BTreeMap",
        "::a::Map",
        "a_crate_with_a_name::and_a_module::for_maps::IndexMap",
    ]));
    let setting = |key: &str, value: Option<&str>| {
        value.map(|value| format!("{key} = {}\n", toml(value))).unwrap_or_default()
    };
    let wire = select(vec!["string", "logical", "fixed"]);
    (additions(&DERIVES), additions(&ATTRIBUTES), rust(), rust(), map, wire).prop_map(
        move |(derives, attributes, datetime, uuid, map, wire)| {
            let wire =
                if wire == "string" { String::new() } else { format!("[settings]\nuuid = \"{wire}\"\n") };
            let types = [setting("datetime", datetime), setting("uuid", uuid), setting("map", map)].concat();
            format!("{wire}[rust]\nderive = [{derives}]\nattributes = [{attributes}]\n{types}")
        },
    )
}

/// The files of a registry: names and texts.
pub(crate) fn registry() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let foreign = (select(&RUST[..]), select(&RUST[..]), shape_of_scalar());
    let records = prop::collection::vec((fields(), doc()), 0..3);
    let events = prop::collection::vec((name(), event_items(), fields(), doc()), 1..3);
    (settings(), foreign, records, events).prop_map(|(settings, (rust, adapter, wire), records, events)| {
        let (rust, adapter, wire) = (toml(rust), toml(adapter), toml(&wire));
        let scalars = format!(
            "\n[scalars.Foreign]\nwire = \"long\"\nrust = {rust}\nas = {adapter}\n\
             \n[scalars.Adapted]\nwire = {wire}\nas = {adapter}\n"
        );
        let records = (0..).zip(&records).map(|(number, (fields, doc))| {
            let table = format!("types.Record{number}");
            let aliases = format!("[\"B{number}\", \"com.example.OldRecord{number}\"]");
            format!("\n[{table}]\ndoc = {}\naliases = {aliases}\n[{table}.fields]\n{fields}", toml(doc))
        });
        let events = (0..).zip(&events).map(|(number, (name, items, fields, doc))| {
            let table = format!("events.\"{}.done.v1\"", numbered(name, number).to_lowercase());
            let items = numbered(items, number);
            format!("\n[{table}]\ndoc = {}\n{items}[{table}.data]\n{fields}", toml(doc))
        });
        let shop = [BASE.to_owned(), scalars].into_iter().chain(records).chain(events).collect();
        vec![("shop.toml", shop), ("elsewhere.toml", ELSEWHERE.to_owned()), ("signalbook.toml", settings)]
    })
}

fn shape_of_scalar() -> impl Strategy<Value = String> {
    select(vec!["string", "map<list<long>>", "list<Pair | Side>", "Point"]).prop_map(str::to_owned)
}
