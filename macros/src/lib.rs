//! Derives of Signalbook: `Event`, `Record`, `Enum` and a redacting `Debug`.
//!
//! Use them through the crate `signalbook`, whose items the expansion names. The [documentation of the
//! derives](https://github.com/signalbook/signalbook/blob/main/docs/derive.md) describes the attributes.
//!
//! ```
//! use signalbook::{Enum, Event, Key, Record};
//!
//! #[derive(signalbook::Debug, Event)]
//! #[event(type = "com.example.shop.order.placed.v1", key = "order.sku")]
//! struct OrderPlaced {
//!     order: Order,
//!     #[avro(default = "WEB")]
//!     channel: Channel,
//! }
//!
//! #[derive(signalbook::Debug, Record)]
//! #[record(name = "com.example.shop.Order")]
//! struct Order {
//!     sku: String,
//! }
//!
//! #[derive(Debug, Enum)]
//! enum Channel {
//!     Web,
//!     Shop,
//! }
//!
//! let event = OrderPlaced { order: Order { sku: "A-17".into() }, channel: Channel::Shop };
//! assert_eq!(signalbook::encode_to_vec(&event)?, b"\x08A-17\x02");
//! assert_eq!(event.key(), Some(Key::String("A-17".into())));
//! # Ok::<(), signalbook::EncodeError>(())
//! ```
//!
//! An expansion has one line for each field, which calls `codec`. `attr` parses attributes and collects every
//! error, `ast` is the syntax tree of a type, and `expand` writes the impls.

mod ast;
mod attr;
mod errors;
mod expand;
mod generics;
mod json;
mod key;
mod logical;
mod similar;
mod type_tokens;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `signalbook::Event` and the codec. The fields of the struct are the event's data.
#[proc_macro_derive(Event, attributes(event, avro))]
pub fn derive_event(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    errors::or_compile_error(|errors| ast::Event::read(&input, errors).map(|event| expand::event(&event)))
}

/// Derives the codec of a struct. A struct with named fields is an Avro record, a tuple struct over `[u8; N]`
/// a fixed.
#[proc_macro_derive(Record, attributes(record, avro))]
pub fn derive_record(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    errors::or_compile_error(|errors| {
        ast::Record::read(&input, errors).map(|record| match record {
            ast::Record::Fields(record) => expand::record(&record),
            ast::Record::Fixed(fixed) => expand::fixed(&fixed),
        })
    })
}

/// Derives the codec of an enum. If all variants are unit variants, it is an Avro enum, otherwise a union.
#[proc_macro_derive(Enum, attributes(enumeration, avro))]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    errors::or_compile_error(|errors| {
        ast::Enum::read(&input, errors).map(|read| match read {
            ast::Enum::Symbols(symbols) => expand::symbols(&symbols),
            ast::Enum::Union(union) => expand::union(&union),
        })
    })
}

/// Derives `std::fmt::Debug`, which prints `<redacted: class>` for the fields with `#[avro(pii = "class")]`.
#[proc_macro_derive(Debug, attributes(avro))]
pub fn derive_debug(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    errors::or_compile_error(|errors| expand::debug(&input, errors))
}
