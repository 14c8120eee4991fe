//! The expansion uses full paths, so that a program may give its own types any name.
#![deny(warnings)]
#![allow(dead_code)]

mod shop {
    pub struct Option;
    pub struct Result;
    pub struct String;
    pub struct Box;
    pub struct Vec;
    #[allow(non_camel_case_types)]
    pub struct str;
    pub trait Encode {}
    pub trait Decode {}
    #[allow(non_snake_case)]
    pub fn Some() {}
    #[allow(non_snake_case)]
    pub fn Ok() {}

    #[derive(signalbook::Debug, signalbook::Event)]
    #[event(type = "com.example.shop.order.placed.v1", key = "order.r.id")]
    pub struct OrderPlaced<'a> {
        order: Order<'a>,
    }

    #[derive(signalbook::Debug, signalbook::Record)]
    #[avro(crate = renamed)]
    pub struct Order<'a> {
        r: Reference,
        out: i32,
        input: i64,
        builder: &'a core::primitive::str,
        r#type: OrderType,
        hash: Hash,
        choice: Choice,
        fields: OrderFields,
    }

    #[derive(signalbook::Debug, signalbook::Record)]
    struct OrderFields {
        #[avro(name = "self")]
        this: Page<bool>,
        #[avro(name = "super")]
        above: i32,
    }

    #[derive(signalbook::Debug, signalbook::Record)]
    struct Page<OrderFields> {
        #[avro(name = "crate")]
        id: core::primitive::i32,
        __owner: OrderFields,
    }

    #[derive(signalbook::Debug, signalbook::Event)]
    #[event(type = "com.example.shop.order.moved.v1", key = "fields.self.crate")]
    struct OrderMoved {
        fields: OrderFields,
    }

    #[derive(signalbook::Debug, signalbook::Record)]
    struct Reference {
        id: i64,
    }

    #[derive(signalbook::Debug, signalbook::Record)]
    struct Empty {}

    #[derive(signalbook::Debug, signalbook::Record)]
    struct Hash([u8; 2]);

    #[derive(signalbook::Debug, signalbook::Enum)]
    enum OrderType {
        Self_,
        Some,
        #[avro(open)]
        Other(std::boxed::Box<core::primitive::str>),
    }

    #[derive(signalbook::Debug, signalbook::Enum)]
    enum Choice {
        Null,
        Empty(Empty),
        Number(i32),
    }

    use ::signalbook as renamed;
}

fn main() {}
