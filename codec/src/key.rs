use std::{borrow::Cow, fmt};

use crate::{EncodeError, Encoder};

/// The value of an event's key, a scalar in its wire form.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Key<'a> {
    /// `boolean`
    Boolean(bool),
    /// `int`
    Int(i32),
    /// `long`
    Long(i64),
    /// `string`
    String(Cow<'a, str>),
    /// `bytes`
    Bytes(Cow<'a, [u8]>),
    /// A fixed.
    Fixed(Cow<'a, [u8]>),
    /// The symbol of an enum.
    Symbol {
        /// The index of the symbol, which is encoded.
        index: usize,
        /// The symbol itself.
        symbol: &'a str,
    },
}

impl Key<'_> {
    /// Appends its Avro encoding, by which a backend orders and partitions.
    ///
    /// # Errors
    /// Returns an error if the key cannot be encoded. All keys can be encoded today.
    pub fn encode(&self, out: &mut Encoder<'_>) -> Result<(), EncodeError> {
        match self {
            Self::Boolean(value) => out.boolean(*value),
            Self::Int(value) => out.int(*value),
            Self::Long(value) => out.long(*value),
            Self::String(value) => out.string(value),
            Self::Bytes(value) => out.bytes(value),
            Self::Fixed(value) => out.fixed(value),
            Self::Symbol { index, .. } => out.length(*index),
        }
        Ok(())
    }

    /// Returns its Avro encoding; see [`encode`](Self::encode).
    ///
    /// # Errors
    /// Returns an error if the key cannot be encoded. All keys can be encoded today.
    pub fn to_vec(&self) -> Result<Vec<u8>, EncodeError> {
        let content = match self {
            Self::String(value) => value.len(),
            Self::Bytes(value) | Self::Fixed(value) => value.len(),
            Self::Boolean(_) | Self::Int(_) | Self::Long(_) | Self::Symbol { .. } => 0,
        };
        let mut bytes = Vec::with_capacity(content + MAX_VARINT);
        let mut encoder = Encoder::new(&mut bytes);
        self.encode(&mut encoder)?;
        encoder.finish()?;
        Ok(bytes)
    }
}

/// The number of bytes of the longest number.
const MAX_VARINT: usize = 10;

/// The value itself. Bytes are in hexadecimal.
impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Long(value) => value.fmt(f),
            Self::String(value) => value.fmt(f),
            Self::Bytes(value) | Self::Fixed(value) => {
                value.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::Symbol { symbol, .. } => symbol.fmt(f),
        }
    }
}

/// A type that can be an event's key: a scalar, or the adapter of a `T` whose wire form is a scalar.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scalar, so it cannot be an event's key",
    label = "the key path must end at a scalar",
    note = "scalars are `bool`, `i32`, `i64`, text, bytes, fixed, enums, and types with an adapter for these"
)]
pub trait AsKey<T: ?Sized> {
    /// The key of `value`, or `None` if an optional value is null.
    fn as_key(value: &T) -> Option<Key<'_>>;
}

macro_rules! scalar {
    ($($rust:ty: |$value:ident| $key:expr),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl AsKey<$rust> for $rust {
            fn as_key($value: &$rust) -> Option<Key<'_>> {
                Some($key)
            }
        }
    )*};
}

scalar! {
    bool: |value| Key::Boolean(*value),
    i32: |value| Key::Int(*value),
    i64: |value| Key::Long(*value),
    str: |value| Key::String(Cow::Borrowed(value)),
    String: |value| Key::String(Cow::Borrowed(value)),
    [u8]: |value| Key::Bytes(Cow::Borrowed(value)),
    Vec<u8>: |value| Key::Bytes(Cow::Borrowed(value)),
}

impl<T, U: AsKey<T>> AsKey<Option<T>> for Option<U> {
    fn as_key(value: &Option<T>) -> Option<Key<'_>> {
        value.as_ref().and_then(U::as_key)
    }
}

impl<T: ?Sized, U: AsKey<T> + ?Sized> AsKey<Box<T>> for Box<U> {
    fn as_key(value: &Box<T>) -> Option<Key<'_>> {
        U::as_key(value)
    }
}

impl<T: AsKey<T> + ?Sized> AsKey<Self> for &T {
    fn as_key(value: &Self) -> Option<Key<'_>> {
        T::as_key(value)
    }
}

impl<T: AsKey<T> + ToOwned + ?Sized> AsKey<Self> for Cow<'_, T> {
    fn as_key(value: &Self) -> Option<Key<'_>> {
        T::as_key(value)
    }
}
