//! Typed events from a signal registry.
