use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use signalbook::{
    EncodeError, Enum, Event, EventType, Key, Record, decode, encode_to_vec, registry_of, schema_of,
    single_object,
};

/// An order was placed.
///
///  Indented.
#[derive(Clone, signalbook::Debug, PartialEq, Event)]
#[event(
    type = "com.example.shop.order.placed.v1",
    minor = 3,
    key = "order.customer.type",
    topics = ["orders", "audit"],
    producer = "example/shop",
    stability = "unstable",
    deprecated(replacement = "com.example.shop.order.placed.v2", reason = "it was too small")
)]
struct OrderPlaced {
    /// What was ordered.
    order: Option<Box<Order>>,
    #[avro(default = -1.0, aliases = ["weight"], order = "ignore")]
    mass: f64,
    payment: Payment,
    #[avro(default = "WEB")]
    channel: Channel,
    digest: Digest,
    #[avro(default = 7)]
    seven: Option<i32>,
    #[avro(required)]
    required: Option<Vec<u8>>,
    #[avro(logical = "timestamp-millis")]
    times: Vec<Option<i64>>,
    tags: HashMap<String, Vec<String>>,
    page: Page<Channel>,
}

#[derive(Clone, signalbook::Debug, PartialEq, Record, Default)]
#[record(name = "com.example.shop.Order", aliases = ["Purchase"])]
struct Order {
    id: i64,
    #[avro(pii = "name")]
    customer: Option<Customer>,
    parts: Vec<Order>,
    notes: BTreeMap<String, bool>,
    nothing: (),
}

#[derive(Clone, Debug, PartialEq, Record)]
struct Customer {
    #[avro(name = "type")]
    kind: String,
}

#[derive(Clone, Debug, PartialEq, Record)]
#[record(name = "com.example.shop.Card")]
struct Card<'a> {
    number: &'a str,
    holder: Cow<'a, str>,
    raw: &'a [u8],
    more: Cow<'a, [u8]>,
}

#[derive(Clone, Debug, PartialEq, Record)]
#[record(name = "com.example.shop.Page")]
struct Page<T> {
    items: Vec<T>,
    first: Option<T>,
}

/// A source of things. The type itself needs no codec.
trait Shelf {
    type Thing;
}

#[derive(Clone, Debug, PartialEq)]
enum Orders {}

impl Shelf for Orders {
    type Thing = Digest;
}

#[derive(Clone, signalbook::Debug, PartialEq, Record)]
#[record(name = "com.example.shop.Stock")]
struct Stock<S: Shelf> {
    things: Vec<S::Thing>,
    best: Option<S::Thing>,
}

#[derive(Clone, Debug, PartialEq, Enum)]
enum Payment {
    Null,
    Digest(Digest),
    Cash(i64),
    Note(String),
}

#[derive(Clone, Debug, PartialEq, Enum)]
#[enumeration(name = "com.example.shop.Channel", fallback = "SHOP")]
enum Channel {
    Web,
    Shop,
    #[avro(open)]
    Unknown(Box<str>),
}

#[derive(Clone, Debug, PartialEq, Enum)]
enum Closed {
    InProgress,
    #[avro(open)]
    Other(Box<str>),
}

#[derive(Clone, Debug, PartialEq, Record)]
#[record(name = "com.example.shop.Digest", logical = "uuid")]
struct Digest([u8; 16]);

#[derive(Debug, Event)]
#[event(type = "com.example.shop.screen.drawn.v1", local)]
struct ScreenDrawn {
    #[expect(dead_code, reason = "a local event describes nothing")]
    canvas: std::rc::Rc<()>,
}

fn placed() -> OrderPlaced {
    let part = Order { id: -1, ..Order::default() };
    let order = Order {
        id: 123_456,
        customer: Some(Customer { kind: "private".into() }),
        parts: vec![part.clone(), part],
        notes: BTreeMap::from([("a".into(), true), ("b".into(), false)]),
        nothing: (),
    };
    OrderPlaced {
        order: Some(Box::new(order)),
        mass: 2.5,
        payment: Payment::Note("later".into()),
        channel: Channel::Shop,
        digest: Digest([7; 16]),
        seven: Some(7),
        required: None,
        times: vec![None, Some(i64::MAX), Some(i64::MIN)],
        tags: HashMap::from([("x".into(), vec!["y".into(), "ü".into()])]),
        page: Page { items: vec![Channel::Web, Channel::Shop], first: None },
    }
}

#[test]
fn a_value_is_read_back() {
    let event = placed();
    let bytes = signalbook::encode_to_vec(&event).unwrap();
    assert_eq!(signalbook::decode::<OrderPlaced>(&bytes).unwrap(), event);

    let mut reused = OrderPlaced { order: None, times: vec![None; 9], ..placed() };
    signalbook::decode_into(&mut reused, &bytes).unwrap();
    assert_eq!(reused, event);
}

#[test]
fn a_borrowed_value_is_read_from_the_buffer() {
    let card = Card { number: "1", holder: "ü".into(), raw: &[1, 2], more: Cow::Owned(vec![0]) };
    let bytes = signalbook::encode_to_vec(&card).unwrap();
    let read: Card<'_> = signalbook::decode(&bytes).unwrap();
    assert_eq!(read, card);
    assert!(bytes.as_ptr_range().contains(&read.number.as_ptr()));
    assert!(matches!(read.more, Cow::Borrowed(_)));
}

#[test]
fn an_optional_value_with_a_default_is_the_first_branch() {
    #[derive(Record, Debug, PartialEq)]
    struct Second {
        #[avro(default = 7)]
        seven: Option<i32>,
        eight: Option<i32>,
    }
    let value = Second { seven: Some(7), eight: Some(8) };
    let bytes = signalbook::encode_to_vec(&value).unwrap();
    assert_eq!(bytes, [0, 14, 2, 16]);
    assert_eq!(signalbook::decode::<Second>(&bytes).unwrap(), value);
}

#[test]
fn the_key_is_found_through_options_boxes_and_renamed_fields() {
    let event = placed();
    assert_eq!(event.key(), Some(Key::String("private".into())));
    assert_eq!(OrderPlaced { order: None, ..event }.key(), None);
    assert_eq!(OrderPlaced::KEY, Some("order.customer.type"));
    const { assert!(OrderPlaced::KEY_IS_PII, "a part of the path is personal data") };
}

#[test]
fn an_optional_value_with_a_default_is_a_key_too() {
    #[derive(Record)]
    struct Place {
        #[avro(default = 7)]
        row: Option<i64>,
    }
    #[derive(Event)]
    #[event(type = "com.example.shop.shelf.filled.v1", key = "place.row")]
    struct ShelfFilled {
        place: Place,
    }
    assert_eq!(ShelfFilled { place: Place { row: Some(8) } }.key(), Some(Key::Long(8)));
    assert_eq!(ShelfFilled { place: Place { row: None } }.key(), None);
}

#[test]
fn personal_data_is_not_printed() {
    let printed = format!("{:?}", placed());
    assert!(printed.contains("customer: <redacted: name>"), "{printed}");
    assert!(!printed.contains("private"), "{printed}");
}

/// The same types, with the standard library's `Debug` and with that of `signalbook`.
macro_rules! printed {
    ($debug:path) => {{
        #[derive($debug)]
        #[expect(dead_code, reason = "only printed")]
        struct r#Match<'a> {
            r#type: r#Struct<'a>,
            keywords: [r#Keyword; 4],
            empty: Empty,
        }
        #[derive($debug)]
        #[expect(dead_code, reason = "only printed")]
        struct r#Struct<'a>(&'a str, Option<u8>);
        #[derive($debug)]
        #[expect(dead_code, reason = "only printed")]
        enum r#Keyword {
            r#Async,
            r#Yield(i32),
            r#Final { r#in: f64 },
            Empty(Empty),
        }
        #[derive($debug)]
        struct Empty {}

        let keywords =
            [Keyword::Async, Keyword::Yield(1), Keyword::Final { r#in: 0.5 }, Keyword::Empty(Empty {})];
        let value = Match { r#type: Struct("a", None), keywords, empty: Empty {} };
        format!("{value:?} {value:#?}")
    }};
}

#[test]
fn other_data_is_printed_as_by_the_standard_library() {
    assert_eq!(printed!(signalbook::Debug), printed!(Debug));
}

#[test]
fn an_unknown_symbol_is_written_as_the_fallback_or_an_error() {
    assert_eq!(signalbook::encode_to_vec(&Channel::Unknown("KIOSK".into())).unwrap(), [2]);
    let mut bytes = vec![9];
    let error =
        signalbook::encode(&vec![Closed::InProgress, Closed::Other("X".into())], &mut bytes).unwrap_err();
    assert!(matches!(error, EncodeError::UnknownSymbol { .. }), "{error}");
    assert_eq!(bytes, [9]);
}

#[test]
fn a_single_object_names_its_schema() {
    let event = placed();
    let mut bytes = Vec::new();
    single_object::encode(&event, &mut bytes).unwrap();
    let fingerprint = schema_of::<OrderPlaced>().unwrap().fingerprint();
    assert_eq!(bytes[..2], [0xc3, 0x01]);
    assert_eq!(bytes[2..10], fingerprint.to_le_bytes());
    assert_eq!(single_object::decode::<OrderPlaced>(&bytes).unwrap(), event);

    bytes[5] ^= 1;
    let error = single_object::decode::<OrderPlaced>(&bytes).unwrap_err().to_string();
    assert!(error.contains("schema fingerprint"), "{error}");
    let error = single_object::decode::<OrderPlaced>(&bytes[10..]).unwrap_err().to_string();
    assert!(error.contains("C3 01"), "{error}");
}

#[test]
fn a_local_event_only_has_a_type() {
    assert_eq!(ScreenDrawn::TYPE, "com.example.shop.screen.drawn.v1");
    assert_eq!(ScreenDrawn::MINOR, 0);
}

#[test]
fn the_registry_has_the_facts_of_the_attributes() {
    let registry = registry_of!(OrderPlaced).unwrap();
    let types: Vec<&str> = registry.types.keys().map(signalbook::model::Name::as_str).collect();
    assert_eq!(
        types,
        [
            "Customer",
            "com.example.shop.Channel",
            "com.example.shop.Digest",
            "com.example.shop.Order",
            "com.example.shop.Page_Channel"
        ]
    );
    let event = &registry.events[&OrderPlaced::TYPE.into()];
    assert_eq!(event.name, "ORDER_PLACED");
    assert_eq!(event.doc.as_deref(), Some("An order was placed.\n\n Indented."));
    let data: Vec<String> = event
        .data
        .iter()
        .map(|field| format!("{}: {:?} = {:?}", field.name, field.ty, field.default))
        .collect();
    assert_eq!(
        data,
        [
            r#"order: Union([Primitive(Null), Named("com.example.shop.Order")]) = Some(Null)"#,
            "mass: Primitive(Double) = Some(Float(-1.0))",
            r#"payment: Union([Primitive(Null), Named("com.example.shop.Digest"), Primitive(Long), Primitive(String)]) = None"#,
            r#"channel: Named("com.example.shop.Channel") = Some(String("WEB"))"#,
            r#"digest: Named("com.example.shop.Digest") = None"#,
            "seven: Union([Primitive(Int), Primitive(Null)]) = Some(Integer(7))",
            "required: Union([Primitive(Null), Primitive(Bytes)]) = None",
            "times: Array(Union([Primitive(Null), Logical(TimestampMillis)])) = None",
            "tags: Map(Array(Primitive(String))) = None",
            r#"page: Named("com.example.shop.Page_Channel") = None"#,
        ]
    );
}

#[test]
fn associated_types_are_bound_and_their_parameter_is_not() {
    let stock = Stock::<Orders> { things: vec![Digest([7; 16])], best: None };
    let bytes = encode_to_vec(&stock).unwrap();
    assert_eq!(decode::<Stock<Orders>>(&bytes), Ok(stock.clone()));
    assert_eq!(format!("{stock:?}"), format!("Stock {{ things: [{:?}], best: None }}", Digest([7; 16])));
    let mut builder = signalbook::model::Builder::new();
    let described = <Stock<Orders> as signalbook::Describe>::describe(&mut builder);
    let expected = signalbook::model::Type::Named("com.example.shop.Stock_Digest".into());
    assert_eq!(described, expected);
}

/// What a derive cannot check while it expands is checked when the type is described.
#[test]
fn the_default_of_an_alias_or_a_union_has_to_fit() {
    type Count = i64;

    #[derive(Enum)]
    enum Size {
        Count(i64),
        Name(String),
    }

    #[derive(Event)]
    #[event(type = "com.example.shop.box.packed.v1")]
    struct BoxPacked {
        #[avro(default = 3.5)]
        count: Count,
    }

    #[derive(Event)]
    #[event(type = "com.example.shop.box.sealed.v1")]
    struct BoxSealed {
        #[avro(default = true)]
        size: Size,
    }

    let message = |error: signalbook::SchemaError| error.to_string();
    assert_eq!(
        schema_of::<BoxPacked>().map_err(message).unwrap_err(),
        "the default of `count` in `com.example.shop.box.packed.v1.CloudEvent` does not fit its type: \
         expected an integer of 64 bits, found the number 3.5"
    );
    assert_eq!(
        BoxSealed::fingerprint().map_err(message).unwrap_err(),
        "the default of `size` in `com.example.shop.box.sealed.v1.CloudEvent` does not fit its type: \
         expected an integer of 64 bits, found `true`"
    );
}

#[test]
fn an_optional_text_with_a_default_reuses_its_memory() {
    #[derive(Debug, PartialEq, Record)]
    struct Note {
        #[avro(default = "none")]
        text: Option<String>,
    }

    let mut note = Note { text: Some("a long text".to_owned()) };
    let memory = note.text.as_ref().map(|text| text.as_ptr());
    for text in ["short", "", "as long as"] {
        let bytes = encode_to_vec(&Note { text: Some(text.to_owned()) }).unwrap();
        signalbook::decode_into(&mut note, &bytes).unwrap();
        assert_eq!(note.text.as_deref(), Some(text));
        assert_eq!(note.text.as_ref().map(|text| text.as_ptr()), memory);
    }
    signalbook::decode_into(&mut note, &[2]).unwrap();
    assert_eq!(note, Note { text: None });
    signalbook::decode_into(&mut note, &[0, 2, b'x']).unwrap();
    assert_eq!(note.text.as_deref(), Some("x"));
    assert!(signalbook::decode_into(&mut note, &[4]).is_err());
}
