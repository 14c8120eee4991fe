//! Plans rewrite data of one schema into data of another.
//!
//! [`build`](build::build) makes a plan in three steps:
//!
//! 1. Both schemas become graphs.
//! 2. Each pair of corresponding types gets a draft. [`compat`](crate::compat) decides which types, fields,
//!    symbols and branches correspond.
//! 3. The drafts become a program. It copies everything that does not change in as few pieces as possible.

mod build;
mod default;
mod draft;
mod emit;
mod error;
mod logical_conversion;
pub mod plan_cursor;
mod program;
mod run;
mod shapes;
mod skip_ops;
mod skipper;
mod type_label;
mod unchanged;

use signalbook_model::Schema;

use self::build::{Purpose, build};
use self::plan_cursor::PlanCursor;
use self::program::{Op, Program};
use self::run::run;

pub use self::error::{PlanError, ResolveError, ResolveProblem};

/// Rewrites data of a writer schema into data of a reader schema (Avro 1.12, "Schema Resolution").
///
/// A plan is made once for two schemas, and threads can share it. If the schemas differ only in their
/// documentation, data do not change.
///
/// # Which data can be read
///
/// [`compat`](crate::compat) decides which types, fields, symbols and branches correspond. If the schemas are
/// compatible, every datum of the writer can be read, with two exceptions: bytes that are read as a string
/// and are not UTF-8, and a missing field whose default contains itself. If the schemas are incompatible, a
/// datum can be read if it does not use an incompatible part. Otherwise reading fails at that part, with the
/// cause.
///
/// # In place
///
/// A decoder that knows the reader's types can decode the writer's datum directly, in the order of the
/// writer's fields. See [`in_place`](Self::in_place). It skips fields that the reader does not have, reads
/// defaults from the plan, and looks up indices. It either returns a value or gives up without a reason. Then
/// [`transcode`](Self::transcode) returns the reason.
///
/// # Bounds
///
/// - A plan has at most a million pairs of types, compares at most eight million branches, fields, symbols
///   and aliases, and has at most four megabytes of defaults. Otherwise it is [`PlanError::TooLarge`].
/// - A rewritten datum has at most eight bytes for each byte of the datum, and 64 MiB more.
/// - Values that a second field of the reader reads again have at most eight bytes for each byte of the
///   datum, and 1 MiB more. In a type that contains itself they double with each level.
/// - Lengths and counts are checked against the remaining bytes, and nesting is limited.
#[derive(Clone, Debug)]
pub struct Plan {
    program: Program,
}

impl Plan {
    /// Makes a plan for raw values: logical types are read as their base types.
    ///
    /// # Errors
    /// Returns an error if a default is not a value of its type, or the schemas are too large to compare.
    pub fn new(writer: &Schema, reader: &Schema) -> Result<Self, PlanError> {
        Ok(Self { program: build(writer, reader, Purpose::Raw)? })
    }

    /// Makes a plan for code that knows the meaning of values, such as the decoder of a Rust type.
    ///
    /// It differs from [`Plan::new`] in two ways:
    ///
    /// - Logical types are compared. Values are converted if the reader's unit or scale can express them
    ///   exactly, with checks for overflow.
    /// - A symbol that the reader's enum does not have gets an index after the reader's symbols, and
    ///   [`unknown_symbols`](Self::unknown_symbols) contains its text. The decoder keeps it, uses the enum's
    ///   default, or fails.
    ///
    /// # Errors
    /// Returns the errors of [`Plan::new`], and an error if values would have another meaning for the reader:
    /// a coarser unit, a smaller scale, a string as a decimal.
    pub fn typed(writer: &Schema, reader: &Schema) -> Result<Self, PlanError> {
        Ok(Self { program: build(writer, reader, Purpose::Typed)? })
    }

    /// Returns the symbols that the reader's enums do not have. The index of a symbol in a rewritten datum is
    /// the number of symbols of the reader's enum plus its index here.
    pub fn unknown_symbols(&self) -> &[Box<str>] {
        &self.program.unknown_symbols
    }

    /// Returns whether every datum of the writer can be decoded directly as a datum of the reader.
    pub fn is_identity(&self) -> bool {
        matches!(self.program.ops.first(), Some(Op::Copy(_))) && self.program.unknown_symbols.is_empty()
    }

    /// Returns how a decoder reads a datum of the writer in place. Returns `None` if values must be
    /// converted, or two fields of the reader read one field of the writer. Only
    /// [`transcode`](Self::transcode) supports that.
    pub fn in_place(&self) -> Option<PlanCursor<'_>> {
        self.program.in_place.then(|| PlanCursor::root(&self.program))
    }

    /// Rewrites the whole of `datum` and appends the result to `out`.
    ///
    /// Lengths, counts, indices and nesting are checked. Strings are not checked for UTF-8, unless they were
    /// bytes, because the decoder checks them. Time and memory are proportional to the datum and the reader's
    /// defaults. After an error, the contents of `out` beyond its former length are unspecified.
    ///
    /// # Errors
    /// Returns the first part of the bytes that is not a datum of the writer, or that the reader schema
    /// cannot hold.
    pub fn transcode(&self, datum: &[u8], out: &mut Vec<u8>) -> Result<(), ResolveError> {
        run(&self.program, datum, out).map_err(error::Fault::into_error)
    }
}

/// Converts the length of a list of a program, or an index in it.
fn number(index: usize) -> u32 {
    u32::try_from(index).expect("the lists of a program are bounded well below 2^32")
}
