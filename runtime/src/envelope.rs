//! Metadata and a datum as a message, and back: `CloudEvents` headers with the names and order of Open edX.
//!
//! Every backend with headers uses this form. A backend whose peers expect another form (Redis: fields of an
//! entry) only translates it.

use std::{error::Error, fmt, str::FromStr, time::SystemTime};

use uuid::Uuid;

use crate::{
    LibraryVersion, Metadata, Time,
    backend::{BoxError, Message},
};

/// The headers of a message that holds an event, in the order in which they are written.
pub mod header {
    /// The version of the `CloudEvents` specification: [`SPEC_VERSION_VALUE`].
    pub const SPEC_VERSION: &str = "ce_specversion";
    /// The value of [`SPEC_VERSION`].
    pub const SPEC_VERSION_VALUE: &str = "1.0";
    /// The type of the payload: [`CONTENT_TYPE_VALUE`].
    pub const CONTENT_TYPE: &str = "content-type";
    /// The same again: Open edX writes both.
    pub const DATA_CONTENT_TYPE: &str = "ce_datacontenttype";
    /// The value of [`CONTENT_TYPE`] and [`DATA_CONTENT_TYPE`].
    pub const CONTENT_TYPE_VALUE: &str = "application/avro";
    /// [`Metadata::event_type`](crate::Metadata::event_type)
    pub const TYPE: &str = "ce_type";
    /// [`Metadata::id`](crate::Metadata::id)
    pub const ID: &str = "ce_id";
    /// [`Metadata::source`](crate::Metadata::source)
    pub const SOURCE: &str = "ce_source";
    /// [`Metadata::time`](crate::Metadata::time)
    pub const TIME: &str = "ce_time";
    /// [`Metadata::minorversion`](crate::Metadata::minorversion)
    pub const MINOR_VERSION: &str = "ce_minorversion";
    /// [`Metadata::sourcehost`](crate::Metadata::sourcehost)
    pub const SOURCE_HOST: &str = "sourcehost";
    /// [`Metadata::sourcelib`](crate::Metadata::sourcelib)
    pub const SOURCE_LIB: &str = "sourcelib";
}

/// Why a message does not hold a readable event. Names the header and what is wrong with it, never the
/// payload.
#[derive(Debug)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// A required header is missing.
    Missing {
        /// The name of the header.
        header: &'static str,
    },
    /// A header occurs more than once.
    Doubled {
        /// The name of the header.
        header: &'static str,
    },
    /// A header has an invalid value.
    Invalid {
        /// The name of the header.
        header: &'static str,
        /// Its value; bytes that are not UTF-8 are replaced.
        value: String,
        /// Why it is invalid.
        source: BoxError,
    },
}

/// Makes a message from metadata and the datum of an event.
pub fn seal(metadata: &Metadata, key: Option<Vec<u8>>, datum: Vec<u8>) -> Message {
    let text = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
    let mut headers = vec![
        text(header::SPEC_VERSION, header::SPEC_VERSION_VALUE),
        text(header::CONTENT_TYPE, header::CONTENT_TYPE_VALUE),
        text(header::DATA_CONTENT_TYPE, header::CONTENT_TYPE_VALUE),
        text(header::TYPE, &metadata.event_type),
        text(header::ID, &metadata.id.to_string()),
        text(header::SOURCE, &metadata.source),
        text(header::TIME, metadata.time.as_str()),
        text(header::MINOR_VERSION, &metadata.minorversion.to_string()),
        text(header::SOURCE_HOST, &metadata.sourcehost),
    ];
    // There is no text for an empty version: the header is left out.
    if !metadata.sourcelib.parts().is_empty() {
        headers.push(text(header::SOURCE_LIB, &metadata.sourcelib.to_string()));
    }
    Message { key, headers, payload: datum }
}

/// Whether a message names the minor version that its datum was written with.
pub(crate) fn says_minor(message: &Message) -> bool {
    message.headers.iter().any(|(name, _)| name == header::MINOR_VERSION)
}

/// Reads the metadata of a message that the log accepted at `published`. The payload is the datum.
///
/// It is as lenient as Open edX's consumers: type and id are required, a missing minor version is 0, a
/// missing time is `published`, and the rest is empty.
///
/// # Errors
/// A header is missing, occurs more than once, or is invalid.
pub fn open(message: &Message, published: SystemTime) -> Result<Metadata, EnvelopeError> {
    let required = |header| find(message, header)?.ok_or(EnvelopeError::Missing { header });
    Ok(Metadata {
        event_type: required(header::TYPE)?.text()?.into(),
        id: required(header::ID)?.parse::<Uuid>()?,
        minorversion: find(message, header::MINOR_VERSION)?.map_or(Ok(0), Header::parse)?,
        source: find(message, header::SOURCE)?.map_or(Ok(""), Header::text)?.into(),
        sourcehost: find(message, header::SOURCE_HOST)?.map_or(Ok(""), Header::text)?.into(),
        time: find(message, header::TIME)?.map_or_else(|| Ok(Time::from(published)), Header::parse)?,
        sourcelib: find(message, header::SOURCE_LIB)?
            .map_or_else(|| Ok(LibraryVersion::default()), Header::parse)?,
    })
}

/// A header that occurs once.
#[derive(Clone, Copy)]
struct Header<'a> {
    name: &'static str,
    value: &'a [u8],
}

fn find<'a>(message: &'a Message, name: &'static str) -> Result<Option<Header<'a>>, EnvelopeError> {
    let mut values = message.headers.iter().filter(|(header, _)| header == name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some((_, value)), None) => Ok(Some(Header { name, value })),
        (Some(_), Some(_)) => Err(EnvelopeError::Doubled { header: name }),
    }
}

impl<'a> Header<'a> {
    fn text(self) -> Result<&'a str, EnvelopeError> {
        std::str::from_utf8(self.value).map_err(|error| self.invalid(error))
    }

    fn parse<T: FromStr<Err: Into<BoxError>>>(self) -> Result<T, EnvelopeError> {
        self.text()?.parse().map_err(|error| self.invalid(error))
    }

    fn invalid(self, source: impl Into<BoxError>) -> EnvelopeError {
        let value = String::from_utf8_lossy(self.value).into_owned();
        EnvelopeError::Invalid { header: self.name, value, source: source.into() }
    }
}

impl fmt::Display for EnvelopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { header } => write!(f, "the message has no header `{header}`"),
            Self::Doubled { header } => write!(f, "the message has more than one header `{header}`"),
            Self::Invalid { header, value, source } => {
                write!(f, "the header `{header}` of the message has the value {value:?}: {source}")
            }
        }
    }
}

impl Error for EnvelopeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Missing { .. } | Self::Doubled { .. } => None,
            Self::Invalid { source, .. } => source.source(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn metadata(source: &str, minorversion: u32, time: SystemTime) -> Metadata {
        Metadata {
            minorversion,
            source: source.into(),
            sourcehost: "host".into(),
            sourcelib: LibraryVersion::current(),
            ..Metadata::new("com.example.shop.order.placed.v1", Uuid::from_u128(7), time.into())
        }
    }

    /// The headers that `edx-event-bus-kafka` 6.2.0 sends for an `EventsMetadata`.
    fn from_python() -> Message {
        let headers = [
            ("ce_specversion", "1.0"),
            ("content-type", "application/avro"),
            ("ce_datacontenttype", "application/avro"),
            ("ce_type", "org.openedx.learning.auth.session.login.completed.v1"),
            ("ce_id", "0b9d1c6e-5b1f-11f0-8de9-0242ac120002"),
            ("ce_source", "openedx/lms/web"),
            ("ce_time", "2026-01-01T00:00:00+00:00"),
            ("ce_minorversion", "0"),
            ("sourcehost", "edx.devstack.lms"),
            ("sourcelib", "11.2.0"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).to_vec();
        Message { key: None, headers, payload: vec![1, 2, 3] }
    }

    #[test]
    fn a_message_from_python_is_written_back_byte_for_byte() {
        let message = from_python();
        let metadata = open(&message, SystemTime::UNIX_EPOCH).expect("a valid message");
        assert_eq!(metadata.sourcelib.parts(), [11, 2, 0]);
        assert_eq!(seal(&metadata, None, message.payload.clone()), message);
    }

    #[test]
    fn missing_duplicate_and_invalid_headers_are_errors() {
        let refuse = |change: fn(&mut Message)| {
            let mut message = from_python();
            change(&mut message);
            open(&message, SystemTime::UNIX_EPOCH).expect_err("an unusable message").to_string()
        };
        let remove = |message: &mut Message| message.headers.retain(|(name, _)| name != "ce_type");
        assert_eq!(refuse(remove), "the message has no header `ce_type`");
        let double = |message: &mut Message| message.headers.push(("ce_time".into(), Vec::new()));
        assert_eq!(refuse(double), "the message has more than one header `ce_time`");
        let minor = |message: &mut Message| message.headers[7].1 = b"-1".to_vec();
        assert_eq!(
            refuse(minor),
            "the header `ce_minorversion` of the message has the value \"-1\": invalid digit found in string"
        );
        let id = |message: &mut Message| message.headers[4].1 = b"\xff".to_vec();
        assert!(refuse(id).starts_with("the header `ce_id` of the message has the value"));
    }

    #[test]
    fn headers_that_are_optional_in_open_edx_are_optional() {
        let mut message = from_python();
        message.headers.retain(|(name, _)| name == "ce_type" || name == "ce_id");
        let metadata = open(&message, SystemTime::UNIX_EPOCH).expect("type and id are there");
        assert_eq!((metadata.minorversion, &*metadata.source), (0, ""));
        assert_eq!(metadata.time.as_str(), "1970-01-01T00:00:00+00:00");
    }

    proptest! {
        #[test]
        fn a_sealed_message_can_be_opened(
            source: String,
            minor: u32,
            seconds in 0_u64..4_000_000_000,
            library in prop::collection::vec(any::<u32>(), 0..4),
        ) {
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            let metadata = Metadata { sourcelib: library.into(), ..metadata(&source, minor, time) };
            let message = seal(&metadata, None, Vec::new());
            prop_assert_eq!(open(&message, SystemTime::UNIX_EPOCH).expect("sealed above"), metadata);
        }

        #[test]
        fn any_headers_are_opened_or_refused(headers: Vec<(String, Vec<u8>)>) {
            let _ = open(&Message { headers, ..Message::default() }, SystemTime::UNIX_EPOCH);
        }
    }
}
