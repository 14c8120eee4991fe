use signalbook_model::{Builder, FixedLogical, Logical, Primitive, Type};

use crate::{DecodeError, Decoder, Encoder};

/// A type that can describe itself in a registry.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Avro type",
    label = "does not implement `signalbook::Describe`",
    note = "on a type of your own, derive `Record` or `Enum`",
    note = "for another crate's type, name an adapter: `#[avro(as = \"...\")]`",
    note = "the numbers of Avro are `i32`, `i64`, `f32` and `f64`",
    note = "`[u8; N]` needs a tuple struct that derives `Record`"
)]
pub trait Describe {
    /// What the defaults of the type look like.
    #[doc(hidden)]
    const SHAPE: Shape = Shape::Open;

    /// The Avro type. Adds the definitions of named types to `builder`.
    fn describe(builder: &mut Builder) -> Type;
}

/// A type that can be a branch of a union, and so the content of an `Option`: neither null nor itself a
/// union.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a branch of a union",
    label = "it is null, a union, or has no Avro type",
    note = "Avro unions do not nest: give the inner union a `Null` variant instead of the `Option`"
)]
pub trait Branch: Describe {
    /// How a union distinguishes the branch from others.
    const KIND: BranchKind;
}

/// How a union distinguishes its branches: no two have the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BranchKind {
    /// A primitive type, other than null.
    Primitive(Primitive),
    /// An array.
    Array,
    /// A map.
    Map,
    /// A record, enum or fixed. These are distinguished by their names.
    Named,
}

impl BranchKind {
    /// Whether a union cannot have both a branch of this kind and one of the kind `other`.
    pub(crate) const fn excludes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Primitive(one), Self::Primitive(other)) => one as u8 == other as u8,
            (Self::Array, Self::Array) | (Self::Map, Self::Map) => true,
            (Self::Primitive(_) | Self::Array | Self::Map | Self::Named, _) => false,
        }
    }
}

/// What the defaults of a type look like, as far as the compiler can know.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Only the description of the type says it.
    Open,
    /// An object.
    Record,
    /// One of these symbols.
    Enum(&'static [&'static str]),
    /// Text of this many code points up to 255.
    Fixed(usize),
    /// The text of a logical type, or a number for one of time.
    Logical(Logical),
    /// The text of the logical type of a fixed.
    FixedLogical(FixedLogical),
}

/// A type that can be encoded in Avro's binary encoding.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as Avro",
    label = "does not implement `signalbook::Encode`",
    note = "on a type of your own, derive `Record` or `Enum`",
    note = "for another crate's type, name an adapter: `#[avro(as = \"...\")]`"
)]
pub trait Encode {
    /// Appends the encoding. It returns nothing: the encoder keeps the first error, and the caller checks it
    /// once.
    fn encode(&self, out: &mut Encoder<'_>);
}

/// A type that can be decoded from Avro's binary encoding. It may borrow from the buffer, whose lifetime is
/// `'de`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from Avro",
    label = "does not implement `signalbook::Decode<'_>` for this lifetime of the buffer",
    note = "on a type of your own, derive `Record` or `Enum`",
    note = "the data of a receiver must be owned: `String` instead of `&str`, `Vec<u8>` instead of `&[u8]`"
)]
pub trait Decode<'de>: Sized {
    /// Reads a value that was written with the same schema.
    ///
    /// # Errors
    /// Returns an error if the bytes are not such a value.
    fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError>;

    /// Reads into an existing value, whose allocations are reused. After an error its content is unspecified.
    ///
    /// # Errors
    /// See [`decode`](Self::decode).
    #[inline]
    fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
        *self = Self::decode(input)?;
        Ok(())
    }

    __planned_decoding! {
        /// Reads a value that was written with another schema, in place. `cursor` is its part of the plan.
        #[doc(hidden)]
        #[inline]
        fn decode_planned(
            input: &mut Decoder<'de>,
            cursor: crate::PlanCursor<'de>,
        ) -> Result<Self, DecodeError> {
            crate::planned_decoding::leaf(input, cursor, Self::decode, Self::decode_planned)
        }

        /// Reads the current field of `fields` into its slot.
        #[doc(hidden)]
        #[inline]
        fn decode_field(
            fields: &mut crate::planned_decoding::Fields<'de>,
            slot: &mut Option<Self>,
            input: &mut Decoder<'de>,
        ) {
            fields.read(slot, input, Self::decode, Self::decode_planned);
        }
    }
}
