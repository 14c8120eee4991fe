use std::ops::Range;

use super::draft::{Draft, Pair, Source};
use super::number;
use super::program::{Branch, Op, OpId, Program, Segment, Visit};
use super::shapes::{Shape, Shapes};
use super::skip_ops::Leaves;
use crate::compat::{Graph, Id};
use crate::wire::write_long;

/// Turns the drafts into a program, in which the operation `n` is the draft of the pair `n`.
pub(super) fn emit(
    writer: &Graph<'_>,
    pairs: &[Pair],
    drafts: Vec<Draft>,
    same: &[bool],
    literals: Vec<u8>,
) -> Program {
    let mut program = Program { literals, ..empty(writer) };
    for (pair, draft) in drafts.into_iter().enumerate() {
        let (id, _) = pairs[pair];
        let op = if same[pair] { Op::Copy(id) } else { op(&mut program, same, id, draft) };
        program.ops.push(op);
    }
    program.in_place &= !program.ops.iter().any(Op::converts);
    program
}

/// Returns the program that copies every datum.
pub(super) fn copy(writer: &Graph<'_>) -> Program {
    Program { ops: vec![Op::Copy(writer.root)], ..empty(writer) }
}

/// Returns a program without operations.
fn empty(writer: &Graph<'_>) -> Program {
    let shapes = Shapes::new(writer);
    Program { leaves: Leaves::new(&shapes), shapes, in_place: true, ..Program::default() }
}

fn op(program: &mut Program, same: &[bool], writer: Id, draft: Draft) -> Op {
    match draft {
        Draft::Same => Op::Copy(writer),
        Draft::Change(op) => op,
        Draft::Symbols(mut symbols) => {
            let literals = symbols.indices.iter().map(|index| Some(literal(program, (*index)?)));
            symbols.literals = literals.collect();
            Op::Symbol(Box::new(symbols))
        }
        Draft::Never(problem) => {
            program.problems.push(problem);
            Op::Never(number(program.problems.len() - 1))
        }
        Draft::Array(items) => Op::Array(number(items)),
        Draft::Map(values) => Op::Map(number(values)),
        Draft::Union(branches, _) => {
            let start = number(program.branches.len());
            let is_union = branches.iter().any(|(tag, _)| tag.is_some());
            let branches = branches.into_iter();
            program.branches.extend(branches.map(|(tag, op)| Branch {
                tag,
                op: number(op),
                is_same: same[op],
            }));
            Op::Union { branches: start..number(program.branches.len()), is_union }
        }
        Draft::Tagged(tag, op) => Op::Tagged(Branch { tag: Some(tag), op: number(op), is_same: same[op] }),
        Draft::Record(sources, fields) => record(program, same, writer, &sources, fields),
    }
}

/// Adds the encoded index of a symbol to the literals.
fn literal(program: &mut Program, index: u32) -> Range<u32> {
    let start = number(program.literals.len());
    write_long(&mut program.literals, i64::from(index));
    start..number(program.literals.len())
}

fn record(program: &mut Program, same: &[bool], writer: Id, sources: &[Source], fields: usize) -> Op {
    let first = match &program.shapes.types[writer.0 as usize] {
        Shape::Record(fields) => fields.start,
        Shape::Null
        | Shape::Boolean
        | Shape::Int
        | Shape::Long
        | Shape::Block
        | Shape::Fixed(_)
        | Shape::Enum { .. }
        | Shape::Array(_)
        | Shape::Map(_)
        | Shape::Union(_)
        | Shape::Undefined(_) => 0,
    };
    let mut steps = Steps { first, next: 0, slots: vec![None; fields], kept: 0, found: Vec::new() };
    // For each of the writer's fields the last of the reader's fields that reads it.
    let mut last = vec![None; fields];
    for (field, source) in sources.iter().enumerate() {
        if let Source::Field { index, .. } = source {
            last[*index] = Some(field);
        }
    }
    for (field, source) in sources.iter().enumerate() {
        match *source {
            Source::Field { index, pair } => {
                steps.skip(index, |index| last[index].is_some());
                steps.field(index, number(pair), same[pair], last[index] > Some(field));
            }
            Source::Default { start, end } => steps.literal(number(start), number(end)),
        }
    }
    steps.skip(fields, |_| false);
    let start = number(program.steps.len());
    program.steps.extend(steps.found);
    let visits = visits(program, same, first, sources, fields);
    Op::Record { steps: start..number(program.steps.len()), kept: steps.kept, visits }
}

/// Adds the steps that decode a record in place.
fn visits(program: &mut Program, same: &[bool], first: u32, sources: &[Source], fields: usize) -> Range<u32> {
    let start = number(program.visits.len());
    let mut readers = vec![None; fields];
    let mut defaults = Vec::new();
    for (source, field) in sources.iter().zip(0..) {
        match *source {
            Source::Field { index, pair } => {
                // A decoder in place does not go back to a field that two fields read.
                program.in_place &= readers[index].is_none();
                readers[index] = Some((field, pair));
            }
            Source::Default { start, end } => {
                defaults.push(Visit::Default { field, literal: number(start)..number(end) });
            }
        }
    }
    for (reader, written) in readers.into_iter().zip(first..) {
        let visit = match (reader, program.visits[start as usize..].last_mut()) {
            (Some((field, pair)), _) => {
                Visit::Field { field, op: if same[pair] { None } else { Some(number(pair)) } }
            }
            (None, Some(Visit::Skip { fields, leaves })) => {
                fields.end += 1;
                leaves.end = program.leaves.span(written, fields.end).end;
                continue;
            }
            (None, _) => {
                let leaves = program.leaves.span(written, written + 1);
                Visit::Skip { fields: written..written + 1, leaves }
            }
        };
        program.visits.push(visit);
    }
    program.visits.extend(defaults);
    start..number(program.visits.len())
}

/// Collects the steps of rewriting a record.
struct Steps {
    /// The number of the writer's first field.
    first: u32,
    /// The index of the writer's field that is read next.
    next: usize,
    /// For each field that was skipped and is needed later: its slot, and whether it has been read since.
    slots: Vec<Option<(u32, bool)>>,
    kept: u32,
    found: Vec<Segment>,
}

impl Steps {
    /// Skips the fields before `end`, and keeps those that are needed.
    fn skip(&mut self, end: usize, needed: impl Fn(usize) -> bool) {
        while self.next < end {
            if needed(self.next) {
                self.keep();
                continue;
            }
            let field = self.first + number(self.next);
            match self.found.last_mut() {
                Some(Segment::Skip(fields)) if fields.end == field => fields.end += 1,
                _ => self.found.push(Segment::Skip(field..field + 1)),
            }
            self.next += 1;
        }
    }

    /// Keeps the next field.
    fn keep(&mut self) {
        self.slots[self.next] = Some((self.kept, false));
        self.found.push(Segment::Keep { field: self.first + number(self.next), slot: self.kept });
        self.kept += 1;
        self.next += 1;
    }

    /// Rewrites the writer's field `index`, which another field reads `again`.
    fn field(&mut self, index: usize, op: OpId, is_same: bool, again: bool) {
        if index == self.next && again {
            self.keep();
        }
        let field = self.first + number(index);
        match (&mut self.slots[index], self.found.last_mut()) {
            (Some((slot, is_read)), _) => {
                let again = std::mem::replace(is_read, true);
                self.found.push(Segment::Kept { field, slot: *slot, op, again });
            }
            (None, Some(Segment::Copy(fields))) if is_same && fields.end == field => fields.end += 1,
            (None, _) if is_same => self.found.push(Segment::Copy(field..field + 1)),
            (None, _) => self.found.push(Segment::Field { field, op }),
        }
        self.next = self.next.max(index + 1);
    }

    fn literal(&mut self, start: u32, end: u32) {
        match self.found.last_mut() {
            Some(Segment::Literal(bytes)) if bytes.end == start => bytes.end = end,
            _ if start == end => {}
            _ => self.found.push(Segment::Literal(start..end)),
        }
    }
}
