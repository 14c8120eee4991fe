//! Hostile bytes.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use signalbook::model::Schema;
use signalbook::{
    Decode, EncodeError, MAX_EMPTY_ITEMS, MAX_NESTING, Plan, ReadProblem, Record, decode, decode_into,
    decode_resolved, encode_to_vec,
};
use signalbook_resolve::ResolveProblem;

use super::rich::{Channel, Empty, Rich, RichRef, Tree};

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_or_rejected(bytes in vec(any::<u8>(), 0..300)) {
        let owned = decode::<Rich>(&bytes);
        let mut reused = Rich::default();
        let borrowed = decode::<RichRef<'_>>(&bytes).map(|value| encode_to_vec(&value));
        prop_assert_eq!(decode_into(&mut reused, &bytes).err(), owned.as_ref().err().copied());
        prop_assert_eq!(owned.map(|value| encode_to_vec(&value)), borrowed);
    }

    #[test]
    fn a_number_is_read_back(number: i64) {
        prop_assert_eq!(decode::<i64>(&encode_to_vec(&number).unwrap()), Ok(number));
        prop_assert_eq!(decode::<i32>(&encode_to_vec(&number).unwrap()).ok(), i32::try_from(number).ok());
    }
}

fn error<'de, T: Decode<'de> + std::fmt::Debug>(bytes: &'de [u8]) -> String {
    decode::<T>(bytes).unwrap_err().to_string()
}

#[test]
fn errors_have_an_offset() {
    let overlong = [0x80; 11];
    assert_eq!(error::<i64>(&overlong), "at byte 0: expected a number of at most 64 bits");
    let beyond = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2];
    assert_eq!(error::<i64>(&beyond), "at byte 0: expected a number of at most 64 bits");
    assert_eq!(error::<i64>(&overlong[..9]), "at byte 0: the buffer ends within a value");
    assert_eq!(
        error::<i32>(&encode_to_vec(&(1_i64 << 31)).unwrap()),
        "at byte 0: expected a number of at most 32 bits"
    );
    // The number 1 in as many bytes as it can have, and in as many as a long may have.
    for bytes in
        [&[0x82, 0x80, 0x80, 0x80, 0x80, 0][..], &[0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]]
    {
        assert_eq!(decode::<i64>(bytes), Ok(1));
        assert_eq!(error::<i32>(bytes), "at byte 0: expected a number of at most 32 bits");
        assert_eq!(error::<Channel>(bytes), error::<i32>(bytes));
        assert_eq!(error::<Option<i32>>(bytes), error::<i32>(bytes));
    }
    assert_eq!(error::<bool>(&[2]), "at byte 0: expected a boolean, 0 or 1");
    assert_eq!(error::<bool>(&[1, 1]), "at byte 1: bytes are left over after the value");
    assert_eq!(error::<String>(&[1]), "at byte 0: expected a length, found a negative number");
    assert_eq!(error::<&[u8]>(&[4, 0]), "at byte 1: the buffer ends within a value");
    assert_eq!(error::<&str>(&[6, b'a', 0xff, b'b']), "at byte 2: expected text in UTF-8");
    assert_eq!(error::<Option<i32>>(&[4]), "at byte 0: expected an index below 2");
    assert_eq!(error::<f64>(&[0; 7]), "at byte 0: the buffer ends within a value");
}

#[test]
fn a_length_is_checked_before_anything_is_allocated() {
    let most = encode_to_vec(&i64::MAX).unwrap();
    assert_eq!(error::<String>(&most), "at byte 10: the buffer ends within a value");
    for head in [i64::MAX, i64::MIN, -(1 << 40)] {
        let mut bytes = encode_to_vec(&head).unwrap();
        bytes.extend([0; 20]);
        assert_eq!(
            error::<Vec<i64>>(&bytes),
            "at byte 0: a list or map claims more items than the buffer can hold"
        );
        assert_eq!(error::<BTreeMap<String, i64>>(&bytes), error::<Vec<i64>>(&bytes));
    }
}

#[test]
fn blocks_may_have_a_size() {
    assert_eq!(decode::<Vec<i32>>(&[3, 4, 2, 4, 2, 6, 0]), Ok(vec![1, 2, 3]));
    assert_eq!(error::<Vec<i32>>(&[3, 40, 2, 4, 0]), "at byte 2: the buffer ends within a value");
    assert_eq!(error::<Vec<i32>>(&[3, 1, 2, 4, 0]), "at byte 1: expected a length, found a negative number");
}

#[test]
fn items_without_bytes_are_counted() {
    let most = encode_to_vec(&vec![(); MAX_EMPTY_ITEMS]).unwrap();
    assert_eq!(decode::<Vec<()>>(&most).map(|items| items.len()), Ok(MAX_EMPTY_ITEMS));
    let message = "a list or map claims more items than the buffer can hold";
    assert_eq!(
        encode_to_vec(&vec![Empty {}; MAX_EMPTY_ITEMS + 1]),
        Err(EncodeError::TooManyEmptyItems),
        "only readable data is written"
    );
    let mut two_blocks = most;
    two_blocks.pop();
    two_blocks.extend([2, 0]);
    assert!(error::<Vec<()>>(&two_blocks).ends_with(message));
}

#[test]
fn the_seeds_of_the_fuzz_target_are_read() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/codec");
    for seed in std::fs::read_dir(seeds).unwrap() {
        let path = seed.unwrap().path();
        decode::<Rich>(&std::fs::read(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

#[test]
fn nesting_is_limited() {
    let deep = |levels: u32| {
        let mut tree = Tree::default();
        for _ in 1..levels {
            tree = Tree { next: Some(Box::new(tree)), ..Tree::default() };
        }
        encode_to_vec(&tree)
    };
    let deepest = deep(MAX_NESTING).expect("the maximum depth");
    assert!(decode::<Tree>(&deepest).is_ok());
    assert_eq!(deep(MAX_NESTING + 1), Err(EncodeError::TooDeep), "only readable data is written");
    // An empty name and one child, repeated.
    let endless: Vec<u8> = [0, 2].repeat(100_000);
    assert!(error::<Tree>(&endless).ends_with("values nest too deeply"));
}

#[test]
fn the_number_of_defaults_is_limited_by_the_datum() {
    #[derive(Debug, Record)]
    struct Padded {
        #[allow(dead_code, reason = "only its size counts")]
        text: String,
    }
    let schema = |fields: &str| {
        let json = format!(
            r#"{{"type": "array", "items": {{"type": "record", "name": "Padded", "fields": [{fields}]}}}}"#
        );
        Schema::parse(&json).expect("a schema")
    };
    let text = "x".repeat(4096);
    let reader = schema(&format!(r#"{{"name": "text", "type": "string", "default": "{text}"}}"#));
    let plan = Plan::typed(&schema(""), &reader).expect("a plan");
    assert!(plan.in_place().is_some());
    let mut room = Vec::new();
    let few =
        decode_resolved::<Vec<Padded>>(&plan, &[6, 0], &mut room).expect("three items with a default each");
    assert_eq!(few.iter().map(|item| item.text.len()).collect::<Vec<_>>(), [4096; 3]);
    let many = decode_resolved::<Vec<Padded>>(&plan, &[0xc0, 0xa9, 0x07, 0], &mut room);
    let error = many.expect_err("60,000 items without bytes, with a default for each");
    assert!(matches!(error, ReadProblem::Unresolved(error) if error.problem == ResolveProblem::TooLarge));
}
