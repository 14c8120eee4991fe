//! The runtime of Signalbook: Avro codec, signals, publisher, consumer and the backend trait.
