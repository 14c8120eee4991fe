//! Records and unions with parameters, lifetimes and conditions.
use std::borrow::Cow;
use std::collections::BTreeMap;

use signalbook::{Branch, Enum, Record};

#[derive(Clone, signalbook::Debug, PartialEq, Record)]
#[record(name = "com.example.Page")]
struct Page<'a, T: Clone, U = i32>
where
    U: PartialEq,
{
    title: Cow<'a, str>,
    items: Vec<T>,
    first: Option<T>,
    last: Option<Box<T>>,
    other: Option<Box<Page<'a, T, U>>>,
    index: BTreeMap<String, U>,
}

#[derive(Clone, signalbook::Debug, PartialEq, Enum)]
enum Either<'a, L, R> {
    Left(L),
    Right(R),
    Raw(&'a [u8]),
    Null,
}

fn holds_in_an_option<T: Branch>() {}

fn main() {
    holds_in_an_option::<Page<'_, String>>();
    let page = Page {
        title: "a".into(),
        items: vec![Either::Left(1), Either::Right(String::new()), Either::Raw(&[1]), Either::Null],
        first: None,
        last: None,
        other: None,
        index: BTreeMap::from([("a".into(), 1_i32)]),
    };
    // A union may be the item of a list, but not of an `Option`: so this page is not described.
    let _ = page.clone();

    let page: Page<'_, i64> = Page {
        title: "a".into(),
        items: vec![1, 2],
        first: Some(1),
        last: Some(Box::new(2)),
        other: None,
        index: BTreeMap::new(),
    };
    let bytes = signalbook::encode_to_vec(&page).unwrap();
    assert_eq!(signalbook::decode::<Page<'_, i64>>(&bytes).unwrap(), page);

    let either: Either<'_, i32, bool> = Either::Raw(&[1, 2]);
    let bytes = signalbook::encode_to_vec(&either).unwrap();
    assert_eq!(signalbook::decode::<Either<'_, i32, bool>>(&bytes).unwrap(), either);
}
