//! The codec of the standard library's types, one file for each group of Avro types.

mod bytes;
mod list;
mod map;
mod optional;
mod pointer;
mod scalar;
mod text;
