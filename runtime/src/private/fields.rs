use std::marker::PhantomData;

use crate::{AsKey, Key};

/// A record whose fields a key path can name.
///
/// The derive writes a type with one [`Part`] for each field, under its name on the wire. So the compiler itself resolves
/// the path of a key: it knows the fields of types that the derive of the event cannot see.
#[diagnostic::on_unimplemented(
    message = "a key path cannot enter `{Self}`",
    label = "the key path goes on after `{Self}`",
    note = "the parts before the last have to be records, perhaps optional or boxed"
)]
pub trait Fields {
    /// The record: the type itself, or what an `Option` or `Box` holds.
    type Record;
    /// A field for each field of the record.
    type Parts;
    /// The parts.
    const PARTS: Self::Parts;

    /// The record itself, if it is there.
    fn record(&self) -> Option<&Self::Record>;
}

/// A field of the record `R`: a `T`, which travels as `U` says.
pub struct Part<R, T, U = T> {
    get: fn(&R) -> &T,
    pii: bool,
    form: PhantomData<fn() -> U>,
}

impl<R, T, U> Part<R, T, U> {
    /// The field that `get` gives.
    pub const fn new(get: fn(&R) -> &T, pii: bool) -> Self {
        Self { get, pii, form: PhantomData }
    }

    /// Whether it has a class of personal data.
    pub const fn is_pii(&self) -> bool {
        self.pii
    }
}

/// The parts of the record that the field holds.
pub const fn parts<R, T: Fields, U>(_: &Part<R, T, U>) -> T::Parts {
    T::PARTS
}

/// The record that the field `part` of `record` holds.
pub fn enter<'r, R, T: Fields + 'r, U>(part: &Part<R, T, U>, record: &'r R) -> Option<&'r T::Record> {
    (part.get)(record).record()
}

/// The key that the field `part` of `record` is.
pub fn key_of<'r, R, T: 'r, U: AsKey<T>>(part: &Part<R, T, U>, record: &'r R) -> Option<Key<'r>> {
    U::as_key((part.get)(record))
}

impl<T: Fields> Fields for Option<T> {
    type Record = T::Record;
    type Parts = T::Parts;
    const PARTS: T::Parts = T::PARTS;

    fn record(&self) -> Option<&T::Record> {
        self.as_ref().and_then(T::record)
    }
}

impl<T: Fields> Fields for Box<T> {
    type Record = T::Record;
    type Parts = T::Parts;
    const PARTS: T::Parts = T::PARTS;

    fn record(&self) -> Option<&T::Record> {
        T::record(self)
    }
}

impl<T: Fields> Fields for &T {
    type Record = T::Record;
    type Parts = T::Parts;
    const PARTS: T::Parts = T::PARTS;

    fn record(&self) -> Option<&T::Record> {
        T::record(self)
    }
}
