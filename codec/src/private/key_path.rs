use std::marker::PhantomData;

use crate::{AsKey, Key};

/// A record that a key path can enter.
///
/// The derive writes a struct with one [`Part`] for each field, under its wire name. So the compiler resolves
/// the path of a key: it knows the fields of types that the derive of the event cannot see.
#[diagnostic::on_unimplemented(
    message = "a key path cannot enter `{Self}`",
    label = "the key path continues after `{Self}`",
    note = "all parts but the last must be records, which may be optional or boxed"
)]
pub trait Fields {
    /// The struct with one part for each field of the record.
    type Parts<'r>
    where
        Self: 'r;

    /// The parts of the record, or of the record in an `Option` or `Box`.
    fn parts(&self) -> Option<Self::Parts<'_>>;
}

/// A field of a record: a reference to it, or a [`Formed`].
pub trait Part<'r>: Copy {
    /// The Rust type.
    type Field: 'r;
    /// The type or adapter that has the wire form.
    type Form;
    /// Whether it has a class of personal data.
    const IS_PII: bool;

    fn field(self) -> &'r Self::Field;
}

impl<'r, T: 'r> Part<'r> for &'r T {
    type Field = T;
    type Form = T;
    const IS_PII: bool = false;

    fn field(self) -> &'r T {
        self
    }
}

/// A field with an adapter or with a class of personal data.
pub struct Formed<'r, T, U, const IS_PII: bool> {
    field: &'r T,
    form: PhantomData<fn() -> U>,
}

impl<'r, T, U, const IS_PII: bool> Formed<'r, T, U, IS_PII> {
    pub const fn new(field: &'r T) -> Self {
        Self { field, form: PhantomData }
    }
}

impl<T, U, const IS_PII: bool> Clone for Formed<'_, T, U, IS_PII> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, U, const IS_PII: bool> Copy for Formed<'_, T, U, IS_PII> {}

impl<'r, T: 'r, U, const IS_PII: bool> Part<'r> for Formed<'r, T, U, IS_PII> {
    type Field = T;
    type Form = U;
    const IS_PII: bool = IS_PII;

    fn field(self) -> &'r T {
        self.field
    }
}

/// The parts of the record in the field, if it has a value.
pub fn enter<'r, P: Part<'r, Field: Fields>>(part: P) -> Option<<P::Field as Fields>::Parts<'r>> {
    part.field().parts()
}

/// The key in the field.
pub fn key_of<'r, P: Part<'r, Form: AsKey<P::Field>>>(part: P) -> Option<Key<'r>> {
    P::Form::as_key(part.field())
}

/// Whether a part of the path that the function returns is personal data. Only its type is used: it is not
/// called.
pub const fn is_pii<'r, R, P: Path<'r>>(_: fn(&'r R) -> Option<P>) -> bool {
    P::IS_PII
}

/// The parts of a key path: the first, and those after it.
pub trait Path<'r> {
    /// Whether one of them is personal data.
    const IS_PII: bool;
}

impl Path<'_> for () {
    const IS_PII: bool = false;
}

impl<'r, P: Part<'r>, Q: Path<'r>> Path<'r> for (P, Q) {
    const IS_PII: bool = P::IS_PII || Q::IS_PII;
}

impl<T: Fields> Fields for Option<T> {
    type Parts<'r>
        = T::Parts<'r>
    where
        T: 'r;

    fn parts(&self) -> Option<T::Parts<'_>> {
        self.as_ref().and_then(T::parts)
    }
}

impl<T: Fields> Fields for Box<T> {
    type Parts<'r>
        = T::Parts<'r>
    where
        T: 'r;

    fn parts(&self) -> Option<T::Parts<'_>> {
        T::parts(self)
    }
}

impl<T: Fields> Fields for &T {
    type Parts<'r>
        = T::Parts<'r>
    where
        Self: 'r;

    fn parts(&self) -> Option<T::Parts<'_>> {
        T::parts(self)
    }
}
