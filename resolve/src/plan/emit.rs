use std::ops::Range;

use super::draft::{Draft, Pair, Source};
use super::number;
use super::program::{Branch, Op, OpId, Program, Step, Visit};
use super::shapes::{Shape, Shapes};
use super::skip::Leaves;
use crate::compat::{Graph, Id};
use crate::wire::write_long;

/// Writes the drafts as a program: the pair with the number `n` is the operation `n`.
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

/// The program that leaves all as it stands.
pub(super) fn copy(writer: &Graph<'_>) -> Program {
    Program { ops: vec![Op::Copy(writer.root)], ..empty(writer) }
}

/// The program of a writer's schema, without operations.
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

/// The index of a symbol as a literal.
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
    // The last of the reader's fields that each of the writer's is for.
    let mut last = vec![None; fields];
    for (at, source) in sources.iter().enumerate() {
        if let Source::Written { place, .. } = source {
            last[*place] = Some(at);
        }
    }
    for (at, source) in sources.iter().enumerate() {
        match *source {
            Source::Written { place, pair } => {
                steps.pass(place, |place| last[place].is_some());
                steps.field(place, number(pair), same[pair], last[place] > Some(at));
            }
            Source::Default { start, end } => steps.literal(number(start), number(end)),
        }
    }
    steps.pass(fields, |_| false);
    let start = number(program.steps.len());
    program.steps.extend(steps.found);
    let visits = visits(program, same, first, sources, fields);
    Op::Record { steps: start..number(program.steps.len()), kept: steps.kept, visits }
}

/// The way through a record that reads each field where it stands.
fn visits(program: &mut Program, same: &[bool], first: u32, sources: &[Source], fields: usize) -> Range<u32> {
    let start = number(program.visits.len());
    let mut readers = vec![None; fields];
    let mut defaults = Vec::new();
    for (source, field) in sources.iter().zip(0..) {
        match *source {
            Source::Written { place, pair } => {
                // What two fields read would have to be gone back to.
                program.in_place &= readers[place].is_none();
                readers[place] = Some((field, pair));
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

/// The steps through a record, as they are found.
struct Steps {
    /// The number of the writer's first field.
    first: u32,
    /// The place of the writer's field that is read next.
    next: usize,
    /// Where the fields are kept that were passed over, and whether each was read since.
    slots: Vec<Option<(u32, bool)>>,
    kept: u32,
    found: Vec<Step>,
}

impl Steps {
    /// Passes over the fields before `end`, and keeps those that are wanted.
    fn pass(&mut self, end: usize, wanted: impl Fn(usize) -> bool) {
        while self.next < end {
            if wanted(self.next) {
                self.keep();
                continue;
            }
            let field = self.first + number(self.next);
            match self.found.last_mut() {
                Some(Step::Skip(fields)) if fields.end == field => fields.end += 1,
                _ => self.found.push(Step::Skip(field..field + 1)),
            }
            self.next += 1;
        }
    }

    /// Keeps the next field.
    fn keep(&mut self) {
        self.slots[self.next] = Some((self.kept, false));
        self.found.push(Step::Keep { field: self.first + number(self.next), slot: self.kept });
        self.kept += 1;
        self.next += 1;
    }

    /// Writes what the field at `place` becomes, once or not for the last time.
    fn field(&mut self, place: usize, op: OpId, is_same: bool, again: bool) {
        if place == self.next && again {
            self.keep();
        }
        let field = self.first + number(place);
        match (&mut self.slots[place], self.found.last_mut()) {
            (Some((slot, is_read)), _) => {
                let again = std::mem::replace(is_read, true);
                self.found.push(Step::Kept { field, slot: *slot, op, again });
            }
            (None, Some(Step::Copy(fields))) if is_same && fields.end == field => fields.end += 1,
            (None, _) if is_same => self.found.push(Step::Copy(field..field + 1)),
            (None, _) => self.found.push(Step::Field { field, op }),
        }
        self.next = self.next.max(place + 1);
    }

    fn literal(&mut self, start: u32, end: u32) {
        match self.found.last_mut() {
            Some(Step::Literal(bytes)) if bytes.end == start => bytes.end = end,
            _ if start == end => {}
            _ => self.found.push(Step::Literal(start..end)),
        }
    }
}
