//! Planned decoding: reads data of another schema in place, along a plan.
//!
//! Where the plan changes nothing, a type's own decoding is used. An error here only means that the value
//! must be rewritten: [`decode_rewritten`] finds the reason.

#![allow(
    clippy::missing_errors_doc,
    reason = "only the derives call these: an error means that the value must be rewritten"
)]

use signalbook_resolve::plan_cursor::{self, Chosen, Field, Rest};
use signalbook_resolve::{Plan, ResolveError};

pub use signalbook_resolve::plan_cursor::PlanCursor;

use crate::{Decode, DecodeError, Decoder, Expected};

type Result<T> = std::result::Result<T, DecodeError>;

/// How much of a reused buffer stays allocated after a large datum.
const KEPT: usize = 1 << 20;

/// Why a datum of another version is not a value of the type.
///
/// This enum is exhaustive: the runtime must report each error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionError {
    /// The bytes are not a datum of the writer schema, or the reader schema cannot read it.
    Resolve(ResolveError),
    /// The rewritten bytes are not a value of the type.
    Decode(DecodeError),
}

/// Reads all of `datum` in place. Fails if the plan must rewrite it, or the bytes do not fit.
#[inline]
pub fn decode_in_place<'de, T: Decode<'de>>(plan: &'de Plan, datum: &'de [u8]) -> Result<T> {
    let mut input = Decoder::new(datum);
    let cursor = plan.in_place().ok_or_else(|| refused(&input))?;
    let value =
        if cursor.is_same() { T::decode(&mut input)? } else { T::decode_planned(&mut input, cursor)? };
    input.finish()?;
    Ok(value)
}

/// Rewrites all of `datum` into `room`, and decodes it from there. Only the memory of `room` is reused.
#[inline(never)]
pub fn decode_rewritten<'de, T: Decode<'de>>(
    plan: &'de Plan,
    datum: &'de [u8],
    room: &'de mut Vec<u8>,
) -> std::result::Result<T, VersionError> {
    room.clear();
    room.shrink_to(KEPT);
    plan.transcode(datum, room).map_err(VersionError::Resolve)?;
    let mut input = Decoder::resolved(room, plan.unknown_symbols());
    let value = T::decode(&mut input).map_err(VersionError::Decode)?;
    input.finish().map_err(VersionError::Decode)?;
    Ok(value)
}

/// Reads a value without parts: a number or a symbol.
pub(crate) fn leaf<'de, T>(
    input: &mut Decoder<'de>,
    cursor: PlanCursor<'de>,
    same: impl FnOnce(&mut Decoder<'de>) -> Result<T>,
    planned: impl FnOnce(&mut Decoder<'de>, PlanCursor<'de>) -> Result<T>,
) -> Result<T> {
    if cursor.is_int() {
        let start = input.input;
        input.int()?;
        input.input = start;
        return same(input);
    }
    let Some(symbols) = cursor.symbols() else { return other(input, cursor, same, planned) };
    let symbol =
        input.unbounded_index().and_then(|index| symbols.bytes(index)).ok_or_else(|| refused(input))?;
    let then = std::mem::replace(&mut input.input, symbol);
    // An index in the datum itself is never that of a symbol which the reader lacks.
    input.unknown = symbols.unknown();
    let value = same(input)?;
    (input.input, input.unknown) = (then, &[]);
    Ok(value)
}

/// Reads a value if the writer's type is not of the same kind: it is the same after all, or it is in a union
/// that the reader does not have.
#[cold]
pub fn other<'de, T>(
    input: &mut Decoder<'de>,
    cursor: PlanCursor<'de>,
    same: impl FnOnce(&mut Decoder<'de>) -> Result<T>,
    planned: impl FnOnce(&mut Decoder<'de>, PlanCursor<'de>) -> Result<T>,
) -> Result<T> {
    if cursor.is_same() {
        return same(input);
    }
    let branches = cursor.branches().filter(|branches| !branches.is_union());
    let branch = branches.and_then(|branches| branches.get(input.unbounded_index()?));
    match branch {
        Some(Chosen { cursor: None, .. }) => same(input),
        Some(Chosen { cursor: Some(cursor), .. }) => planned(input, cursor),
        None => Err(refused(input)),
    }
}

/// The reader's branch of a union, and how to read its value if it differs from the reader's own.
#[inline]
pub fn branch<'de>(
    input: &mut Decoder<'de>,
    cursor: PlanCursor<'de>,
) -> Result<(usize, Option<PlanCursor<'de>>)> {
    let branch = match cursor.branches() {
        Some(branches) => input.unbounded_index().and_then(|index| branches.get(index)),
        None => cursor.branch(),
    };
    match branch {
        Some(Chosen { tag: Some(tag), cursor }) => Ok((tag, cursor)),
        Some(Chosen { tag: None, .. }) | None => Err(refused(input)),
    }
}

/// The fields of a record, in the writer's order.
#[inline]
pub fn fields(cursor: PlanCursor<'_>) -> Option<Fields<'_>> {
    Some(Fields { steps: cursor.fields()?, cursor: None, then: None, is_refused: false })
}

/// The fields of a record that another schema wrote.
#[derive(Debug)]
pub struct Fields<'de> {
    steps: plan_cursor::Fields<'de>,
    /// How to read the field if it differs from the reader's own.
    cursor: Option<PlanCursor<'de>>,
    /// The bytes after the record, while its defaults are read.
    then: Option<&'de [u8]>,
    is_refused: bool,
}

impl<'de> Fields<'de> {
    /// Advances to the next field, and returns its index among the reader's. Returns `None` after the last
    /// field, or if bytes do not fit.
    #[inline]
    pub fn next(&mut self, input: &mut Decoder<'de>) -> Option<usize> {
        match self.steps.next() {
            Some(Field::Value(field, cursor)) => {
                self.cursor = cursor;
                Some(field)
            }
            Some(Field::Skip(skip)) => self.skip(skip, input),
            Some(Field::Default(field, bytes)) => self.default(field, bytes, input),
            None => None,
        }
    }

    /// Reads the field into its slot: by `same` if the writer's type is the reader's, by `planned` otherwise.
    /// After an error there is no next field.
    #[inline]
    pub(crate) fn read<T>(
        &mut self,
        slot: &mut Option<T>,
        input: &mut Decoder<'de>,
        same: impl FnOnce(&mut Decoder<'de>) -> Result<T>,
        planned: impl FnOnce(&mut Decoder<'de>, PlanCursor<'de>) -> Result<T>,
    ) {
        // Each arm fills the slot itself: to return the value from both would move it once more.
        match self.cursor {
            None => match same(input) {
                Ok(value) => fill(slot, value),
                Err(_) => self.refuse(),
            },
            Some(cursor) => match planned(input, cursor) {
                Ok(value) => fill(slot, value),
                Err(_) => self.refuse(),
            },
        }
    }

    /// Advances to the end of the record.
    #[inline]
    pub fn finish(self, input: &mut Decoder<'de>) -> Result<()> {
        if self.is_refused {
            return Err(refused(input));
        }
        if let Some(then) = self.then {
            input.input = then;
        }
        Ok(())
    }

    #[inline(never)]
    fn skip(&mut self, skip: plan_cursor::Skip<'de>, input: &mut Decoder<'de>) -> Option<usize> {
        match skip.skip_short(input.input) {
            Some(bytes) => input.input = bytes,
            None => self.skip_long(skip, input)?,
        }
        self.next(input)
    }

    #[cold]
    fn skip_long(&mut self, skip: plan_cursor::Skip<'de>, input: &mut Decoder<'de>) -> Option<()> {
        let Some(rest) = skip.skip(Rest { bytes: input.input, empty: input.empty_items }) else {
            self.refuse();
            return None;
        };
        (input.input, input.empty_items) = (rest.bytes, rest.empty);
        Some(())
    }

    #[cold]
    fn refuse(&mut self) {
        self.steps.stop();
        self.is_refused = true;
    }

    #[inline(never)]
    fn default(&mut self, field: usize, bytes: &'de [u8], input: &mut Decoder<'de>) -> Option<usize> {
        let Some(left) = input.defaults.checked_sub(bytes.len()) else {
            self.refuse();
            return None;
        };
        input.defaults = left;
        self.cursor = None;
        self.then.get_or_insert(input.input);
        input.input = bytes;
        Some(field)
    }
}

/// Fills a slot, which is empty, as a plan names each field once. The compiler does not know this, and would
/// otherwise emit code to drop the old value.
#[inline]
fn fill<T>(slot: &mut Option<T>, value: T) {
    std::mem::forget(slot.replace(value));
}

/// The error of a record in which a field was missing.
#[cold]
pub fn missing<T>(input: &Decoder<'_>) -> Result<T> {
    Err(refused(input))
}

#[cold]
fn refused(input: &Decoder<'_>) -> DecodeError {
    input.error(Expected::KnownSymbol)
}
