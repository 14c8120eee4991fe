use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use signalbook_model::{Builder, Type};

use crate::{Branch, Decode, DecodeAs, DecodeError, Decoder, Describe, Encode, EncodeAs, Encoder, Kind};

/// The impls for `Map<String, T, S>`, and for `Map<String, U, V>` as its adapter.
macro_rules! map {
    ($map:ident $(, $hasher:ident: $bound:path, $any:ident)?) => {
        impl<T: Describe, $($hasher)?> Describe for $map<String, T, $($hasher)?> {
            fn describe(builder: &mut Builder) -> Type {
                Type::map(T::describe(builder))
            }
        }

        impl<T: Describe, $($hasher)?> Branch for $map<String, T, $($hasher)?> {
            const KIND: Kind = Kind::Map;
        }

        impl<T: Encode, $($hasher)?> Encode for $map<String, T, $($hasher)?> {
            fn encode(&self, out: &mut Encoder<'_>) {
                write(self.iter(), out, T::encode);
            }
        }

        impl<'de, T: Decode<'de>, $($hasher: $bound + Default)?> Decode<'de> for $map<String, T, $($hasher)?> {
            fn decode(input: &mut Decoder<'de>) -> Result<Self, DecodeError> {
                let mut entries = Self::default();
                read(&mut entries, input, T::decode)?;
                Ok(entries)
            }

            fn decode_into(&mut self, input: &mut Decoder<'de>) -> Result<(), DecodeError> {
                self.clear();
                read(self, input, T::decode)
            }
        }

        impl<T, U, $($hasher, $any)?> EncodeAs<$map<String, T, $($hasher)?>> for $map<String, U, $($any)?>
        where
            U: EncodeAs<T>,
        {
            fn encode_as(entries: &$map<String, T, $($hasher)?>, out: &mut Encoder<'_>) {
                write(entries.iter(), out, U::encode_as);
            }
        }

        impl<'de, T, U, $($hasher, $any)?> DecodeAs<'de, $map<String, T, $($hasher)?>> for $map<String, U, $($any)?>
        where
            U: DecodeAs<'de, T>,
            $($hasher: $bound + Default)?
        {
            fn decode_as(input: &mut Decoder<'de>) -> Result<$map<String, T, $($hasher)?>, DecodeError> {
                let mut entries = $map::default();
                read(&mut entries, input, U::decode_as)?;
                Ok(entries)
            }

            fn decode_as_into(
                entries: &mut $map<String, T, $($hasher)?>,
                input: &mut Decoder<'de>,
            ) -> Result<(), DecodeError> {
                entries.clear();
                read(entries, input, U::decode_as)
            }
        }

        impl<T, $($hasher: $bound)?> Entries<T> for $map<String, T, $($hasher)?> {
            fn add(&mut self, key: String, value: T) {
                self.insert(key, value);
            }
        }
    };
}

map!(HashMap, S: BuildHasher, V);
map!(BTreeMap);

/// What entries are read into; of two with one key the later stays.
trait Entries<T> {
    fn add(&mut self, key: String, value: T);
}

#[inline]
fn write<'m, T: 'm>(
    entries: impl ExactSizeIterator<Item = (&'m String, &'m T)>,
    out: &mut Encoder<'_>,
    value: impl Fn(&T, &mut Encoder<'_>),
) {
    out.block(entries, |(key, each), out| {
        out.string(key);
        value(each, out);
    });
}

#[inline]
fn read<'de, T>(
    entries: &mut impl Entries<T>,
    input: &mut Decoder<'de>,
    value: impl Fn(&mut Decoder<'de>) -> Result<T, DecodeError>,
) -> Result<(), DecodeError> {
    input.blocks(|input, count| {
        for _ in 0..count {
            let key = String::decode(input)?;
            entries.add(key, value(input)?);
        }
        Ok(())
    })
}
