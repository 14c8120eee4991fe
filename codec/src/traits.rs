use signalbook_model::{Builder, Primitive, Type};

use crate::{DecodeError, Decoder, Encoder};

/// A type that says what it is in a registry.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what it is in a registry",
    label = "no Avro type is known for `{Self}`",
    note = "on a type of your own, derive `Record` or `Enum`",
    note = "for another crate's type, name an adapter: `#[avro(as = \"...\")]`",
    note = "Avro has `i32`, `i64`, `f32` and `f64` and no other numbers; `[u8; N]` needs a tuple struct that derives `Record`"
)]
pub trait Describe {
    /// What its defaults look like.
    #[doc(hidden)]
    const SHAPE: Shape = Shape::Open;

    /// Its type; named types are put into `builder` on the way.
    fn describe(builder: &mut Builder) -> Type;
}

/// A type that may be the branch of a union, and so the inside of an `Option`: neither null nor itself a union.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a branch of a union",
    label = "null, a union, or no Avro type at all",
    note = "Avro unions do not nest: give the inner union a `Null` variant in place of the `Option`"
)]
pub trait Branch: Describe {
    /// What a union knows the branch by.
    const KIND: BranchKind;
}

/// What a union knows a branch by: it holds no two of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BranchKind {
    /// A primitive type, other than null.
    Primitive(Primitive),
    /// An array.
    Array,
    /// A map.
    Map,
    /// A record, enum or fixed, which has a name of its own.
    Named,
}

impl BranchKind {
    /// Whether a union with a branch of this kind cannot have one of the kind `other`.
    pub(crate) const fn excludes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Primitive(one), Self::Primitive(other)) => one as u8 == other as u8,
            (Self::Array, Self::Array) | (Self::Map, Self::Map) => true,
            (Self::Primitive(_) | Self::Array | Self::Map | Self::Named, _) => false,
        }
    }
}

/// What defaults of a type look like, as far as that is known while it is compiled.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Whatever its description says.
    Open,
    /// An object.
    Record,
    /// One of these symbols.
    Enum(&'static [&'static str]),
    /// Text of so many code points up to 255.
    Fixed(usize),
    /// The text of a UUID.
    Uuid,
    /// An integer from 0 to below this one.
    Below(i128),
}

/// A type that writes itself in Avro's binary encoding.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as Avro",
    label = "does not implement `signalbook::Encode`",
    note = "on a type of your own, derive `Record` or `Enum`",
    note = "for another crate's type, name an adapter: `#[avro(as = \"...\")]`"
)]
pub trait Encode {
    /// Appends the encoding. It cannot fail here: the encoder keeps the first error, and the caller looks once.
    fn encode(&self, out: &mut Encoder<'_>);
}

/// A type that reads itself from Avro's binary encoding; `'de` is the buffer, from which it may borrow.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from Avro",
    label = "does not implement `signalbook::Decode<'_>` for this lifetime of the buffer",
    note = "on a type of your own, derive `Record` or `Enum`",
    note = "a receiver owns its data: `String` in place of `&str`, `Vec<u8>` in place of `&[u8]`"
)]
pub trait Decode<'de>: Sized {
    /// Reads a value written with the same schema.
    ///
    /// # Errors
    /// Where the bytes are not such a value.
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError>;

    /// Reads into a value that exists, reusing what it has allocated. After an error its content is unspecified.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    #[inline]
    fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        *self = Self::decode(input)?;
        Ok(())
    }

    __planned_decoding! {
        /// Reads a value that was written with another schema, where it stands.
        #[doc(hidden)]
        #[inline]
        fn decode_planned(input: &mut Decoder<'de>, place: crate::versions::Place<'de>) -> Result<Self, DecodeError> {
            crate::versions::leaf(input, place, Self::decode, Self::decode_planned)
        }

        /// Reads the field at which `fields` stand into its slot.
        #[doc(hidden)]
        #[inline]
        fn decode_field(fields: &mut crate::versions::Fields<'de>, slot: &mut Option<Self>, input: &mut Decoder<'de>) {
            fields.read(slot, input, Self::decode, Self::decode_planned);
        }
    }
}
