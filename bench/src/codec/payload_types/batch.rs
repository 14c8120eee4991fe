//! `large`: a hundred records, a map, bytes and numbers.

use std::collections::HashMap;

records! {
    Batch, BatchRef {
        items: [Vec<Item>] [(borrow) Vec<ItemRef<'a>>] [(message, repeated, tag = "1") Vec<Item>];
        counters:
            [HashMap<String, i64>]
            [(borrow) HashMap<&'a str, i64>]
            [(map = "string, int64", tag = "2") super::HashMap<String, i64>];
        #[serde(with = "serde_bytes")]
        blob: [Vec<u8>] [() &'a [u8]] [(bytes = "vec", tag = "3") Vec<u8>];
        samples: [Vec<f64>] [() Vec<f64>] [(double, repeated, tag = "4") Vec<f64>];
    }

    Item, ItemRef {
        id: [String] [() &'a str] [(string, tag = "1") String];
        kind: [String] [() &'a str] [(string, tag = "2") String];
        title: [String] [() &'a str] [(string, tag = "3") String];
        count: [i64] [() i64] [(int64, tag = "4") i64];
        note: [Option<String>] [(borrow) Option<&'a str>] [(string, optional, tag = "5") Option<String>];
    }
}
