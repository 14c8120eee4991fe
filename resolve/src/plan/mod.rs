//! Reads what was written with one schema as another.
//!
//! A plan is made in four steps: both schemas become graphs; the reference's checker says which rules hold; each pair of
//! types that meets is drafted; the drafts become a program, in which all that needs no change is copied in runs.

mod budget;
mod build;
mod choose;
mod default;
mod draft;
mod emit;
mod error;
mod fixpoint;
mod graph;
mod leaves;
mod pass;
pub mod place;
mod program;
mod renamed;
mod rules;
mod run;
mod units;
mod verdict;

use signalbook_model::{Name, Schema};

use self::build::{For, build};
use self::place::Place;
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
    /// The plan for raw values: logical types are their base types.
    ///
    /// It follows Apache Avro for Java. Where the reference's checker calls the schemas compatible, names and aliases count
    /// as they do there, and every datum of the writer's is read, but for bytes that are read as text and are no UTF-8.
    /// Elsewhere it does what the reference's reader does: what cannot be read fails when a datum comes to it.
    ///
    /// # Errors
    /// A reader's field that is several of the writer's, aliases that give two branches of a union one name, a default that
    /// does not fit, or schemas too large to be compared.
    pub fn new(writer: &Schema, reader: &Schema) -> Result<Self, PlanError> {
        Ok(Self { program: build(writer, reader, For::Raw)? })
    }

    /// The plan for code that knows what values mean: that of a type's own decoder.
    ///
    /// As [`Plan::new`], but that
    ///
    /// - logical types are compared: what can be said exactly in the reader's unit or scale is converted, with checks for
    ///   overflow;
    /// - a record is no branch of a union for its structure alone: a datum that comes to it fails;
    /// - a symbol that the reader's enum lacks has an index beyond the reader's symbols, and
    ///   [`unknown_symbols`](Self::unknown_symbols) says its text: the decoder keeps it, takes the enum's default, or fails;
    /// - the names and aliases of the reference's checker count, whatever its verdict.
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

    /// The writer's records beside those of the reader's that read them by structure, under another name.
    pub fn structural_matches(&self) -> impl Iterator<Item = (&Name, &Name)> {
        self.program.structural.iter().map(|(writer, reader)| (writer, reader))
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
