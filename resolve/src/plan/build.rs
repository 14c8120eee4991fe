use std::collections::HashMap;

use signalbook_model::{Enum, Name, Schema};

use super::choose::Chooser;
use super::default::Defaults;
use super::draft::{Draft, Pair, Source};
use super::emit::emit;
use super::fixpoint::Fixpoint;
use super::graph::{Graph, Id, Node, Primitive, RecordNode};
use super::program::{Op, Program, Symbols};
use super::rules::{Rules, Written};
use super::verdict::{MOST_PAIRS, Verdicts};
use super::{PlanError, ResolveProblem};

/// The program that reads what `writer` wrote as `reader`.
pub(super) fn build(writer: &Schema, reader: &Schema) -> Result<Program, PlanError> {
    let (writers, readers) = (Graph::new(writer), Graph::new(reader));
    let verdicts = Verdicts::new(&writers, &readers)?;
    let rules = if verdicts.whole() { Rules::Checker } else { Rules::reader(&writers, &readers)? };
    let mut builder = Builder {
        chooser: Chooser::new(&writers, &readers, &rules, &verdicts),
        writer: &writers,
        reader: &readers,
        rules: &rules,
        defaults: Defaults::new(reader),
        numbers: HashMap::new(),
        pairs: Vec::new(),
        drafts: Vec::new(),
    };
    builder.pair(writers.root, readers.root);
    while builder.drafts.len() < builder.pairs.len() {
        if builder.pairs.len() > MOST_PAIRS {
            return Err(PlanError::TooLarge);
        }
        let draft = builder.draft(builder.pairs[builder.drafts.len()])?;
        builder.drafts.push(draft);
    }
    let Builder { pairs, drafts, defaults, .. } = builder;
    let same = unchanged(&drafts);
    Ok(emit(&writers, &pairs, drafts, &same, defaults.into_bytes()))
}

/// Drafts pairs of types in the order in which they are met.
struct Builder<'b, 's> {
    chooser: Chooser<'b, 's>,
    writer: &'b Graph<'s>,
    reader: &'b Graph<'s>,
    rules: &'b Rules<'s>,
    defaults: Defaults<'s>,
    numbers: HashMap<Pair, usize>,
    pairs: Vec<Pair>,
    drafts: Vec<Draft>,
}

impl Builder<'_, '_> {
    /// The number of a pair, which is drafted in its turn.
    fn pair(&mut self, writer: Id, reader: Id) -> usize {
        *self.numbers.entry((writer, reader)).or_insert_with(|| {
            self.pairs.push((writer, reader));
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
                Draft::Union(branches.map(|branch| self.branch(*branch, reader_id)).collect())
            }
            (_, Node::Union(_)) => match self.chooser.choose(writer_id, reader_id) {
                Some((tag, branch)) => Draft::Tagged(tag, self.pair(writer_id, branch)),
                None => Draft::Never(ResolveProblem::NoBranch { writer: writers.describe(writer_id) }),
            },
            (Node::Array(written), Node::Array(read)) => Draft::Array(self.pair(*written, *read)),
            (Node::Map(written), Node::Map(read)) => Draft::Map(self.pair(*written, *read)),
            (Node::Record(written), Node::Record(read)) => self.record((writer_id, written), read)?,
            (Node::Enum(name, written), Node::Enum(read_name, read))
                if self.rules.accept(self.rules.closeness(reader, (writer_id, writer))) =>
            {
                symbols((name, written), (read_name, read))
            }
            (Node::Fixed(_, written), Node::Fixed(_, read))
                if written.size == read.size
                    && self.rules.accept(self.rules.closeness(reader, (writer_id, writer))) =>
            {
                Draft::Same
            }
            (Node::Primitive(written, _), Node::Primitive(read, _)) if read.reads(*written) => {
                promote(*written, *read)
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
            && let Some((tag, branch)) = self.chooser.choose(writer, reader)
        {
            return (Some(tag), self.pair(writer, branch));
        }
        (None, self.pair(writer, reader))
    }

    fn record(
        &mut self,
        (id, written): (Id, &RecordNode<'_>),
        read: &RecordNode<'_>,
    ) -> Result<Draft, PlanError> {
        let mut sources = Vec::with_capacity(read.record.fields.len());
        for (place, field) in read.record.fields.iter().enumerate() {
            sources.push(match self.rules.written(self.writer, (id, written), field) {
                Written::As(found) => {
                    let pair = self.pair(self.writer.fields(written)[found], self.reader.fields(read)[place]);
                    Source::Written { place: found, pair }
                }
                Written::Never => {
                    let Some(default) = &field.default else {
                        let (record, field) = (read.name.clone(), field.name.clone());
                        return Ok(Draft::Never(ResolveProblem::NoDefault { record, field }));
                    };
                    self.defaults.write(read.name, field, default)?
                }
                Written::Twice => {
                    let (record, field) = (written.name.clone(), field.name.clone());
                    return Err(PlanError::Ambiguous { record, field });
                }
            });
        }
        Ok(Draft::Record(sources, written.record.fields.len()))
    }
}

fn symbols((writer, written): (&Name, &Enum), (reader, read): (&Name, &Enum)) -> Draft {
    let places: HashMap<&str, u32> = read.symbols.iter().map(String::as_str).zip(0..).collect();
    let fallback = read.fallback.as_deref().and_then(|symbol| places.get(symbol).copied());
    let indices = written.symbols.iter().map(|symbol| places.get(symbol.as_str()).copied().or(fallback));
    let indices: Vec<_> = indices.collect();
    if indices.iter().zip(0..).all(|(index, place)| *index == Some(place)) {
        return Draft::Same;
    }
    Draft::Symbols(Symbols { writer: writer.clone(), reader: reader.clone(), indices })
}

/// What becomes of a value of a simple type that `read` reads.
fn promote(written: Primitive, read: Primitive) -> Draft {
    match (written, read) {
        (Primitive::Int, Primitive::Float) => Draft::Change(Op::IntToFloat),
        (Primitive::Int, Primitive::Double) => Draft::Change(Op::IntToDouble),
        (Primitive::Long, Primitive::Float) => Draft::Change(Op::LongToFloat),
        (Primitive::Long, Primitive::Double) => Draft::Change(Op::LongToDouble),
        (Primitive::Float, Primitive::Double) => Draft::Change(Op::FloatToDouble),
        (Primitive::Bytes, Primitive::String) => Draft::Change(Op::Text),
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

/// Which drafts leave every value's bytes as they are.
fn unchanged(drafts: &[Draft]) -> Vec<bool> {
    let mut fixpoint = Fixpoint::of(drafts.len());
    for (pair, draft) in drafts.iter().enumerate() {
        match draft {
            Draft::Same => {}
            Draft::Change(_) | Draft::Symbols(_) | Draft::Never(_) | Draft::Tagged(..) => fixpoint.fell(pair),
            Draft::Array(part) | Draft::Map(part) => fixpoint.needs_all(pair, [*part]),
            Draft::Union(branches) => {
                if branches.iter().zip(0..).all(|((tag, _), place)| *tag == Some(place)) {
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
