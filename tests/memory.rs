//! Hostile bytes, and the memory that decoding them takes: at most a multiple of their size, with every
//! decoder. This is a separate test binary, because the allocator counts for the whole process.

use std::collections::BTreeMap;

use peak_alloc::PeakAlloc;
use signalbook::{
    Event, Framing, Reader, Record, SchemaLookups, decode, decode_into, decode_resolved, single_object,
};
use signalbook_data::container::{self, Header, Writer};
use signalbook_data::{decode_first, read};
use signalbook_model::Schema;
use signalbook_resolve::Plan;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The memory that a decoder may take regardless of the input, in bytes: a datum may contain 65,536 items
/// without bytes.
const FREE: usize = 8 << 20;

/// The memory that a decoder may take for each byte of the input: one byte may become a value of this size,
/// and a list takes twice the size while it grows.
const SHARE: usize = 256;

#[derive(Debug, Default, Event)]
#[event(type = "com.example.shop.shelf.filled.v1")]
struct ShelfFilled {
    text: String,
    raw: Vec<u8>,
    numbers: Vec<i64>,
    nothings: Vec<()>,
    texts: BTreeMap<String, Vec<String>>,
    tree: Option<Box<Tree>>,
    fixed: Vec<Digest>,
}

#[derive(Debug, Default, Record)]
struct Tree {
    below: Vec<Tree>,
}

#[derive(Debug, Default, Record)]
struct Digest([u8; 16]);

/// Encodes a number.
fn long(value: i64) -> Vec<u8> {
    signalbook::encode_to_vec(&value).expect("a number")
}

/// Data that claim more items than they contain, after as many empty fields as precede the field under test.
fn hostile() -> Vec<(String, Vec<u8>)> {
    let claims = [i64::MAX, i64::MIN, i64::from(i32::MAX), 1 << 40, 1 << 20, -1, -(1 << 40)];
    let mut data: Vec<(String, Vec<u8>)> = Vec::new();
    for field in 0..7 {
        for claim in claims {
            data.push((format!("field {field} claims {claim}"), [vec![0; field], long(claim)].concat()));
            // The same with some bytes behind it, and as a block with its size.
            data.push((
                format!("field {field} claims {claim}, and more"),
                [vec![0; field], long(claim), vec![2; 1000]].concat(),
            ));
            data.push((
                format!("field {field} claims {claim} in a block with its size"),
                [vec![0; field], long(-1), long(claim), vec![0; 1000]].concat(),
            ));
        }
        data.push((
            format!("field {field} is an endless number"),
            [vec![0; field], vec![0x80; 10_000]].concat(),
        ));
        data.push((format!("field {field} is not UTF-8"), [vec![0; field], vec![4, 0xff, 0xfe]].concat()));
        data.push((format!("field {field} nests endlessly"), [vec![0; field], vec![2; 100_000]].concat()));
        data.push((
            format!("field {field} has empty blocks"),
            [vec![0; field], [1, 0].repeat(50_000)].concat(),
        ));
    }
    data.push(("billions of nulls".to_owned(), [vec![0; 3], long(4_000_000_000), vec![0; 4]].concat()));
    data.push(("many blocks of nulls".to_owned(), [vec![0; 3], long(60_000).repeat(1000)].concat()));
    data
}

/// Fails if `call` takes more memory than `size` bytes of input justify.
fn bounded<T>(what: &str, size: usize, call: impl FnOnce() -> T) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let result = call();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(taken <= FREE + SHARE * size, "{what}: {taken} bytes for {size}");
    drop(result);
}

#[test]
fn no_decoder_takes_more_memory_than_its_input_justifies() {
    let schema = signalbook::schema_of::<ShelfFilled>().expect("the event has a schema");
    let wider = Schema::parse(&schema.to_json().replace(r#""long""#, r#""double""#)).expect("a schema");
    let (same, widened) =
        (Plan::new(&schema, &schema).expect("a plan"), Plan::new(&schema, &wider).expect("a plan"));
    let narrower = Schema::parse(&schema.to_json().replace(r#""long""#, r#""int""#)).expect("a schema");
    let longer = Plan::typed(&narrower, &schema).expect("a plan");
    assert!(longer.in_place().is_some() && !longer.is_identity());
    let fingerprint = ShelfFilled::fingerprint().expect("the event has a schema");
    let mut reader = Reader::<ShelfFilled>::with(SchemaLookups::new().framing(Framing::SingleObject));
    let mut reused = ShelfFilled::default();
    for (what, bytes) in hostile() {
        let size = bytes.len();
        let single = [&single_object::MARKER[..], &fingerprint.to_le_bytes(), &bytes].concat();
        bounded(&format!("decode, {what}"), size, || decode::<ShelfFilled>(&bytes));
        bounded(&format!("decode_into, {what}"), size, || decode_into(&mut reused, &bytes));
        reused = ShelfFilled::default();
        bounded(&format!("a single object, {what}"), size, || single_object::decode::<ShelfFilled>(&single));
        bounded(&format!("a reader, {what}"), size, || reader.read_payload(None, &single));
        bounded(&format!("without types, {what}"), size, || signalbook_data::decode(&schema, &bytes));
        bounded(&format!("the first, {what}"), size, || decode_first(&schema, &bytes));
        bounded(&format!("resolved, {what}"), size, || read(&schema, &wider, &bytes));
        bounded(&format!("in place, {what}"), size, || {
            decode_resolved::<ShelfFilled>(&longer, &bytes, &mut Vec::new()).is_ok()
        });
        for (plan, name) in [(&same, "same"), (&widened, "wider")] {
            let mut out = Vec::new();
            bounded(&format!("a plan to the {name}, {what}"), size, || plan.transcode(&bytes, &mut out));
        }
        let mut file = Writer::new(Vec::new(), &Header::new(schema.clone(), [7; 16]))
            .expect("writing to a vector succeeds");
        file.append(&bytes).expect("writing to a vector succeeds");
        let file = file.finish().expect("writing to a vector succeeds");
        bounded(&format!("a container, {what}"), size, || {
            let mut read = container::Reader::new(&file[..]).expect("the header is complete");
            while let Ok(Some(_)) = read.read() {}
        });
    }
}
