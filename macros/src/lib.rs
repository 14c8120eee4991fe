//! Derives of Signalbook: Event, Record, Enum and a redacting Debug.
