//! Plans: how data of one schema become data of another.
//!
//! A plan is made in three steps: both schemas become graphs; each pair of types that meet is drafted, by the answers of
//! [`compat`](crate::compat); the drafts become a program, in which everything that needs no change is copied in runs.

mod build;
mod conversion;
mod default;
mod describe;
mod draft;
mod emit;
mod error;
pub mod in_place;
mod pass;
mod program;
mod run;
mod shapes;
mod skip;
mod unchanged;

use signalbook_model::Schema;

use self::build::{For, build};
use self::in_place::Place;
use self::program::{Op, Program};
use self::run::run;

pub use self::error::{PlanError, ResolveError, ResolveProblem};

/// How data of one schema, the writer's, become data of another, the reader's (Avro 1.12, "Schema Resolution").
///
/// Made once for two schemas, and shared by as many threads as wish. It rewrites bytes into bytes, so that whatever reads
/// data of the reader's schema reads the writer's too: the derived codec as well as `signalbook_data::decode`. Data
/// of the same schema, but for its documentation, are read as they are, whatever the aliases.
#[derive(Clone, Debug)]
pub struct Plan {
    program: Program,
}

impl Plan {
    /// Makes the plan for raw values: logical types are their base types.
    ///
    /// Types, fields, symbols and branches correspond as [`compat`](crate::compat) decides. If the schemas are compatible, every datum of
    /// the writer is read, unless it has bytes that are read as text and are not UTF-8. If they are not, a datum that does
    /// not meet an incompatible part is read, and one that does fails there.
    ///
    /// # Errors
    /// A default that does not fit its type, or schemas that are too large to compare.
    pub fn new(writer: &Schema, reader: &Schema) -> Result<Self, PlanError> {
        Ok(Self { program: build(writer, reader, For::Raw)? })
    }

    /// Makes the plan for code that knows what values mean: the decoder of a Rust type.
    ///
    /// It differs from [`Plan::new`] in two ways:
    ///
    /// - Logical types are compared. What the reader's unit or scale can express exactly is converted, with checks for
    ///   overflow.
    /// - A symbol that the reader's enum lacks has an index beyond the reader's symbols, and
    ///   [`unknown_symbols`](Self::unknown_symbols) has its text: the decoder keeps it, takes the enum's default, or fails.
    ///
    /// # Errors
    /// As [`Plan::new`], and values that would mean something else to the reader: a coarser unit, a smaller scale, text as a
    /// decimal.
    pub fn typed(writer: &Schema, reader: &Schema) -> Result<Self, PlanError> {
        Ok(Self { program: build(writer, reader, For::Typed)? })
    }

    /// The symbols that enums of the reader's lack: the index of one is the number of its enum's symbols and its place here.
    pub fn unknown_symbols(&self) -> &[Box<str>] {
        &self.program.unknown_symbols
    }

    /// Whether every datum of the writer's is one of the reader's as it stands, with no index that is the reader's alone, so that it can be read directly.
    pub fn is_identity(&self) -> bool {
        matches!(self.program.ops.first(), Some(Op::Copy(_))) && self.program.unknown_symbols.is_empty()
    }

    /// How a decoder reads a datum of the writer's where it stands, as one of the reader's; none where there are values that become
    /// others, which only [`transcode`](Self::transcode) writes.
    pub fn in_place(&self) -> Option<Place<'_>> {
        self.program.in_place.then(|| Place::root(&self.program))
    }

    /// Appends to `out` what `datum`, all of it, is as a datum of the reader's schema.
    ///
    /// Lengths, counts, indices and nesting are checked; whether text is UTF-8 is left to whoever reads it, but where bytes
    /// become text. Time and memory stay in proportion to the datum and the reader's defaults. After an error what `out`
    /// has beyond its former length is of no use.
    ///
    /// # Errors
    /// The first place where the bytes are no datum of the writer's, or none that the reader's schema can hold.
    pub fn transcode(&self, datum: &[u8], out: &mut Vec<u8>) -> Result<(), ResolveError> {
        run(&self.program, datum, out).map_err(error::Fault::into_error)
    }
}

/// Converts the length of a list of a program, or an index in it.
fn number(index: usize) -> u32 {
    u32::try_from(index).expect("the lists of a program are bounded well below 2^32")
}
