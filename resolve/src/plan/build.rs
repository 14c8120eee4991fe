use std::collections::HashMap;

use signalbook_model::{Name, Primitive, Schema};

use super::default::Defaults;
use super::draft::{Draft, Pair, Source};
use super::emit::{copy, emit};
use super::logical_conversion::{Conversion, convert, convert_fixed};
use super::program::{Op, Program, Scale, Symbols, Types};
use super::type_label::describe;
use super::unchanged::unchanged;
use super::{PlanError, ResolveProblem, number};
use crate::compat::{BranchChooser, Enum, FieldMatch, Fixed, Graph, Id, Node, Record};

/// The largest number of pairs of types in a plan. Two unions of a thousand types have a million pairs.
const MOST_PAIRS: usize = 1 << 20;

/// The largest number of branches, fields, symbols and aliases that are compared. Two unions of 2,800
/// branches that differ only in their namespaces need as many.
const MOST_COMPARED: usize = 1 << 23;

/// What a plan is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Code that uses values as they are on the wire.
    Raw,
    /// Code that knows the meaning of values.
    Typed,
}

/// Builds the program that reads data of `writer` as data of `reader`.
pub(super) fn build(writer: &Schema, reader: &Schema, purpose: Purpose) -> Result<Program, PlanError> {
    let writers = Graph::new(writer);
    // Data of the same schema stay unchanged. Aliases do not matter.
    if writer == reader || writer.without_docs() == reader.without_docs() {
        return Ok(copy(&writers));
    }
    let readers = Graph::new(reader);
    let mut builder = Builder {
        chooser: BranchChooser::with_budget(&readers, &writers, MOST_COMPARED),
        writer: &writers,
        reader: &readers,
        purpose,
        defaults: Defaults::new(reader),
        unknown_symbols: HashMap::new(),
        field: None,
        fields: Vec::new(),
        numbers: HashMap::new(),
        pairs: Vec::new(),
    };
    let drafts = builder.drafts()?;
    let Builder { pairs, defaults, unknown_symbols, .. } = builder;
    let same = unchanged(&drafts);
    let program = emit(&writers, &pairs, drafts, &same, defaults.into_bytes());
    let mut unknown: Vec<_> = unknown_symbols.into_iter().collect();
    unknown.sort_unstable_by_key(|(_, index)| *index);
    let unknown_symbols = unknown.into_iter().map(|(symbol, _)| symbol).collect();
    Ok(Program { unknown_symbols, ..program })
}

/// Drafts pairs of types in the order in which they are reached.
struct Builder<'a> {
    chooser: BranchChooser<'a>,
    writer: &'a Graph<'a>,
    reader: &'a Graph<'a>,
    purpose: Purpose,
    defaults: Defaults<'a>,
    /// The symbols that the reader's enums do not have, with their indices in [`Program::unknown_symbols`].
    unknown_symbols: HashMap<Box<str>, u32>,
    /// The reader's record and field that contain the pair that is being drafted.
    field: Option<(&'a Name, &'a str)>,
    /// The record and field that contain each pair.
    fields: Vec<Option<(&'a Name, &'a str)>>,
    numbers: HashMap<Pair, usize>,
    pairs: Vec<Pair>,
}

impl<'a> Builder<'a> {
    /// Drafts the roots, and every pair that is reached from them.
    fn drafts(&mut self) -> Result<Vec<Draft>, PlanError> {
        self.pair(self.writer.root, self.reader.root);
        let mut drafts = Vec::new();
        while let Some(pair) = self.pairs.get(drafts.len()).copied() {
            self.field = self.fields[drafts.len()];
            drafts.push(self.draft(pair)?);
            if self.chooser.is_exhausted() || self.pairs.len() > MOST_PAIRS {
                return Err(PlanError::TooLarge);
            }
        }
        Ok(drafts)
    }

    /// Returns the number of a pair, and adds it to the pairs to draft if it is new.
    fn pair(&mut self, writer: Id, reader: Id) -> usize {
        *self.numbers.entry((writer, reader)).or_insert_with(|| {
            self.pairs.push((writer, reader));
            self.fields.push(self.field);
            self.pairs.len() - 1
        })
    }

    fn draft(&mut self, pair: Pair) -> Result<Draft, PlanError> {
        let (writers, readers) = (self.writer, self.reader);
        let (writer, reader) = (writers.node(pair.0), readers.node(pair.1));
        match (writer, reader) {
            (Node::Union(branches), _) => {
                let branches = writers.branches(*branches);
                self.chooser.spend(branches.len());
                let count = if let Node::Union(read) = reader { readers.branches(*read).len() } else { 0 };
                Ok(Draft::Union(branches.iter().map(|branch| self.branch(*branch, pair.1)).collect(), count))
            }
            (_, Node::Union(_)) => Ok(match self.choose(pair) {
                Some((tag, branch)) => Draft::Tagged(tag, self.pair(pair.0, branch)),
                None => Draft::Never(ResolveProblem::NoBranch { writer: describe(writers, pair.0) }),
            }),
            (Node::Array(written), Node::Array(read)) => Ok(Draft::Array(self.pair(*written, *read))),
            (Node::Map(written), Node::Map(read)) => Ok(Draft::Map(self.pair(*written, *read))),
            _ if reader.is_other_definition(writer) => Ok(self.never(pair)),
            (Node::Record(written), Node::Record(read)) => self.record(written, read),
            (Node::Enum(written), Node::Enum(read)) => Ok(self.symbols(written, read)),
            (Node::Fixed(written), Node::Fixed(read)) if written.size == read.size => {
                self.fixed(pair, written, read)
            }
            (Node::Primitive(written), Node::Primitive(read)) if read.reads(*written) => {
                self.primitive(pair, *written, *read)
            }
            (
                Node::Primitive(_)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Record(_)
                | Node::Enum(_)
                | Node::Fixed(_)
                | Node::Undefined(_),
                _,
            ) => Ok(self.never(pair)),
        }
    }

    fn never(&self, pair: Pair) -> Draft {
        let Types { writer, reader } = self.types(pair);
        Draft::Never(ResolveProblem::Types { writer, reader })
    }

    /// Returns how a branch of the writer's union is read. See [`Draft::Union`].
    fn branch(&mut self, writer: Id, reader: Id) -> (Option<u32>, usize) {
        match self.choose((writer, reader)) {
            Some((tag, branch)) => (Some(tag), self.pair(writer, branch)),
            None => (None, self.pair(writer, reader)),
        }
    }

    /// Returns the branch of the reader's type that reads the writer's, if the reader's is a union and the
    /// writer's is not.
    fn choose(&mut self, (writer, reader): Pair) -> Option<(u32, Id)> {
        if let Node::Union(_) = self.writer.node(writer) {
            return None;
        }
        let choice = self.chooser.choose(reader, writer)?;
        Some((number(choice.index), choice.branch))
    }

    fn record(&mut self, written: &Record<'a>, read: &Record<'a>) -> Result<Draft, PlanError> {
        let (fields, written_fields) = (self.reader.fields(read), self.writer.fields(written));
        let mut sources = Vec::with_capacity(fields.len());
        let mut expected = 0;
        for (index, field) in fields.iter().enumerate() {
            self.chooser.spend(1 + field.aliases.len());
            let (record, name) = (read.names.full, field.name.to_owned());
            match self.writer.match_field(written, field, expected) {
                FieldMatch::Field(found) => {
                    expected = found + 1;
                    self.field = Some((record, field.name));
                    let pair = self.pair(written_fields[found].ty, field.ty);
                    sources.push(Source::Field { index: found, pair });
                }
                FieldMatch::Missing if field.default.is_none() => {
                    let record = record.clone();
                    return Ok(Draft::Never(ResolveProblem::NoDefault { record, field: name }));
                }
                FieldMatch::Missing => {
                    let Some(source) = self.defaults.write(record, index)? else {
                        let record = record.clone();
                        return Ok(Draft::Never(ResolveProblem::InfiniteDefault { record, field: name }));
                    };
                    sources.push(source);
                }
                FieldMatch::Ambiguous(..) => {
                    let record = written.names.full.clone();
                    return Ok(Draft::Never(ResolveProblem::AmbiguousAlias { record, field: name }));
                }
            }
        }
        Ok(Draft::Record(sources, written_fields.len()))
    }

    fn symbols(&mut self, written: &Enum<'_>, read: &Enum<'_>) -> Draft {
        self.chooser.spend(written.symbols.len());
        let fallback = read.fallback.and_then(|symbol| read.find(symbol, 0)).map(number);
        let mut indices = Vec::with_capacity(written.symbols.len());
        for (index, symbol) in written.symbols.iter().enumerate() {
            indices.push(match (read.find(symbol, index), self.purpose) {
                (Some(known), Purpose::Raw | Purpose::Typed) => Some(number(known)),
                (None, Purpose::Raw) => fallback,
                (None, Purpose::Typed) => Some(number(read.symbols.len()) + self.unknown(symbol)),
            });
        }
        // If the reader has more symbols, a decoder must not accept their indices in the writer's bytes.
        let is_whole = written.symbols.len() == read.symbols.len();
        if is_whole && indices.iter().zip(0..).all(|(read, written)| *read == Some(written)) {
            return Draft::Same;
        }
        let (writer, reader) = (written.names.full.clone(), read.names.full.clone());
        Draft::Symbols(Symbols { writer, reader, indices, literals: Vec::new() })
    }

    /// Returns the index of a symbol among those that the reader's enums do not have.
    fn unknown(&mut self, symbol: &str) -> u32 {
        let next = number(self.unknown_symbols.len());
        *self.unknown_symbols.entry(symbol.into()).or_insert(next)
    }

    fn fixed(&self, pair: Pair, written: &Fixed<'_>, read: &Fixed<'_>) -> Result<Draft, PlanError> {
        Ok(match self.converted(pair, convert_fixed(written.logical, read.logical))? {
            Conversion::Decimal(rescale) => {
                let types = Box::new(self.types(pair));
                Draft::Change(Op::Decimal { rescale, size: Some(written.size), types })
            }
            Conversion::None | Conversion::Scale(_) => Draft::Same,
        })
    }

    fn primitive(&self, pair: Pair, written: Primitive, read: Primitive) -> Result<Draft, PlanError> {
        let (written_as, read_as) = (self.writer.logical(pair.0), self.reader.logical(pair.1));
        // A string that is read as a decimal, or the reverse, changes its meaning.
        let is_text = written != read
            && matches!(read, Primitive::Bytes | Primitive::String)
            && (written_as.is_some() || read_as.is_some());
        let conversion = if is_text { None } else { convert(written_as, read_as) };
        Ok(match self.converted(pair, conversion)? {
            Conversion::None => self.promotion(written, read),
            Conversion::Scale(factor) => {
                let (is_int, types) = (written == Primitive::Int, self.types(pair));
                Draft::Change(Op::Scale(Box::new(Scale { is_int, factor, types })))
            }
            Conversion::Decimal(rescale) => {
                let types = Box::new(self.types(pair));
                Draft::Change(Op::Decimal { rescale, size: None, types })
            }
        })
    }

    /// Returns the conversion, or [`Conversion::None`] for raw values.
    ///
    /// # Errors
    /// Returns an error if no conversion keeps the meaning.
    fn converted(&self, pair: Pair, conversion: Option<Conversion>) -> Result<Conversion, PlanError> {
        match (self.purpose, conversion) {
            (Purpose::Raw, _) => Ok(Conversion::None),
            (Purpose::Typed, Some(conversion)) => Ok(conversion),
            (Purpose::Typed, None) => {
                let field = self.field.map(|(record, field)| (record.clone(), field.to_owned()));
                let Types { writer, reader } = self.types(pair);
                Err(PlanError::Meaning { field, writer, reader })
            }
        }
    }

    fn types(&self, (writer, reader): Pair) -> Types {
        Types { writer: describe(self.writer, writer), reader: describe(self.reader, reader) }
    }

    /// Returns the draft for a promotion from `written` to `read`.
    fn promotion(&self, written: Primitive, read: Primitive) -> Draft {
        match (written, read) {
            (Primitive::Int, Primitive::Float) => Draft::Change(Op::IntToFloat),
            (Primitive::Int, Primitive::Double) => Draft::Change(Op::IntToDouble),
            (Primitive::Long, Primitive::Float) => Draft::Change(Op::LongToFloat),
            (Primitive::Long, Primitive::Double) => Draft::Change(Op::LongToDouble),
            (Primitive::Float, Primitive::Double) => Draft::Change(Op::FloatToDouble),
            (Primitive::Bytes, Primitive::String) => Draft::Change(Op::Text),
            (Primitive::Int, Primitive::Long) if self.purpose == Purpose::Typed => {
                Draft::Change(Op::IntToLong)
            }
            // The same type, an int as a long, and a string as bytes have the same bytes.
            (
                Primitive::Null
                | Primitive::Boolean
                | Primitive::Int
                | Primitive::Long
                | Primitive::Float
                | Primitive::Double
                | Primitive::Bytes
                | Primitive::String,
                _,
            ) => Draft::Same,
        }
    }
}
