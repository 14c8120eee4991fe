//! The embedded bus of Signalbook: a durable log in one SQLite file.
