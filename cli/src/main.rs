//! The command line of Signalbook: check, generate, publish, consume, decode.

fn main() {}
