use std::collections::{BTreeSet, HashMap};

use signalbook_model::{Enum, Name, Primitive, Schema};

use super::choose::Chooser;
use super::default::Defaults;
use super::draft::{Draft, Pair, Source};
use super::emit::{copy, emit};
use super::fixpoint::Fixpoint;
use super::graph::{Graph, Id, Node, RecordNode};
use super::program::{Op, Program, Scale, Symbols, Types, number};
use super::renamed::Renamed;
use super::rules::{Closeness, Rules, Written};
use super::units::{Conversion, convert, convert_fixed};
use super::verdict::{MOST_PAIRS, Verdicts};
use super::{PlanError, ResolveProblem};

/// Whom a plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// Whoever looks at values as they are on the wire.
    Raw,
    /// Code that knows what they mean.
    Typed,
}

/// The program that reads what `writer` wrote as `reader`.
pub(super) fn build(writer: &Schema, reader: &Schema, whom: For) -> Result<Program, PlanError> {
    let writers = Graph::new(writer);
    // Every datum of the same schema is read as it is, whatever the aliases.
    if writer == reader || writer.without_docs() == reader.without_docs() {
        return Ok(copy(&writers));
    }
    let readers = Graph::new(reader);
    let verdicts = Verdicts::new(&writers, &readers)?;
    let rules = match whom {
        For::Raw if !verdicts.whole() => Rules::Reader(Renamed::new(writer, reader)?),
        For::Raw | For::Typed => Rules::Checker,
    };
    let mut builder = Builder {
        chooser: Chooser::new(&writers, &readers, &rules, &verdicts),
        writer: &writers,
        reader: &readers,
        rules: &rules,
        whom,
        defaults: Defaults::new(reader),
        unknown_symbols: HashMap::new(),
        structural: BTreeSet::new(),
        field: None,
        fields: Vec::new(),
        numbers: HashMap::new(),
        pairs: Vec::new(),
        drafts: Vec::new(),
    };
    builder.pair(writers.root, readers.root);
    while builder.drafts.len() < builder.pairs.len() {
        if builder.pairs.len() > MOST_PAIRS {
            return Err(PlanError::TooLarge);
        }
        builder.field = builder.fields[builder.drafts.len()];
        let draft = builder.draft(builder.pairs[builder.drafts.len()])?;
        builder.chooser.budget.check()?;
        builder.drafts.push(draft);
    }
    let Builder { pairs, drafts, defaults, unknown_symbols, structural, .. } = builder;
    let same = unchanged(&drafts);
    let program = emit(&writers, &pairs, drafts, &same, defaults.into_bytes());
    let mut unknown: Vec<_> = unknown_symbols.into_iter().collect();
    unknown.sort_unstable_by_key(|(_, place)| *place);
    let unknown_symbols = unknown.into_iter().map(|(symbol, _)| symbol).collect();
    Ok(Program { unknown_symbols, structural, ..program })
}

/// Drafts pairs of types in the order in which they are met.
struct Builder<'b, 's> {
    chooser: Chooser<'b, 's>,
    writer: &'b Graph<'s>,
    reader: &'b Graph<'s>,
    rules: &'b Rules<'s>,
    whom: For,
    defaults: Defaults<'s>,
    /// By the text of each symbol that an enum of the reader's lacks: its place among them.
    unknown_symbols: HashMap<Box<str>, u32>,
    structural: BTreeSet<(Name, Name)>,
    /// The field, and its record, around the pair that is being drafted.
    field: Option<(&'s Name, &'s str)>,
    /// The same for each of the pairs.
    fields: Vec<Option<(&'s Name, &'s str)>>,
    numbers: HashMap<Pair, usize>,
    pairs: Vec<Pair>,
    drafts: Vec<Draft>,
}

impl<'s> Builder<'_, 's> {
    /// The number of a pair, which is drafted in its turn.
    fn pair(&mut self, writer: Id, reader: Id) -> usize {
        *self.numbers.entry((writer, reader)).or_insert_with(|| {
            self.pairs.push((writer, reader));
            self.fields.push(self.field);
            self.pairs.len() - 1
        })
    }

    fn draft(&mut self, (writer_id, reader_id): Pair) -> Result<Draft, PlanError> {
        let (writers, readers) = (self.writer, self.reader);
        let (writer, reader) = (writers.node(writer_id), readers.node(reader_id));
        Ok(match (writer, reader) {
            (Node::Union(_), Node::Union(_)) if self.chooser.is_same_union(writer_id, reader_id) => {
                Draft::Same
            }
            (Node::Union(branches), _) => {
                let branches = writers.branches(branches).iter();
                self.chooser.budget.spend(branches.len());
                let read = if let Node::Union(read) = reader { readers.branches(read).len() } else { 0 };
                Draft::Union(branches.map(|branch| self.branch(*branch, reader_id)).collect(), read)
            }
            (_, Node::Union(_)) => match self.choose(writer_id, reader_id) {
                Ok((tag, branch)) => Draft::Tagged(tag, self.pair(writer_id, branch)),
                Err(problem) => Draft::Never(problem),
            },
            (Node::Array(written), Node::Array(read)) => Draft::Array(self.pair(*written, *read)),
            (Node::Map(written), Node::Map(read)) => Draft::Map(self.pair(*written, *read)),
            (Node::Record(written), Node::Record(read)) => {
                self.record((writer_id, written), (reader_id, read))?
            }
            (Node::Enum(name, written), Node::Enum(read_name, read))
                if self.rules.closeness(reader, writer) > Closeness::Other =>
            {
                self.symbols((name, written), (read_name, read))
            }
            (Node::Fixed(_, written), Node::Fixed(_, read))
                if written.size == read.size && self.rules.closeness(reader, writer) > Closeness::Other =>
            {
                let conversion = convert_fixed(written.logical, read.logical);
                match self.converted((writer_id, reader_id), conversion)? {
                    Conversion::Decimal(rescale) => {
                        let types = Box::new(self.types((writer_id, reader_id)));
                        Draft::Change(Op::Decimal { rescale, size: Some(written.size), types })
                    }
                    Conversion::None | Conversion::Scale(_) => Draft::Same,
                }
            }
            (Node::Primitive(written, written_as), Node::Primitive(read, read_as))
                if read.reads(*written) =>
            {
                let pair = (writer_id, reader_id);
                // The digits of a text are no number, nor is a number's text what it says.
                let is_text = written != read
                    && matches!(read, Primitive::Bytes | Primitive::String)
                    && (written_as.is_some() || read_as.is_some());
                let conversion = if is_text { None } else { convert(*written_as, *read_as) };
                match self.converted(pair, conversion)? {
                    Conversion::None => self.promote(*written, *read),
                    Conversion::Scale(factor) => {
                        let is_int = *written == Primitive::Int;
                        let types = self.types(pair);
                        Draft::Change(Op::Scale(Box::new(Scale { is_int, factor, types })))
                    }
                    Conversion::Decimal(rescale) => {
                        let types = Box::new(self.types(pair));
                        Draft::Change(Op::Decimal { rescale, size: None, types })
                    }
                }
            }
            (
                Node::Primitive(..)
                | Node::Array(_)
                | Node::Map(_)
                | Node::Record(_)
                | Node::Enum(..)
                | Node::Fixed(..)
                | Node::Undefined(_),
                _,
            ) => Draft::Never(ResolveProblem::Types {
                writer: writers.describe(writer_id),
                reader: readers.describe(reader_id),
            }),
        })
    }

    /// What becomes of a branch of the writer's union.
    fn branch(&mut self, writer: Id, reader: Id) -> (Option<u32>, usize) {
        if let (Node::Union(_), false) =
            (self.reader.node(reader), matches!(self.writer.node(writer), Node::Union(_)))
            && let Ok((tag, branch)) = self.choose(writer, reader)
        {
            return (Some(tag), self.pair(writer, branch));
        }
        (None, self.pair(writer, reader))
    }

    /// The branch of the reader's union that reads a type of the writer's.
    fn choose(&mut self, writer: Id, reader: Id) -> Result<(u32, Id), ResolveProblem> {
        let Some((tag, branch)) = self.chooser.choose(writer, reader) else {
            return Err(ResolveProblem::NoBranch { writer: self.writer.describe(writer) });
        };
        match (self.writer.node(writer), self.reader.node(branch)) {
            (Node::Record(written), Node::Record(read))
                if self.whom == For::Typed && self.is_other(writer, branch) =>
            {
                let (writer, reader) = (written.name.clone(), read.name.clone());
                Err(ResolveProblem::OtherRecord { writer, reader })
            }
            _ => Ok((tag, branch)),
        }
    }

    /// Whether the reader's definition has neither the name of the writer's nor an alias for it.
    fn is_other(&self, writer: Id, reader: Id) -> bool {
        let (writer, reader) = (self.writer.node(writer), self.reader.node(reader));
        Rules::Checker.closeness(reader, writer) == Closeness::Other
    }

    /// The conversion, or none where values are raw.
    fn converted(&self, pair: Pair, conversion: Option<Conversion>) -> Result<Conversion, PlanError> {
        match (self.whom, conversion) {
            (For::Raw, _) => Ok(Conversion::None),
            (For::Typed, Some(conversion)) => Ok(conversion),
            (For::Typed, None) => {
                let field = self.field.map(|(record, field)| (record.clone(), field.to_owned()));
                let Types { writer, reader } = self.types(pair);
                Err(PlanError::Meaning { field, writer, reader })
            }
        }
    }

    fn types(&self, (writer, reader): Pair) -> Types {
        Types { writer: self.writer.describe(writer), reader: self.reader.describe(reader) }
    }

    fn symbols(&mut self, (writer, written): (&Name, &Enum), (reader, read): (&Name, &Enum)) -> Draft {
        self.chooser.budget.spend(written.symbols.len() + read.symbols.len());
        let places: HashMap<&str, u32> = read.symbols.iter().map(String::as_str).zip(0..).collect();
        let fallback = read.fallback.as_deref().and_then(|symbol| places.get(symbol).copied());
        let mut indices = Vec::with_capacity(written.symbols.len());
        for symbol in &written.symbols {
            indices.push(match (places.get(symbol.as_str()).copied(), self.whom) {
                (Some(known), For::Raw | For::Typed) => Some(known),
                (None, For::Raw) => fallback,
                (None, For::Typed) => Some(number(read.symbols.len()) + self.unknown(symbol)),
            });
        }
        // An index that the reader alone knows is no symbol of the writer's.
        let is_whole = written.symbols.len() == read.symbols.len();
        if is_whole && indices.iter().zip(0..).all(|(index, place)| *index == Some(place)) {
            return Draft::Same;
        }
        Draft::Symbols(Symbols {
            writer: writer.clone(),
            reader: reader.clone(),
            indices,
            literals: Vec::new(),
        })
    }

    /// The place of a symbol among those that an enum of the reader's lacks.
    fn unknown(&mut self, symbol: &str) -> u32 {
        let next = number(self.unknown_symbols.len());
        *self.unknown_symbols.entry(symbol.into()).or_insert(next)
    }

    fn record(
        &mut self,
        (id, written): (Id, &RecordNode<'s>),
        (read_id, read): (Id, &RecordNode<'s>),
    ) -> Result<Draft, PlanError> {
        if self.is_other(id, read_id) {
            self.structural.insert((written.name.clone(), read.name.clone()));
        }
        let mut sources = Vec::with_capacity(read.record.fields.len());
        for (place, field) in read.record.fields.iter().enumerate() {
            self.chooser.budget.spend(self.rules.field_names(field));
            sources.push(match self.rules.written(self.writer, written, field) {
                Written::As(found) => {
                    self.field = Some((read.name, &field.name));
                    let pair = self.pair(self.writer.fields(written)[found], self.reader.fields(read)[place]);
                    Source::Written { place: found, pair }
                }
                Written::Never => {
                    let named = || (read.name.clone(), field.name.clone());
                    let Some(default) = &field.default else {
                        let (record, field) = named();
                        return Ok(Draft::Never(ResolveProblem::NoDefault { record, field }));
                    };
                    let Some(source) = self.defaults.write(read.name, field, default)? else {
                        let (record, field) = named();
                        return Ok(Draft::Never(ResolveProblem::EndlessDefault { record, field }));
                    };
                    source
                }
                Written::Twice => {
                    let (record, field) = (written.name.clone(), field.name.clone());
                    return Err(PlanError::Ambiguous { record, field });
                }
            });
        }
        Ok(Draft::Record(sources, written.record.fields.len()))
    }

    /// What becomes of a value of a simple type that `read` reads.
    fn promote(&self, written: Primitive, read: Primitive) -> Draft {
        match (written, read) {
            (Primitive::Int, Primitive::Float) => Draft::Change(Op::IntToFloat),
            (Primitive::Int, Primitive::Double) => Draft::Change(Op::IntToDouble),
            (Primitive::Long, Primitive::Float) => Draft::Change(Op::LongToFloat),
            (Primitive::Long, Primitive::Double) => Draft::Change(Op::LongToDouble),
            (Primitive::Float, Primitive::Double) => Draft::Change(Op::FloatToDouble),
            (Primitive::Bytes, Primitive::String) => Draft::Change(Op::Text),
            (Primitive::Int, Primitive::Long) if self.whom == For::Typed => Draft::Change(Op::IntToLong),
            // Of the same type, or an int as a long, or text as bytes: the same on the wire.
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

/// Which drafts leave every value's bytes as they are.
fn unchanged(drafts: &[Draft]) -> Vec<bool> {
    let mut fixpoint = Fixpoint::of(drafts.len());
    for (pair, draft) in drafts.iter().enumerate() {
        match draft {
            Draft::Same => {}
            Draft::Change(_) | Draft::Symbols(_) | Draft::Never(_) | Draft::Tagged(..) => fixpoint.fell(pair),
            Draft::Array(part) | Draft::Map(part) => fixpoint.needs_all(pair, [*part]),
            Draft::Union(branches, read) => {
                let is_whole = branches.len() == *read;
                if is_whole && branches.iter().zip(0..).all(|((tag, _), place)| *tag == Some(place)) {
                    fixpoint.needs_all(pair, branches.iter().map(|(_, part)| *part));
                } else {
                    fixpoint.fell(pair);
                }
            }
            Draft::Record(sources, fields) => {
                let parts = sources.iter().enumerate().map(|(expected, source)| match source {
                    Source::Written { place, pair } if *place == expected => Some(*pair),
                    Source::Written { .. } | Source::Default { .. } => None,
                });
                match parts.collect::<Option<Vec<_>>>() {
                    Some(parts) if parts.len() == *fields => fixpoint.needs_all(pair, parts),
                    Some(_) | None => fixpoint.fell(pair),
                }
            }
        }
    }
    fixpoint.solve()
}
