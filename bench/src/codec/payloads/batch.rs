//! `large`: a hundred records, a map, bytes and numbers.

use std::collections::HashMap;

use signalbook::Record;

#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Record,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub(crate) struct Batch {
    pub(crate) items: Vec<Item>,
    pub(crate) counters: HashMap<String, i64>,
    #[serde(with = "serde_bytes")]
    pub(crate) blob: Vec<u8>,
    pub(crate) samples: Vec<f64>,
}

#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Record,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) count: i64,
    pub(crate) note: Option<String>,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize, bincode::BorrowDecode)]
pub(crate) struct BatchRef<'a> {
    #[serde(borrow)]
    pub(crate) items: Vec<ItemRef<'a>>,
    #[serde(borrow)]
    pub(crate) counters: HashMap<&'a str, i64>,
    pub(crate) blob: &'a [u8],
    pub(crate) samples: Vec<f64>,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize, bincode::BorrowDecode)]
pub(crate) struct ItemRef<'a> {
    pub(crate) id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) title: &'a str,
    pub(crate) count: i64,
    #[serde(borrow)]
    pub(crate) note: Option<&'a str>,
}

/// The protocol buffers messages.
pub(crate) mod proto {
    use std::collections::HashMap;

    #[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
    pub(crate) struct Batch {
        #[prost(message, repeated, tag = "1")]
        pub(crate) items: Vec<Item>,
        #[prost(map = "string, int64", tag = "2")]
        pub(crate) counters: HashMap<String, i64>,
        #[prost(bytes = "vec", tag = "3")]
        #[serde(with = "serde_bytes")]
        pub(crate) blob: Vec<u8>,
        #[prost(double, repeated, tag = "4")]
        pub(crate) samples: Vec<f64>,
    }

    #[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
    pub(crate) struct Item {
        #[prost(string, tag = "1")]
        pub(crate) id: String,
        #[prost(string, tag = "2")]
        pub(crate) kind: String,
        #[prost(string, tag = "3")]
        pub(crate) title: String,
        #[prost(int64, tag = "4")]
        pub(crate) count: i64,
        #[prost(string, optional, tag = "5")]
        pub(crate) note: Option<String>,
    }
}
