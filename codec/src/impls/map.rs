use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use signalbook_model::{Builder, Type};

use crate::{
    Branch, BranchKind, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder,
};

/// The impls for `Map<K, T, S>`, and for `Map<K, U, V>` as its adapter.
macro_rules! map {
    ($map:ident, $reserve:expr $(, $hasher:ident: $bound:path, $any:ident)?) => {
        impl<K: MapKey, T: Describe, $($hasher)?> Describe for $map<K, T, $($hasher)?> {
            fn describe(builder: &mut Builder) -> Type {
                Type::map(T::describe(builder))
            }
        }

        impl<K: MapKey, T: Describe, $($hasher)?> Branch for $map<K, T, $($hasher)?> {
            const KIND: BranchKind = BranchKind::Map;
        }

        impl<K: MapKey, T: Encode, $($hasher)?> Encode for $map<K, T, $($hasher)?> {
            fn encode(&self, out: &mut Encoder<'_>) {
                write(self.iter(), out, T::encode);
            }
        }

        impl<'de, K, T, $($hasher)?> Decode<'de> for $map<K, T, $($hasher)?>
        where
            K: MapKey + Decode<'de>,
            T: Decode<'de>,
            $($hasher: $bound + Default)?
        {
            fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
                let mut entries = Self::default();
                read(&mut entries, input, T::decode)?;
                Ok(entries)
            }

            fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
                self.clear();
                read(self, input, T::decode)
            }

            __planned_decoding! {
                fn decode_planned(
                    input: &mut Decoder<'de>,
                    cursor: crate::PlanCursor<'de>,
                ) -> Result<Self, DecodeError> {
                    let Some(values) = cursor.values() else {
                        return crate::planned_decoding::other(
                            input,
                            cursor,
                            Self::decode,
                            Self::decode_planned,
                        );
                    };
                    let mut entries = Self::default();
                    read(&mut entries, input, |input| T::decode_planned(input, values))?;
                    Ok(entries)
                }
            }
        }

        impl<K, T, U, $($hasher, $any)?> EncodeAs<$map<K, T, $($hasher)?>> for $map<K, U, $($any)?>
        where
            K: MapKey,
            U: EncodeAs<T>,
        {
            fn encode_as(entries: &$map<K, T, $($hasher)?>, out: &mut Encoder<'_>) {
                write(entries.iter(), out, U::encode_as);
            }
        }

        impl<'de, K, T, U, $($hasher, $any)?> DecodeAs<'de, $map<K, T, $($hasher)?>> for $map<K, U, $($any)?>
        where
            K: MapKey + Decode<'de>,
            U: DecodeAs<'de, T>,
            $($hasher: $bound + Default)?
        {
            fn decode_as(input: &mut Decoder<'de>) -> Result<$map<K, T, $($hasher)?>, DecodeError> {
                let mut entries = $map::default();
                read(&mut entries, input, U::decode_as)?;
                Ok(entries)
            }

            fn decode_as_into(
                entries: &mut $map<K, T, $($hasher)?>,
                input: &mut Decoder<'de>,
            ) -> Result<(), DecodeError> {
                entries.clear();
                read(entries, input, U::decode_as)
            }

            __planned_decoding! {
                fn decode_as_planned(
                    input: &mut Decoder<'de>,
                    cursor: crate::PlanCursor<'de>,
                ) -> Result<$map<K, T, $($hasher)?>, DecodeError> {
                    let Some(values) = cursor.values() else {
                        return crate::planned_decoding::other(
                            input,
                            cursor,
                            Self::decode_as,
                            Self::decode_as_planned,
                        );
                    };
                    let mut entries = $map::default();
                    read(&mut entries, input, |input| U::decode_as_planned(input, values))?;
                    Ok(entries)
                }
            }
        }

        impl<K: MapKey, T, $($hasher: $bound)?> Entries<K, T> for $map<K, T, $($hasher)?> {
            fn reserve(&mut self, count: usize) {
                $reserve(self, count);
            }

            fn add(&mut self, key: K, value: T) {
                self.insert(key, value);
            }
        }
    };
}

map!(HashMap, HashMap::reserve, S: BuildHasher, V);
map!(BTreeMap, |_, _| ());

/// The key of a map, which is text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    label = "the keys of Avro's maps are text",
    note = "use `String`, or `&str` and `Cow<str>` for a value that borrows"
)]
pub trait MapKey: Encode + Eq + Hash + Ord {}

impl MapKey for String {}
impl MapKey for Box<str> {}
impl MapKey for &str {}
impl MapKey for Cow<'_, str> {}

/// A collection of entries. If two have the same key, the later one is kept.
trait Entries<K, T> {
    fn reserve(&mut self, count: usize);

    fn add(&mut self, key: K, value: T);
}

#[inline]
fn write<'m, K: MapKey + 'm, T: 'm>(
    entries: impl ExactSizeIterator<Item = (&'m K, &'m T)>,
    out: &mut Encoder<'_>,
    value: impl Fn(&T, &mut Encoder<'_>),
) {
    out.block(entries, |(key, each), out| {
        key.encode(out);
        value(each, out);
    });
}

#[inline]
fn read<'de, K: Decode<'de>, T>(
    entries: &mut impl Entries<K, T>,
    input: &mut Decoder<'de>,
    value: impl Fn(&mut Decoder<'de>) -> Result<T, DecodeError>,
) -> Result<(), DecodeError> {
    input.blocks(|input, count| {
        entries.reserve(input.room::<(K, T)>(count));
        for _ in 0..count {
            let key = K::decode(input)?;
            entries.add(key, value(input)?);
        }
        Ok(())
    })
}
