//! Tests of the derives and the codec with hand-written types.

mod adapted;
mod derive;
mod generic;
mod hostile;
mod logical;
mod oracle;
mod raw_names;
mod resolved;
mod rich;
#[path = "../../../data/tests/it/samples.rs"]
mod samples;
mod versions;
mod wire;
