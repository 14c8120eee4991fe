//! Metadata and a datum as a message, and back: `CloudEvents` headers with the names and order of Open edX.
//!
//! Every backend with headers uses this form. A backend whose peers expect another form (Redis: fields of an
//! entry) only translates it.

use std::{error::Error, fmt, str::FromStr, sync::LazyLock};

use crate::{
    Extensions, LibraryVersion, Metadata, Text, Time,
    backend::{BoxError, Delivery, Headers, Message},
    metadata::{id_of, is_extension_name},
};

/// The headers of a message that holds an event, in the order in which they are written.
pub mod header {
    /// The version of the `CloudEvents` specification, 1.0.
    pub const SPEC_VERSION: &str = "ce_specversion";
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

/// The value of [`header::SPEC_VERSION`].
const CLOUD_EVENTS_VERSION: &str = "1.0";

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

/// The headers that are the same for each message, the first ones.
static CONSTANT: LazyLock<Headers> = LazyLock::new(|| {
    let headers = [
        (header::SPEC_VERSION, CLOUD_EVENTS_VERSION),
        (header::CONTENT_TYPE, header::CONTENT_TYPE_VALUE),
        (header::DATA_CONTENT_TYPE, header::CONTENT_TYPE_VALUE),
    ];
    headers.into_iter().collect()
});

/// Makes a message from metadata and the datum of an event.
pub fn seal(metadata: &Metadata, key: Option<Vec<u8>>, datum: Vec<u8>) -> Message {
    // Room for the names, the lengths, and values of the usual size.
    let mut headers = Headers::with_capacity(448);
    headers.append(&CONSTANT);
    headers.push(header::TYPE, metadata.event_type.as_bytes());
    headers.push(header::ID, metadata.id.as_bytes());
    headers.push(header::SOURCE, metadata.source.as_bytes());
    headers.push(header::TIME, metadata.time.as_bytes());
    headers.push_display(header::MINOR_VERSION, metadata.minorversion);
    headers.push(header::SOURCE_HOST, metadata.sourcehost.as_bytes());
    // There is no text for an empty version: the header is left out.
    if !metadata.sourcelib.parts().is_empty() {
        headers.push_display(header::SOURCE_LIB, &metadata.sourcelib);
    }
    for (name, value) in metadata.extensions.iter() {
        headers.push(&format!("{ATTRIBUTE}{name}"), value);
    }
    Message { key, headers, payload: Some(datum) }
}

/// Returns the name of an attribute without which no consumer can read the event: `id` or `type`, if it is
/// empty.
pub(crate) fn missing_attribute(metadata: &Metadata) -> Option<&'static str> {
    let required = [("id", &metadata.id), ("type", &metadata.event_type)];
    required.into_iter().find(|(_, value)| value.is_empty()).map(|(name, _)| name)
}

/// Which headers a message must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strictness {
    /// The event type alone, as Open edX's consumers. A missing id is made from the position of the message,
    /// so that it is the same for each delivery; a missing minor version is 0; a missing time is the one at
    /// which the log accepted the message; the rest is empty.
    #[default]
    Lenient,
    /// Event type, id, source, time, minor version, and the version 1.0 of the `CloudEvents` specification.
    Strict,
}

/// What [`open`] reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened {
    /// The metadata of the event.
    pub metadata: Metadata,
    /// The missing headers whose metadata have a default. [`Strictness::Strict`] requires them.
    pub defaulted: Vec<&'static str>,
}

/// The headers that [`open`] reads, in the order of [`seal`].
const KNOWN: [&str; 8] = [
    header::SPEC_VERSION,
    header::TYPE,
    header::ID,
    header::SOURCE,
    header::TIME,
    header::MINOR_VERSION,
    header::SOURCE_HOST,
    header::SOURCE_LIB,
];

/// Begins the name of the header of a `CloudEvents` attribute, extensions included.
const ATTRIBUTE: &str = "ce_";

/// Whether a header of this name belongs to the metadata, extension attributes included.
pub fn is_reserved(name: &str) -> bool {
    KNOWN.contains(&name)
        || [header::CONTENT_TYPE, header::DATA_CONTENT_TYPE].contains(&name)
        || extension(name).is_some()
}

/// Returns the name of the extension attribute that a header of this name holds.
fn extension(header: &str) -> Option<&str> {
    header.strip_prefix(ATTRIBUTE).filter(|name| is_extension_name(name))
}

/// Returns the headers of a message that `metadata`, the metadata of the message, do not contain.
pub fn other_headers<'a>(
    message: &'a Message,
    metadata: &'a Metadata,
) -> impl Iterator<Item = (&'a str, &'a [u8])> {
    message.headers.iter().filter(|(name, value)| match extension(name) {
        // The header of an extension may occur again, or may not be UTF-8.
        Some(extension) => metadata.extensions.get(extension).map(str::as_bytes) != Some(*value),
        None => !is_reserved(name),
    })
}

/// Reads the metadata of a message. The payload is the datum.
///
/// A header `ce_NAME` is an [extension attribute](crate::Extensions) if an extension may have this name and
/// the value is UTF-8. Of several such headers, the first counts.
///
/// # Errors
/// A required header is missing, or a header occurs more than once or is invalid.
pub fn open(delivery: &Delivery, strictness: Strictness) -> Result<Opened, EnvelopeError> {
    open_with(delivery, strictness, |event_type| event_type.into())
}

/// As [`open`]. `event_type_text` returns the text of an event type; a static one needs no allocation.
pub(crate) fn open_with(
    delivery: &Delivery,
    strictness: Strictness,
    event_type_text: impl FnOnce(&str) -> Text,
) -> Result<Opened, EnvelopeError> {
    let mut values: [Option<Header<'_>>; KNOWN.len()] = [None; KNOWN.len()];
    let mut extensions = Extensions::default();
    for (name, value) in delivery.message.headers.iter_bytes() {
        if let Some(index) = KNOWN.iter().position(|known| known.as_bytes() == name) {
            let header = Header { name: KNOWN[index], value };
            if values[index].replace(header).is_some() {
                return Err(EnvelopeError::Doubled { header: header.name });
            }
        } else if let Some(name) = std::str::from_utf8(name).ok().and_then(extension)
            && extensions.get(name).is_none()
            && let Ok(value) = std::str::from_utf8(value)
        {
            let _ = extensions.insert(name, value);
        }
    }
    let [spec_version, event_type, id, source, time, minor, host, library] = values;
    let with_default =
        [(id, header::ID), (source, header::SOURCE), (time, header::TIME), (minor, header::MINOR_VERSION)];
    let defaulted = with_default.into_iter().filter(|(value, _)| value.is_none()).map(|(_, header)| header);
    let defaulted: Vec<_> = defaulted.collect();
    let event_type = event_type.ok_or(EnvelopeError::Missing { header: header::TYPE })?;
    if strictness == Strictness::Strict {
        if let [header, ..] = defaulted[..] {
            return Err(EnvelopeError::Missing { header });
        }
        let version = spec_version.ok_or(EnvelopeError::Missing { header: header::SPEC_VERSION })?;
        if version.value != CLOUD_EVENTS_VERSION.as_bytes() {
            return Err(version.invalid("only version 1.0 is supported"));
        }
    }
    let metadata = Metadata {
        event_type: event_type.not_empty().map(event_type_text)?,
        id: id.map_or_else(|| Ok(id_of(&delivery.position)), |id| id.not_empty().map(Text::from))?,
        minorversion: minor.map_or(Ok(0), Header::parse)?,
        source: source.map_or_else(|| Ok(Text::default()), |source| source.text().map(Text::from))?,
        sourcehost: host.map_or_else(|| Ok(Text::default()), |host| host.text().map(Text::from))?,
        time: time.map_or_else(|| Ok(Time::from(delivery.published)), Header::parse)?,
        sourcelib: library.map_or_else(|| Ok(LibraryVersion::default()), Header::parse)?,
        extensions,
    };
    Ok(Opened { metadata, defaulted })
}

/// A header that occurs once.
#[derive(Clone, Copy)]
struct Header<'a> {
    name: &'static str,
    value: &'a [u8],
}

impl<'a> Header<'a> {
    fn text(self) -> Result<&'a str, EnvelopeError> {
        std::str::from_utf8(self.value).map_err(|error| self.invalid(error))
    }

    fn not_empty(self) -> Result<&'a str, EnvelopeError> {
        self.text().and_then(|text| if text.is_empty() { Err(self.invalid("it is empty")) } else { Ok(text) })
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
    use std::{sync::Arc, time::SystemTime};

    use proptest::prelude::*;

    use super::*;
    use crate::backend::{Partition, Position};

    fn metadata(source: &str, minorversion: u32, time: SystemTime) -> Metadata {
        Metadata {
            minorversion,
            source: source.into(),
            sourcehost: "host".into(),
            sourcelib: LibraryVersion::current(),
            ..Metadata::new("com.example.shop.order.placed.v1", "7", time.into())
        }
    }

    fn opened(message: &Message) -> Result<Metadata, EnvelopeError> {
        open(&delivery(message), Strictness::Lenient).map(|opened| opened.metadata)
    }

    fn delivery(message: &Message) -> Delivery {
        let partition = Partition { topic: "orders".into(), number: 0 };
        let position = Position { partition, offset: "42".into() };
        Delivery {
            position,
            published: SystemTime::UNIX_EPOCH,
            attempt: 1,
            message: Arc::new(message.clone()),
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
        Message { key: None, headers: headers.into_iter().collect(), payload: Some(vec![1, 2, 3]) }
    }

    #[test]
    fn a_message_from_python_is_written_back_byte_for_byte() {
        let message = from_python();
        let metadata = opened(&message).expect("a valid message");
        assert_eq!(metadata.sourcelib.parts(), [11, 2, 0]);
        assert_eq!(seal(&metadata, None, vec![1, 2, 3]), message);
    }

    fn replace(message: &mut Message, header: &str, with: &[u8]) {
        let headers = message.headers.iter();
        message.headers =
            headers.map(|(name, value)| (name, if name == header { with } else { value })).collect();
    }

    #[test]
    fn missing_duplicate_and_invalid_headers_are_errors() {
        let refuse = |change: fn(&mut Message)| {
            let mut message = from_python();
            change(&mut message);
            opened(&message).expect_err("an unusable message").to_string()
        };
        let remove = |message: &mut Message| message.headers.retain(|name, _| name != "ce_type");
        assert_eq!(refuse(remove), "the message has no header `ce_type`");
        let double = |message: &mut Message| message.headers.push("ce_time", "");
        assert_eq!(refuse(double), "the message has more than one header `ce_time`");
        let minor = |message: &mut Message| replace(message, "ce_minorversion", b"-1");
        assert_eq!(
            refuse(minor),
            "the header `ce_minorversion` of the message has the value \"-1\": invalid digit found in string"
        );
        let id = |message: &mut Message| replace(message, "ce_id", b"\xff");
        assert!(refuse(id).starts_with("the header `ce_id` of the message has the value"));
    }

    #[test]
    fn a_lenient_reader_takes_defaults_and_names_what_is_missing() {
        let mut message = from_python();
        message.headers.retain(|name, _| name == "ce_type");
        let Opened { metadata, defaulted } =
            open(&delivery(&message), Strictness::Lenient).expect("the type is there");
        assert_eq!((metadata.minorversion, &*metadata.source), (0, ""));
        assert_eq!(metadata.time.as_str(), "1970-01-01T00:00:00+00:00");
        assert_eq!(defaulted, ["ce_id", "ce_source", "ce_time", "ce_minorversion"]);
        // The same for each delivery, and another one for each message.
        assert_eq!(&*metadata.id, "0e8ab2c8-47b3-5d67-905b-9bcd9d926362");
        let next = Delivery {
            position: Position { offset: "43".into(), ..delivery(&message).position },
            ..delivery(&message)
        };
        let next = open(&next, Strictness::Lenient).expect("the type is there");
        assert_ne!(next.metadata.id, metadata.id);
    }

    #[test]
    fn a_strict_reader_refuses_what_is_missing() {
        let strict = |message: &Message| open(&delivery(message), Strictness::Strict);
        assert_eq!(strict(&from_python()).expect("all headers are there").defaulted, [""; 0]);
        for required in ["ce_specversion", "ce_type", "ce_id", "ce_source", "ce_time", "ce_minorversion"] {
            let mut message = from_python();
            message.headers.retain(|name, _| name != required);
            let error = strict(&message).expect_err(required).to_string();
            assert_eq!(error, format!("the message has no header `{required}`"));
        }
        let mut message = from_python();
        replace(&mut message, "ce_specversion", b"0.3");
        let error = strict(&message).expect_err("another version").to_string();
        assert!(error.ends_with("only version 1.0 is supported"), "{error}");
        opened(&message).expect("a lenient reader does not look at it");
    }

    #[test]
    fn other_attributes_are_extensions() {
        let mut message = from_python();
        message.headers.extend([
            ("ce_tenant", "acme"),
            ("ce_tenant", "other"),
            ("ce_Tenant", "x"),
            ("tenant", "y"),
        ]);
        message.headers.push("ce_binary", b"\xff");
        let metadata = opened(&message).expect("a valid message");
        assert_eq!(metadata.extensions.iter().collect::<Vec<_>>(), [("tenant", "acme")]);
        // What the metadata do not contain is not lost.
        let others: Vec<_> = other_headers(&message, &metadata).map(|(name, _)| name).collect();
        assert_eq!(others, ["ce_tenant", "ce_Tenant", "tenant", "ce_binary"]);
        assert!(is_reserved("ce_tenant") && !is_reserved("ce_Tenant") && !is_reserved("tenant"));
        let sealed = seal(&metadata, None, Vec::new());
        assert_eq!(sealed.headers.get("ce_tenant"), Some(&b"acme"[..]));
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
            prop_assert_eq!(opened(&message).expect("sealed above"), metadata);
        }

        #[test]
        fn any_headers_are_opened_or_refused(headers: Vec<(String, Vec<u8>)>) {
            let headers = headers.iter().map(|(name, value)| (name, value)).collect();
            let _ = opened(&Message { headers, ..Message::default() });
        }
    }
}
