//! `small`: three strings and a flag.

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
pub(crate) struct SkillVerified {
    pub(crate) usage_key: String,
    pub(crate) skill: String,
    pub(crate) username: String,
    pub(crate) verified: bool,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize, bincode::BorrowDecode)]
pub(crate) struct SkillVerifiedRef<'a> {
    pub(crate) usage_key: &'a str,
    pub(crate) skill: &'a str,
    pub(crate) username: &'a str,
    pub(crate) verified: bool,
}

/// The protocol buffers messages.
pub(crate) mod proto {
    #[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
    pub(crate) struct SkillVerified {
        #[prost(string, tag = "1")]
        pub(crate) usage_key: String,
        #[prost(string, tag = "2")]
        pub(crate) skill: String,
        #[prost(string, tag = "3")]
        pub(crate) username: String,
        #[prost(bool, tag = "4")]
        pub(crate) verified: bool,
    }
}
