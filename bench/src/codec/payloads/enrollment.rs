//! `medium` and `varied`: the event of an enrolment.

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
pub(crate) struct CourseEnrollmentData {
    pub(crate) user: UserData,
    pub(crate) course: CourseData,
    pub(crate) mode: String,
    pub(crate) is_active: bool,
    pub(crate) creation_date: String,
    pub(crate) created_by: Option<UserData>,
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
pub(crate) struct UserData {
    pub(crate) id: i64,
    pub(crate) is_active: bool,
    pub(crate) pii: UserPersonalData,
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
pub(crate) struct UserPersonalData {
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) name: String,
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
pub(crate) struct CourseData {
    pub(crate) course_key: String,
    pub(crate) display_name: String,
    pub(crate) start: Option<String>,
    pub(crate) end: Option<String>,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize, bincode::BorrowDecode)]
pub(crate) struct CourseEnrollmentDataRef<'a> {
    #[serde(borrow)]
    pub(crate) user: UserDataRef<'a>,
    #[serde(borrow)]
    pub(crate) course: CourseDataRef<'a>,
    pub(crate) mode: &'a str,
    pub(crate) is_active: bool,
    pub(crate) creation_date: &'a str,
    #[serde(borrow)]
    pub(crate) created_by: Option<UserDataRef<'a>>,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize, bincode::BorrowDecode)]
pub(crate) struct UserDataRef<'a> {
    pub(crate) id: i64,
    pub(crate) is_active: bool,
    #[serde(borrow)]
    pub(crate) pii: UserPersonalDataRef<'a>,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize, bincode::BorrowDecode)]
pub(crate) struct UserPersonalDataRef<'a> {
    pub(crate) username: &'a str,
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
}

#[derive(Debug, PartialEq, Record, serde::Deserialize, bincode::BorrowDecode)]
pub(crate) struct CourseDataRef<'a> {
    pub(crate) course_key: &'a str,
    pub(crate) display_name: &'a str,
    #[serde(borrow)]
    pub(crate) start: Option<&'a str>,
    #[serde(borrow)]
    pub(crate) end: Option<&'a str>,
}

/// The protocol buffers messages.
pub(crate) mod proto {
    #[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
    pub(crate) struct CourseEnrollmentData {
        #[prost(message, optional, tag = "1")]
        pub(crate) user: Option<UserData>,
        #[prost(message, optional, tag = "2")]
        pub(crate) course: Option<CourseData>,
        #[prost(string, tag = "3")]
        pub(crate) mode: String,
        #[prost(bool, tag = "4")]
        pub(crate) is_active: bool,
        #[prost(string, tag = "5")]
        pub(crate) creation_date: String,
        #[prost(message, optional, tag = "6")]
        pub(crate) created_by: Option<UserData>,
    }

    #[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
    pub(crate) struct UserData {
        #[prost(int64, tag = "1")]
        pub(crate) id: i64,
        #[prost(bool, tag = "2")]
        pub(crate) is_active: bool,
        #[prost(message, optional, tag = "3")]
        pub(crate) pii: Option<UserPersonalData>,
    }

    #[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
    pub(crate) struct UserPersonalData {
        #[prost(string, tag = "1")]
        pub(crate) username: String,
        #[prost(string, tag = "2")]
        pub(crate) email: String,
        #[prost(string, tag = "3")]
        pub(crate) name: String,
    }

    #[derive(Clone, PartialEq, prost::Message, serde::Deserialize)]
    pub(crate) struct CourseData {
        #[prost(string, tag = "1")]
        pub(crate) course_key: String,
        #[prost(string, tag = "2")]
        pub(crate) display_name: String,
        #[prost(string, optional, tag = "3")]
        pub(crate) start: Option<String>,
        #[prost(string, optional, tag = "4")]
        pub(crate) end: Option<String>,
    }
}
