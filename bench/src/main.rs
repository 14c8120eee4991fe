//! Benchmarks of Signalbook beside its peers.

fn main() {}
