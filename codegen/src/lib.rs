//! The registry language of Signalbook: parser, checks, and the Avro schemas and Rust code that come out.
