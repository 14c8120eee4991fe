//! The named types that Signalbook brings along: Avro has no unnamed fixed, so these have names of ours.

/// The fixed of 12 bytes that a `duration` travels as.
pub const DURATION: &str = "signalbook.Duration";

/// The fixed of 16 bytes that a UUID travels as where a registry chose `fixed`.
pub const UUID: &str = "signalbook.Uuid";
