//! Container files compared with the Apache library, and damaged or malicious files.

use std::io::Cursor;

use apache_avro::{Codec as TheirCodec, DeflateSettings};
use proptest::prelude::*;
use signalbook_data::container::{Codec, ContainerError, Header, MAGIC, Reader, Writer};
use signalbook_data::{Value, decode, encode};
use signalbook_model::Schema;

use crate::apache::{is_known_to_apache, wire_only};
use crate::data::data;

const MARKER: [u8; 16] = *b"\x00\xff#marker#\x0123456";

fn file(header: &Header, data: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), header).expect("a write to memory");
    for datum in data {
        writer.append(datum).expect("a write to memory");
    }
    writer.finish().expect("a write to memory")
}

fn with_codec(schema: &Schema, codec: Codec) -> Header {
    Header { codec, ..Header::new(schema.clone(), MARKER) }
}

/// Returns all data of a file as bytes, and checks each against its value.
fn read(file: &[u8]) -> Result<(Header, Vec<Vec<u8>>), ContainerError> {
    let mut reader = Reader::new(file)?;
    let header = reader.header().clone();
    let mut data = Vec::new();
    while let Some(datum) = reader.read()? {
        assert_eq!(
            format!("{:?}", decode(&header.schema, datum.bytes)),
            format!("{:?}", Ok::<_, ()>(datum.value))
        );
        data.push(datum.bytes.to_vec());
    }
    Ok((header, data))
}

fn codec() -> impl Strategy<Value = Codec> {
    prop_oneof![Just(Codec::Null), Just(Codec::Deflate)]
}

proptest! {
    #[test]
    fn a_file_contains_the_written_data((schema, value) in data(), codec in codec(), count in 0_usize..2000) {
        let datum = encode(&schema, &value).expect("a value of the schema");
        let header = with_codec(&schema, codec);
        let data = vec![datum; count];
        let (read_header, read_data) = read(&file(&header, &data)).expect("what we wrote");
        prop_assert_eq!(read_header, header);
        prop_assert_eq!(read_data, data);
    }

    #[test]
    fn apache_reads_ours_and_we_read_its((schema, value) in data(), codec in codec()) {
        let schema = wire_only(schema);
        prop_assume!(is_known_to_apache(&schema));
        let ours = encode(&schema, &value).expect("a value of the schema");
        let data = vec![ours; 3];
        let mut header = with_codec(&schema, codec);
        header.metadata.insert("signalbook.test".to_owned(), b"\xff".to_vec());
        let file = file(&header, &data);
        let mut theirs = apache_avro::Reader::new(&file[..]).expect("our header");
        prop_assert_eq!(theirs.user_metadata().get("signalbook.test"), Some(&b"\xff".to_vec()));
        let values: Vec<_> = theirs.by_ref().collect::<Result<_, _>>().expect("our data");

        let their_schema = theirs.writer_schema().clone();
        let their_codec = match codec {
            Codec::Null => TheirCodec::Null,
            Codec::Deflate => TheirCodec::Deflate(DeflateSettings::default()),
            _ => return Err(TestCaseError::reject("a codec of other tests")),
        };
        let writer = apache_avro::Writer::with_codec(&their_schema, Vec::new(), their_codec);
        let mut writer = writer.expect("a writer");
        for value in values {
            writer.append_value(value).expect("its own value");
        }
        let file = writer.into_inner().expect("a write to memory");
        let (read_header, read_data) = read(&file).expect("its file");
        prop_assert_eq!(read_header.codec, codec);
        // The maps of the Apache library have no order.
        let values = read_data.iter().map(|datum| decode(&schema, datum).expect("its datum"));
        let encoded: Vec<_> = values.map(|value| encode(&schema, &value).expect("what we read")).collect();
        prop_assert_eq!(encoded, data);
    }

    #[test]
    fn any_damage_is_an_error_or_harmless(
        (schema, value) in data(),
        codec in codec(),
        at: prop::sample::Index,
        byte: u8,
    ) {
        let datum = encode(&schema, &value).expect("a value of the schema");
        let mut file = file(&with_codec(&schema, codec), &[datum.clone(), datum]);
        let at = at.index(file.len());
        file[at] = byte;
        let _ = read(&file);
    }

    #[test]
    fn a_file_that_is_truncated_in_a_part_is_an_error((schema, value) in data(), codec in codec()) {
        let header = with_codec(&schema, codec);
        let datum = encode(&schema, &value).expect("a value of the schema");
        let (empty, full) = (file(&header, &[]), file(&header, &[datum]));
        for end in 0..full.len() {
            prop_assert_eq!(read(&full[..end]).is_ok(), end == empty.len(), "cut to {} bytes", end);
        }
    }
}

/// Returns a file with this schema and codec in the header, and these bytes after the header.
fn raw(schema: &str, codec: &str, blocks: &[u8]) -> Vec<u8> {
    let mut file = MAGIC.to_vec();
    file.push(4);
    for text in ["avro.schema", schema, "avro.codec", codec] {
        file.extend(long(text.len().try_into().expect("it is short")));
        file.extend(text.as_bytes());
    }
    file.push(0);
    file.extend(MARKER);
    file.extend(blocks);
    file
}

fn long(value: i64) -> Vec<u8> {
    encode(&Schema::parse(r#""long""#).expect("a schema"), &Value::Long(value)).expect("a long")
}

/// Returns a block with this count and size.
fn block(count: i64, size: i64, bytes: &[u8]) -> Vec<u8> {
    [&long(count)[..], &long(size), bytes, &MARKER].concat()
}

#[test]
fn invalid_headers_are_errors() {
    let most = i64::MAX;
    let overlong = [0xff; 11];
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("nothing", vec![], "not an Avro container file: it does not begin with `Obj` and 1"),
        (
            "another format",
            b"PAR1 and so on".to_vec(),
            "not an Avro container file: it does not begin with `Obj` and 1",
        ),
        (
            "an older format",
            b"Obj\x00".to_vec(),
            "not an Avro container file: it does not begin with `Obj` and 1",
        ),
        (
            "no entries",
            [&MAGIC[..], &[0], &MARKER].concat(),
            "the header has no `avro.schema` (byte 4 of the file)",
        ),
        (
            "entries without end",
            [&MAGIC[..], &long(most)].concat(),
            "the container file ends too early: it is truncated (byte 14 of the file)",
        ),
        (
            "a count of entries that is no number",
            [&MAGIC[..], &overlong].concat(),
            "a count of the header's entries: not a valid length or count (byte 4 of the file)",
        ),
        (
            "a long key",
            [&MAGIC[..], &[2], &long(most)].concat(),
            "a key of the header has 9223372036854775807 bytes, but the limit is 67108864 (byte 5 of the \
             file)",
        ),
        (
            "a key below zero",
            [&MAGIC[..], &[2, 1]].concat(),
            "a key of the header: not a valid length or count (byte 5 of the file)",
        ),
        (
            "a key that is no text",
            [&MAGIC[..], &[2, 2, 0xff, 0]].concat(),
            "a key of the header is not UTF-8 (byte 5 of the file)",
        ),
        (
            "no schema",
            raw("{", "null", &[]),
            "the header's `avro.schema` is not a valid schema: the schema is not JSON (byte 4 of the file)",
        ),
        (
            "another codec",
            raw(r#""int""#, "snappy\n", &[]),
            "the blocks are compressed with `snappy\\n`, but only `null` and `deflate` are supported: write \
             the file with one of them (byte 4 of the file)",
        ),
    ];
    assert_refused(cases);
}

#[test]
fn invalid_counts_and_sizes_of_blocks_are_errors() {
    let most = i64::MAX;
    let cases: &[(&str, Vec<u8>, &str)] = &[
        (
            "a negative count",
            raw(r#""int""#, "null", &block(-1, 1, &[0])),
            "a block's count: not a valid length or count (byte 56 of the file)",
        ),
        (
            "a negative size",
            raw(r#""int""#, "null", &block(1, -1, &[0])),
            "a block: not a valid length or count (byte 57 of the file)",
        ),
        (
            "a size beyond the limit",
            raw(r#""int""#, "null", &block(1, most, &[0])),
            "a block has 9223372036854775807 bytes, but the limit is 67108864 (byte 57 of the file)",
        ),
        (
            "a size beyond the file",
            raw(r#""int""#, "null", &block(1, 1 << 26, &[0])),
            "the container file ends too early: it is truncated (byte 61 of the file)",
        ),
        (
            "a count beyond the bytes",
            raw(r#""null""#, "null", &block(most, 0, &[])),
            "a block has a count of 9223372036854775807 data, more than its bytes can hold (byte 57 of the \
             file)",
        ),
    ];
    assert_refused(cases);
}

#[test]
fn invalid_data_of_blocks_are_errors() {
    let cases: &[(&str, Vec<u8>, &str)] = &[
        (
            "fewer data than claimed",
            raw(r#""int""#, "null", &block(2, 1, &[0])),
            "datum 1, counted from 0: the value needs 1 bytes, but only 0 are left (byte 0) (byte 56 of the \
             file)",
        ),
        (
            "more data than claimed",
            raw(r#""int""#, "null", &block(1, 2, &[0, 0])),
            "1 bytes are left over after the last datum of a block (byte 56 of the file)",
        ),
        (
            "bytes of no datum",
            raw(r#""int""#, "null", &block(0, 1, &[0])),
            "1 bytes are left over after the last datum of a block (byte 56 of the file)",
        ),
        (
            "another marker",
            raw(r#""int""#, "null", &[&long(1)[..], &long(1), &[0; 17]].concat()),
            "a block does not end with the file's marker: the file is damaged (byte 56 of the file)",
        ),
        (
            "no deflate",
            raw(r#""int""#, "deflate", &block(1, 1, &[0xff])),
            "a block cannot be decompressed (byte 59 of the file)",
        ),
        (
            "nothing to inflate",
            raw(r#""int""#, "deflate", &block(1, 0, &[])),
            "a block cannot be decompressed (byte 59 of the file)",
        ),
        (
            "arrays of nothing, in billions",
            raw(
                r#"{"type": "array", "items": "null"}"#,
                "null",
                &block(2, 10, &[&long(60_000)[..], &[0], &long(60_000), &[0], &[0, 0]].concat()),
            ),
            "datum 1, counted from 0: more items than the bytes can hold",
        ),
    ];
    assert_refused(cases);
}

/// Checks that each case is an error with the start of its message.
fn assert_refused(cases: &[(&str, Vec<u8>, &str)]) {
    for (case, file, message) in cases {
        let error = read(file).expect_err(case).to_string();
        assert!(error.starts_with(message), "{case}: {error}");
    }
}

/// Five megabytes of zeros in a few kilobytes.
#[test]
fn a_decompressed_block_beyond_the_limit_is_an_error() {
    let schema = Schema::parse(r#""bytes""#).expect("a schema");
    let datum = encode(&schema, &Value::Bytes(vec![0; 5 << 20])).expect("bytes");
    let file = file(&with_codec(&schema, Codec::Deflate), &[datum]);
    assert!(file.len() < 20_000);
    let mut reader = Reader::with_limit(&file[..], 4 << 20).expect("the header is small");
    let error = reader.read().expect_err("beyond the limit").to_string();
    assert!(
        error.starts_with("a decompressed block has more than 4194304 bytes, which is the limit"),
        "{error}"
    );
    assert_eq!(reader.read().expect("after an error"), None);
    let mut reader = Reader::with_limit(&file[..], 6 << 20).expect("the header is small");
    assert!(reader.read().expect("within the limit").is_some());
}

#[test]
fn the_header_has_the_limit_of_a_block() {
    let mut header = Header::new(Schema::parse(r#""int""#).expect("a schema"), MARKER);
    header.metadata = (0..100).map(|number| (number.to_string(), Vec::new())).collect();
    let file = file(&header, &[]);
    assert!(Reader::with_limit(&file[..], 10_000).is_ok());
    let error = Reader::with_limit(Cursor::new(&file), 5_000).expect_err("beyond the limit").to_string();
    assert!(error.starts_with("the header has"), "{error}");
}

#[test]
fn empty_blocks_and_blocks_of_entries_are_read() {
    let blocks = [block(0, 0, &[]), block(1, 1, &[2]), block(0, 0, &[]), block(2, 2, &[4, 6])].concat();
    let (_, data) = read(&raw(r#""int""#, "null", &blocks)).expect("a file");
    assert_eq!(data, [[2], [4], [6]]);
    // The entries of the header in the other form of a block: -2 entries, with a wrong size of 0 bytes.
    let mut file = raw(r#""int""#, "null", &block(1, 1, &[2]));
    file.splice(4..5, [3, 0]);
    assert_eq!(read(&file).expect("a file").1, [[2]]);
}
