//! The loop: a registry, the code that is generated for it, and the registry that this code describes.
//!
//! The build script compiles every folder of `tests/registries/`, and lists the events in [`CASES`], which
//! the tests iterate over. To add a case, add a folder.

#![cfg(not(packaged))]

pub mod foreign;

use signalbook::{Decode, DecodeError, ReadError, Reader, model::Builder};

pub use cases::*;

#[allow(deprecated, reason = "deprecated events are tested too")]
mod cases {
    use crate::{Case, Event};

    include!(concat!(env!("OUT_DIR"), "/cases.rs"));
}

/// A registry, and the events that were generated for it.
#[derive(Debug)]
pub struct Case {
    /// The name of its folder.
    pub name: &'static str,
    /// The folder, relative to this crate.
    pub folder: &'static str,
    /// The events that have a codec.
    pub events: &'static [Event],
}

/// An event, without its type.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// The event type.
    pub event_type: &'static str,
    /// Adds the event to a registry.
    pub describe: fn(&mut Builder),
    /// Decodes a datum and encodes the event again.
    pub rewrite: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
    /// Decodes a datum of this minor version, and encodes the event with its own version.
    pub renew: fn(u32, &[u8]) -> Result<Vec<u8>, ReadError>,
}

impl Event {
    const fn of<E: signalbook::Event + for<'de> Decode<'de>>(event_type: &'static str) -> Self {
        Self { event_type, describe: E::describe_event, rewrite: rewrite::<E>, renew: renew::<E> }
    }
}

fn rewrite<E: signalbook::Event + for<'de> Decode<'de>>(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let event = signalbook::decode::<E>(bytes)?;
    Ok(signalbook::encode_to_vec(&event).expect("a decoded event can be encoded"))
}

fn renew<E: signalbook::Event + for<'de> Decode<'de>>(
    minor: u32,
    bytes: &[u8],
) -> Result<Vec<u8>, ReadError> {
    let event = Reader::<E>::new().read(minor, bytes)?;
    Ok(signalbook::encode_to_vec(&event).expect("a decoded event can be encoded"))
}
