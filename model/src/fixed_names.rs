//! The built-in named types of Signalbook. A fixed must have a name in Avro, so Signalbook defines these
//! names.

/// The fixed of 12 bytes that is the wire form of `duration`.
pub const DURATION: &str = "signalbook.Duration";

/// The fixed of 16 bytes that is the wire form of `uuid` with the setting `fixed`.
pub const UUID: &str = "signalbook.Uuid";
