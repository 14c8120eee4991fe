//! Data of other schemas: decoding in place and decoding after rewriting return the same events.

use proptest::prelude::*;
use signalbook::model::Schema;
use signalbook::private::{decode_in_place, decode_rewritten};
use signalbook::{Enum, Event, MAX_NESTING, Plan, Record, encode_to_vec, schema_of};
use signalbook_data::encode;
use signalbook_sample::Choices;

use super::adapted::{Adapted, Kept, Level};
use super::rich::{Rich, RichRef};
use super::samples::value;
use super::versions::{reader, writer};

proptest! {
    #![proptest_config({
        let default = ProptestConfig::default();
        ProptestConfig { cases: 4 * default.cases, ..default }
    })]

    #[test]
    fn decoding_in_place_equals_decoding_after_rewriting(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let mut choices = Choices::new(&bytes);
        let reader = reader::<Rich>();
        let writer = writer(&mut choices, &reader);
        let datum = datum(&mut choices, &writer);
        let plan = Plan::typed(&writer, &reader).expect("a plan");
        prop_assert!(plan.in_place().is_some(), "the plan converts no value: {}", writer.to_json());
        agree(&plan, &datum)?;
    }

    #[test]
    fn invalid_data_are_rejected_alike(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut choices = Choices::new(&bytes);
        let reader = reader::<Rich>();
        let writer = writer(&mut choices, &reader);
        let mut datum = datum(&mut choices, &writer);
        let plan = Plan::typed(&writer, &reader).expect("a plan");
        datum.push(0);
        agree(&plan, &datum)?;
        let place = place.index(datum.len() - 1);
        datum.pop();
        if let Some(changed) = datum.get_mut(place) {
            *changed = byte;
            agree(&plan, &datum)?;
            agree(&plan, &datum[..place])?;
        }
    }

    #[test]
    fn adapters_and_open_enums_are_decoded_in_place(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut choices = Choices::new(&bytes);
        let reader = reader::<Adapted>();
        let writer = writer(&mut choices, &reader);
        let mut datum = datum(&mut choices, &writer);
        let plan = Plan::typed(&writer, &reader).expect("a plan");
        prop_assert!(plan.in_place().is_some(), "the plan converts no value: {}", writer.to_json());
        let mut room = Vec::new();
        let rewritten = decode_rewritten::<Adapted>(&plan, &datum, &mut room).ok();
        prop_assert_eq!(decode_in_place::<Adapted>(&plan, &datum).ok(), rewritten);
        if let Some(changed) = datum.get_mut(place.index(bytes.len() + 1)) {
            *changed = byte;
        }
        let mut room = Vec::new();
        let rewritten = decode_rewritten::<Adapted>(&plan, &datum, &mut room).ok();
        prop_assert_eq!(decode_in_place::<Adapted>(&plan, &datum).ok(), rewritten);
    }
}

/// Makes a datum of the writer schema.
fn datum(choices: &mut Choices<'_>, writer: &Schema) -> Vec<u8> {
    encode(writer, &value(choices, writer, &writer.root, 6)).expect("a value of the writer schema")
}

fn parse(json: &str) -> Schema {
    Schema::parse(json).expect("a schema")
}

/// An unknown symbol of one enum is not accepted for another enum, where its index is out of range.
#[test]
fn an_unknown_symbol_belongs_to_one_enum() {
    #[derive(Clone, Debug, PartialEq, Event)]
    #[event(type = "com.example.shop.both.written.v1")]
    struct Both {
        one: Kept,
        other: Transport,
    }
    #[derive(Clone, Debug, PartialEq, Enum)]
    #[enumeration(fallback = "ROAD")]
    enum Transport {
        Road,
        #[avro(open)]
        Unknown(Box<str>),
    }
    let reader = schema_of::<Both>().expect("a schema");
    let writer = parse(&reader.to_json().replace(r#""VAN"]"#, r#""VAN","PIGEON"]"#));
    let plan = Plan::typed(&writer, &reader).expect("a plan");
    assert_eq!(plan.unknown_symbols(), [Box::from("PIGEON")]);
    let known = Both { one: Kept::Unknown("PIGEON".into()), other: Transport::Road };
    assert_eq!(decode_in_place::<Both>(&plan, &[6, 0]), Ok(known));
    assert!(decode_rewritten::<Both>(&plan, &[6, 2], &mut Vec::new()).is_err());
    assert!(decode_in_place::<Both>(&plan, &[6, 2]).is_err(), "the other enum has one symbol");
}

/// Branches and symbols that only the reader has are invalid in the writer's data.
#[test]
fn an_index_refers_to_the_writer_schema() {
    #[derive(Clone, Debug, PartialEq, Event)]
    #[event(type = "com.example.shop.both.written.v1")]
    struct Both {
        one: Level,
        other: Choice,
    }
    #[derive(Clone, Debug, PartialEq, Enum)]
    enum Choice {
        Number(i32),
        Flag(bool),
    }
    let reader = schema_of::<Both>().expect("a schema");
    let json = reader.to_json();
    for (narrower, datum) in [(r#","HIGH"]"#, &[4, 0, 0]), (r#","boolean"]"#, &[0, 2, 0])] {
        assert!(json.contains(narrower), "{json}");
        let plan = Plan::typed(&parse(&json.replace(narrower, "]")), &reader).expect("a plan");
        assert!(!plan.is_identity());
        assert!(decode_in_place::<Both>(&plan, &[0, 0, 0]).is_ok());
        assert!(decode_rewritten::<Both>(&plan, datum, &mut Vec::new()).is_err());
        assert!(decode_in_place::<Both>(&plan, datum).is_err());
    }
}

/// The index of a union, like that of an enum, is an int, however it is read.
#[test]
fn an_index_is_an_int() {
    #[derive(Clone, Debug, PartialEq, Event)]
    #[event(type = "com.example.shop.both.written.v1")]
    struct Both {
        one: i32,
        other: Choice,
    }
    #[derive(Clone, Debug, PartialEq, Enum)]
    enum Choice {
        Number(i32),
        Flag(bool),
    }
    let reader = schema_of::<Both>().expect("a schema");
    let json = reader.to_json();
    let (one, other) = (r#"{"name":"one","type":"int"}"#, r#"["int","boolean"]"#);
    assert!(json.contains(one) && json.contains(other), "{json}");
    // The index of the second branch, in as many bytes as an int may have, and in more.
    let (longest, longer) = ([0x82, 0x80, 0x80, 0x80, 0], [0x82, 0x80, 0x80, 0x80, 0x80, 0]);
    let writers = [
        (json.replace(one, r#"{"name":"one","type":["null","int"]}"#), &[][..], &[4, 0, 6][..]),
        (json.replace(other, r#"["boolean","int"]"#), &[4], &[6]),
    ];
    for (writer, before, after) in writers {
        let plan = Plan::typed(&parse(&writer), &reader).expect("a plan");
        assert!(plan.in_place().is_some() && !plan.is_identity());
        let datum = |index: &[u8]| [before, index, after].concat();
        let read = Ok(Both { one: 2, other: Choice::Number(3) });
        assert_eq!(decode_in_place::<Both>(&plan, &datum(&longest)), read);
        assert_eq!(decode_rewritten::<Both>(&plan, &datum(&longest), &mut Vec::new()).ok(), read.ok());
        assert!(decode_in_place::<Both>(&plan, &datum(&longer)).is_err());
        assert!(decode_rewritten::<Both>(&plan, &datum(&longer), &mut Vec::new()).is_err());
    }
}

/// Items without bytes are counted in total, even if they are skipped.
#[test]
fn skipped_items_without_bytes_are_counted() {
    #[derive(Clone, Debug, PartialEq, Event)]
    #[event(type = "com.example.shop.text.written.v1")]
    struct Text {
        lines: Vec<Line>,
    }
    #[derive(Clone, Debug, PartialEq, Record)]
    struct Line {
        text: String,
    }
    let reader = schema_of::<Text>().expect("a schema");
    let name = r#"{"name":"text""#;
    let json = reader.to_json();
    assert!(json.contains(name), "{json}");
    let skipped = r#"{"name":"gone","type":{"type":"array","items":"null"}},"#;
    let plan = Plan::typed(&parse(&json.replace(name, &[skipped, name].concat())), &reader).expect("a plan");
    assert!(plan.in_place().is_some());
    // The last line has a long text. Its bytes justify the nulls of each line, but not those of all lines.
    let datum = |nothings: usize| {
        let encoded = |text: usize| {
            let parts = [encode_to_vec(&vec![(); nothings]), encode_to_vec(&"x".repeat(text))];
            parts.map(|part| part.expect("a line")).concat()
        };
        [&[40], encoded(0).repeat(19).as_slice(), &encoded(100_000), &[0]].concat()
    };
    let few = decode_in_place::<Text>(&plan, &datum(1000)).expect("fewer nulls than the limit");
    assert_eq!(few.lines.len(), 20);
    let many = datum(9000);
    assert!(decode_rewritten::<Text>(&plan, &many, &mut Vec::new()).is_err());
    assert!(decode_in_place::<Text>(&plan, &many).is_err());
}

/// Both ways of decoding return the same event, owned or borrowed, or both fail.
fn agree(plan: &Plan, datum: &[u8]) -> Result<(), TestCaseError> {
    let (mut room, mut other) = (Vec::new(), Vec::new());
    let rewritten = decode_rewritten::<Rich>(plan, datum, &mut room).ok();
    let in_place = decode_in_place::<Rich>(plan, datum).ok();
    let bytes = |event: &Option<Rich>| event.as_ref().map(encode_to_vec);
    prop_assert_eq!(bytes(&in_place), bytes(&rewritten));
    let borrowed = decode_in_place::<RichRef<'_>>(plan, datum).ok();
    let rewritten = decode_rewritten::<RichRef<'_>>(plan, datum, &mut other).ok();
    let bytes = |event: &Option<RichRef<'_>>| event.as_ref().map(encode_to_vec);
    prop_assert_eq!(bytes(&borrowed), bytes(&rewritten));
    Ok(())
}

/// The bytes before the first zero make the writer schema, as in the fuzz target.
#[test]
fn the_seeds_of_the_fuzz_target_are_read() {
    let (mut read, reader) = (0, reader::<Rich>());
    for seed in
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/versions")).expect("a folder")
    {
        let path = seed.expect("a file").path();
        let bytes = std::fs::read(&path).expect("a file");
        let end = bytes.iter().position(|byte| *byte == 0).expect("choices and a datum");
        let (choices, datum) = (&bytes[..end], &bytes[end + 1..]);
        let writer = writer(&mut Choices::new(choices), &reader);
        let plan = Plan::typed(&writer, &reader).expect("a plan");
        decode_in_place::<Rich>(&plan, datum).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        read += 1;
    }
    assert!(read > 3, "{read} seeds");
}

/// Values that nest as deep as the derives allow can be rewritten. Deeper ones are rejected, however they are
/// read.
#[test]
fn the_deepest_value_is_read_in_both_ways() {
    #[derive(Debug, PartialEq, Event)]
    #[event(type = "com.example.shop.tree.grown.v1")]
    struct TreeGrown {
        tree: Tree,
        height: i64,
    }
    #[derive(Debug, PartialEq, Record)]
    struct Tree {
        branch: Branch,
    }
    #[derive(Debug, PartialEq, Record)]
    struct Branch {
        next: Option<Box<Tree>>,
    }
    let reader = schema_of::<TreeGrown>().expect("a schema");
    let writer = parse(&reader.to_json().replace(r#""long""#, r#""int""#));
    let plan = Plan::typed(&writer, &reader).expect("a plan");
    let deep = |boxes| {
        let tree = (0..boxes).fold(Tree { branch: Branch { next: None } }, |tree, _| Tree {
            branch: Branch { next: Some(Box::new(tree)) },
        });
        TreeGrown { tree, height: 7 }
    };
    let deepest = deep(MAX_NESTING);
    let mut datum = encode_to_vec(&deepest).expect("the depth is allowed");
    assert_eq!(decode_in_place::<TreeGrown>(&plan, &datum), Ok(deepest));
    let rewritten = decode_rewritten::<TreeGrown>(&plan, &datum, &mut Vec::new()).expect("as in place");
    assert_eq!(rewritten, deep(MAX_NESTING));

    datum.insert(0, 2);
    assert!(signalbook::decode::<TreeGrown>(&datum).is_err());
    assert!(decode_in_place::<TreeGrown>(&plan, &datum).is_err());
    assert!(decode_rewritten::<TreeGrown>(&plan, &datum, &mut Vec::new()).is_err());
}
