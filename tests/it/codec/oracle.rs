//! The derived codec compared with Apache Avro, using the schema that the types describe.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use apache_avro::{Days, Decimal, Millis, Months, Schema};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use signalbook::{Duration, decode, decode_into, encode_to_vec, schema_of};

use super::rich::{Channel, Choice, Digest, Empty, Rich, RichRef, Tree};

proptest! {
    /// Maps have one entry at most, because Apache's hash maps have their own order.
    #[test]
    fn bytes_are_equal_to_apache_s(value in rich(1)) {
        let ours = encode_to_vec(&value).unwrap();
        let theirs = GenericDatumWriter::builder(schema()).build().unwrap();
        prop_assert_eq!(&ours, &theirs.write_value_to_vec(apache(&value)).unwrap());
    }

    #[test]
    fn apache_reads_what_we_write(value in rich(5)) {
        let ours = encode_to_vec(&value).unwrap();
        let reader = GenericDatumReader::builder(schema()).build().unwrap();
        prop_assert_eq!(reader.read_value(&mut &ours[..]).unwrap(), apache(&value));
    }

    #[test]
    fn we_read_what_apache_writes(value in rich(5)) {
        let writer = GenericDatumWriter::builder(schema()).build().unwrap();
        let theirs = writer.write_value_to_vec(apache(&value)).unwrap();
        prop_assert_eq!(decode::<Rich>(&theirs).unwrap(), value);
    }

    #[test]
    fn every_form_can_be_read(value in rich(5), mut reused in rich(5)) {
        let bytes = encode_to_vec(&value).unwrap();
        prop_assert_eq!(encode_to_vec(&decode::<RichRef<'_>>(&bytes).unwrap()).unwrap(), &bytes[..]);
        decode_into(&mut reused, &bytes).unwrap();
        prop_assert_eq!(reused, value);
    }

    #[test]
    fn a_truncated_value_is_rejected(value in rich(3)) {
        let bytes = encode_to_vec(&value).unwrap();
        for end in 0..bytes.len() {
            prop_assert!(decode::<Rich>(&bytes[..end]).is_err());
        }
    }

    #[test]
    fn damaged_bytes_are_read_or_rejected(
        value in rich(3),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = encode_to_vec(&value).unwrap();
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        let owned = decode::<Rich>(&bytes).map(|value| encode_to_vec(&value));
        let borrowed = decode::<RichRef<'_>>(&bytes).map(|value| encode_to_vec(&value));
        prop_assert_eq!(owned, borrowed);
    }
}

#[test]
fn the_owned_and_the_borrowed_form_describe_one_event() {
    assert_eq!(schema_of::<Rich>(), schema_of::<RichRef<'_>>());
    assert!(signalbook::registry_of!(Rich, RichRef<'_>).is_ok());
}

fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Schema::parse_str(&schema_of::<Rich>().unwrap().to_json()).unwrap())
}

fn rich(entries: usize) -> impl Strategy<Value = Rich> {
    let scalars = (any::<bool>(), any::<i32>(), any::<i64>(), any::<f32>(), any::<f64>(), any::<String>());
    let texts = (vec(any::<u8>(), 0..70), option::of(any::<String>()), option::of(any::<i32>()));
    let lists = (
        vec(vec(any::<i64>(), 0..4), 0..4),
        btree_map(any::<String>(), option::of(any::<f64>()), 0..=entries),
        vec(Just(Empty {}), 0..3),
        option::of(tree().prop_map(Box::new)),
        vec(btree_map(any::<String>(), vec(channel(), 0..3), 0..=entries), 0..3),
    );
    let named =
        (choice(), channel(), any::<[u8; 5]>().prop_map(Digest), any::<i64>(), any::<(u32, u32, u32)>());
    (scalars, texts, lists, named).prop_map(|(scalars, texts, lists, named)| {
        let (boolean, int, long, float, double, text) = scalars;
        let (bytes, optional, second) = texts;
        let (list, map, empty, tree, nested) = lists;
        let (choice, channel, digest, time, (months, days, milliseconds)) = named;
        let lasting = Duration { months, days, milliseconds };
        Rich {
            boolean,
            int,
            long,
            float,
            double,
            text,
            bytes,
            nothing: (),
            optional,
            second,
            list,
            map,
            empty,
            tree,
            choice,
            channel,
            digest,
            time,
            lasting,
            nested,
        }
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = any::<String>().prop_map(|name| Tree { name, ..Tree::default() });
    leaf.prop_recursive(3, 12, 3, |inner| {
        (any::<String>(), vec(inner.clone(), 0..3), option::of(inner.prop_map(Box::new)))
            .prop_map(|(name, children, next)| Tree { name, children, next })
    })
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        Just(Choice::Null),
        any::<i32>().prop_map(Choice::Number),
        tree().prop_map(Choice::Tree),
        any::<String>().prop_map(Choice::Text),
        vec(any::<u8>(), 0..9).prop_map(Choice::Raw),
        any::<[u8; 5]>().prop_map(|bytes| Choice::Digest(Digest(bytes))),
        vec(any::<String>(), 0..3).prop_map(Choice::Items),
    ]
}

fn channel() -> impl Strategy<Value = Channel> {
    prop_oneof![Just(Channel::Web), Just(Channel::Shop), Just(Channel::Phone)]
}

fn apache(value: &Rich) -> Value {
    let Duration { months, days, milliseconds } = value.lasting;
    let lasting = apache_avro::Duration::new(Months::new(months), Days::new(days), Millis::new(milliseconds));
    record(vec![
        ("boolean", Value::Boolean(value.boolean)),
        ("int", Value::Int(value.int)),
        ("long", Value::Long(value.long)),
        ("float", Value::Float(value.float)),
        ("double", Value::Double(value.double)),
        ("text", Value::String(value.text.clone())),
        ("bytes", Value::Bytes(value.bytes.clone())),
        ("nothing", Value::Null),
        ("optional", optional(value.optional.clone().map(Value::String))),
        ("second", second(value.second)),
        ("list", array(value.list.iter().map(|list| array(list.iter().copied().map(Value::Long))))),
        ("map", map(&value.map, |value| optional(value.map(Value::Double)))),
        ("empty", array(value.empty.iter().map(|_| record(vec![])))),
        ("tree", optional(value.tree.as_deref().map(apache_tree))),
        ("choice", apache_choice(&value.choice)),
        ("channel", apache_channel(value.channel)),
        ("digest", apache_digest(value.digest)),
        ("time", Value::TimestampMicros(value.time)),
        ("lasting", Value::Duration(lasting)),
        (
            "nested",
            array(
                value.nested.iter().map(|entries| {
                    map(entries, |channels| array(channels.iter().copied().map(apache_channel)))
                }),
            ),
        ),
    ])
}

fn apache_tree(tree: &Tree) -> Value {
    record(vec![
        ("name", Value::String(tree.name.clone())),
        ("children", array(tree.children.iter().map(apache_tree))),
        ("next", optional(tree.next.as_deref().map(apache_tree))),
    ])
}

fn apache_choice(choice: &Choice) -> Value {
    let (index, value) = match choice {
        Choice::Null => (0, Value::Null),
        Choice::Number(number) => (1, Value::Int(*number)),
        Choice::Tree(tree) => (2, apache_tree(tree)),
        Choice::Text(text) => (3, Value::String(text.clone())),
        Choice::Raw(bytes) => (4, Value::Bytes(bytes.clone())),
        Choice::Digest(digest) => (5, apache_digest(*digest)),
        Choice::Items(items) => (6, array(items.iter().cloned().map(Value::String))),
    };
    Value::Union(index, Box::new(value))
}

fn apache_channel(channel: Channel) -> Value {
    match channel {
        Channel::Web => Value::Enum(0, "WEB".into()),
        Channel::Shop => Value::Enum(1, "SHOP".into()),
        Channel::Phone => Value::Enum(2, "PHONE".into()),
    }
}

fn apache_digest(digest: Digest) -> Value {
    Value::Decimal(Decimal::from(digest.0))
}

fn record(fields: Vec<(&str, Value)>) -> Value {
    Value::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn optional(value: Option<Value>) -> Value {
    let (index, value) = value.map_or((0, Value::Null), |value| (1, value));
    Value::Union(index, Box::new(value))
}

fn second(value: Option<i32>) -> Value {
    let (index, value) = value.map_or((1, Value::Null), |value| (0, Value::Int(value)));
    Value::Union(index, Box::new(value))
}

fn array(items: impl Iterator<Item = Value>) -> Value {
    Value::Array(items.collect())
}

fn map<T>(entries: &BTreeMap<String, T>, value: impl Fn(&T) -> Value) -> Value {
    let entries: HashMap<String, Value> =
        entries.iter().map(|(key, each)| (key.clone(), value(each))).collect();
    Value::Map(entries)
}
