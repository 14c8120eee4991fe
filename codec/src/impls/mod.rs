//! The codec of the standard library's types, one file for each of Avro's kinds.

mod bytes;
mod list;
mod map;
mod optional;
mod pointer;
mod scalar;
mod text;
