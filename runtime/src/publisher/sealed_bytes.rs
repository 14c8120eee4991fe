//! The stable byte form of a sealed event.

use std::{error::Error, fmt, sync::Arc, time::SystemTime};

use super::Sealed;
use crate::{
    Metadata,
    backend::{
        BoxError, Contract, Delivery, Headers, Message, Outgoing, Partition, Position,
        headers::{push_part, take_part},
    },
    envelope::{self, Strictness},
};

/// The version of the form, its first byte.
const VERSION: u8 = 1;

/// Why bytes are not a [`Sealed`] event. Never contains data.
#[derive(Debug)]
pub struct SealedError {
    problem: &'static str,
    source: Option<BoxError>,
}

impl Sealed {
    /// Returns the event as bytes. This form is stable: later versions read it.
    ///
    /// The first byte is the version of the form, 1. Parts follow; a part is a length of four bytes,
    /// little-endian, and as many bytes. The first part has the metadata, as [`Headers::as_bytes`] of
    /// [`envelope::seal`]. Then each message has five parts: the topic; the [name](Contract::name) of its
    /// contract, empty if it has none; its headers, as [`Headers::as_bytes`]; the key; the payload. The key
    /// and the payload begin with a byte that is 1, or are empty if the message has none.
    ///
    /// # Panics
    /// If a part has 4 GiB or more.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        let metadata = envelope::seal(&self.metadata, None, Vec::new()).headers;
        push_part(&mut bytes, metadata.as_bytes());
        for Outgoing { topic, message, contract } in &self.messages {
            push_part(&mut bytes, topic.as_bytes());
            push_part(&mut bytes, contract.as_ref().map_or("", Contract::name).as_bytes());
            push_part(&mut bytes, message.headers.as_bytes());
            push_optional(&mut bytes, message.key.as_deref());
            push_optional(&mut bytes, message.payload.as_deref());
        }
        bytes
    }

    /// Reads the bytes of [`to_bytes`](Self::to_bytes). `contract` finds a contract by its name; a message
    /// whose contract is not found has none. [`Bus::unseal`](crate::Bus::unseal) finds those that the bus
    /// knows.
    ///
    /// # Errors
    /// The bytes are damaged or have another version, or the metadata are not those of an event that
    /// consumers can read: the id is empty.
    pub fn from_bytes(
        bytes: &[u8],
        mut contract: impl FnMut(&str) -> Option<Contract>,
    ) -> Result<Self, SealedError> {
        let Some((&VERSION, mut rest)) = bytes.split_first() else {
            return Err(SealedError::new("they do not begin with the version 1"));
        };
        let metadata = take_part(&mut rest).ok_or_else(SealedError::cut)?;
        let metadata = metadata_of(headers(metadata)?)?;
        let mut messages = Vec::new();
        while !rest.is_empty() {
            messages.push(take_message(&mut rest, &mut contract)?);
        }
        Ok(Self::read(metadata, messages))
    }
}

fn push_optional(bytes: &mut Vec<u8>, value: Option<&[u8]>) {
    push_part(bytes, &value.map_or_else(Vec::new, |value| [&[1], value].concat()));
}

fn take_message(
    rest: &mut &[u8],
    contract: &mut impl FnMut(&str) -> Option<Contract>,
) -> Result<Outgoing, SealedError> {
    let mut part = || take_part(rest).ok_or_else(SealedError::cut);
    let (topic, name) = (text(part()?)?, text(part()?)?);
    let message =
        Message { headers: headers(part()?)?, key: optional(part()?)?, payload: optional(part()?)? };
    let contract = if name.is_empty() { None } else { contract(name) };
    Ok(Outgoing::new(topic, message).with_contract(contract))
}

fn text(part: &[u8]) -> Result<&str, SealedError> {
    std::str::from_utf8(part).map_err(|error| SealedError::new("a text is not UTF-8").caused_by(error))
}

fn headers(part: &[u8]) -> Result<Headers, SealedError> {
    Headers::from_bytes(part.to_vec()).ok_or_else(|| SealedError::new("the headers are damaged"))
}

fn optional(part: &[u8]) -> Result<Option<Vec<u8>>, SealedError> {
    match part {
        [] => Ok(None),
        [1, value @ ..] => Ok(Some(value.to_vec())),
        _ => Err(SealedError::new("a key or a payload does not begin with the byte 1")),
    }
}

fn metadata_of(headers: Headers) -> Result<Metadata, SealedError> {
    // The position and the time stand in for missing metadata. Here, missing metadata are an error.
    let position = Position { partition: Partition { topic: "".into(), number: 0 }, offset: "".into() };
    let message = Arc::new(Message { headers, ..Message::default() });
    let delivery = Delivery { position, published: SystemTime::UNIX_EPOCH, attempt: 1, message };
    let opened = envelope::open(&delivery, Strictness::Strict);
    let invalid = |error| SealedError::new("the metadata are invalid").caused_by(error);
    opened.map(|opened| opened.metadata).map_err(invalid)
}

impl SealedError {
    fn new(problem: &'static str) -> Self {
        Self { problem, source: None }
    }

    fn cut() -> Self {
        Self::new("they end too early")
    }

    fn caused_by(self, source: impl Into<BoxError>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}

impl fmt::Display for SealedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the bytes are not a sealed event: {}", self.problem)
    }
}

impl Error for SealedError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn metadata(id: &str, extension: &str, minorversion: u32) -> Metadata {
        let time = SystemTime::UNIX_EPOCH.into();
        let mut metadata = Metadata::new("com.example.shop.order.placed.v1", id, time);
        metadata.minorversion = minorversion;
        metadata.extensions.insert("tenant", extension).expect("a valid name");
        metadata
    }

    fn outgoing() -> impl Strategy<Value = Outgoing> {
        let headers = prop::collection::vec(any::<(String, Vec<u8>)>(), 0..3);
        (".*", headers, any::<Option<Vec<u8>>>(), any::<Option<Vec<u8>>>()).prop_map(
            |(topic, headers, key, payload)| {
                Outgoing::new(topic, Message { key, headers: headers.into_iter().collect(), payload })
            },
        )
    }

    proptest! {
        #[test]
        fn a_sealed_event_is_read_back(
            id in ".+",
            extension in ".+",
            minor: u32,
            messages in prop::collection::vec(outgoing(), 0..3),
        ) {
            let metadata = metadata(&id, &extension, minor);
            let sealed = Sealed::read(metadata, messages);
            let read = Sealed::from_bytes(&sealed.to_bytes(), |_| None).expect("bytes that were written");
            prop_assert_eq!(read, sealed);
        }

        #[test]
        fn damaged_bytes_are_refused_or_read(flip: (prop::sample::Index, u8), bytes: Vec<u8>) {
            let _ = Sealed::from_bytes(&bytes, |_| None);
            let message = Outgoing::new("orders", Message { key: Some(vec![7]), ..Message::default() });
            let (metadata, messages) = (metadata("1", "acme", 0), vec![message]);
            let sealed = Sealed::read(metadata, messages);
            let mut bytes = sealed.to_bytes();
            for end in 0..bytes.len() {
                let cut = Sealed::from_bytes(&bytes[..end], |_| None);
                prop_assert!(cut.is_err() || cut.is_ok_and(|cut| cut.messages.is_empty()), "{}", end);
            }
            let index = flip.0.index(bytes.len());
            bytes[index] = flip.1;
            if let Ok(read) = Sealed::from_bytes(&bytes, |_| None) {
                let again = Sealed::from_bytes(&read.to_bytes(), |_| None).expect("bytes that were written");
                prop_assert_eq!(again, read);
            }
        }
    }

    #[test]
    fn the_form_is_stable() {
        let message = Message { key: Some(vec![7]), payload: None, headers: Headers::new() };
        let sealed = Sealed::read(metadata("1", "acme", 0), vec![Outgoing::new("orders", message)]);
        let bytes = sealed.to_bytes();
        let (start, end) = bytes.split_at(bytes.len() - 28);
        assert_eq!(end, b"\x06\0\0\0orders\0\0\0\0\0\0\0\0\x02\0\0\0\x01\x07\0\0\0\0");
        assert_eq!(start[..23], *b"\x01\x1c\x01\0\0\x0e\0\0\0ce_specversion");
    }
}
