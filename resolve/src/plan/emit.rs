use super::draft::{Draft, Pair, Source};
use super::graph::{Graph, Id};
use super::program::{Branch, Op, OpId, Program, Shape, Shapes, Step, number};

/// Writes the drafts as a program: the pair with the number `n` is the operation `n`.
pub(super) fn emit(
    writer: &Graph<'_>,
    pairs: &[Pair],
    drafts: Vec<Draft>,
    same: &[bool],
    literals: Vec<u8>,
) -> Program {
    let shapes = Shapes::of(writer);
    let mut program = Program { shapes, literals, ..Program::default() };
    for (pair, draft) in drafts.into_iter().enumerate() {
        let (id, _) = pairs[pair];
        let op = if same[pair] { Op::Copy(id) } else { op(&mut program, same, id, draft) };
        program.ops.push(op);
    }
    program
}

fn op(program: &mut Program, same: &[bool], writer: Id, draft: Draft) -> Op {
    match draft {
        Draft::Same => Op::Copy(writer),
        Draft::Change(op) => op,
        Draft::Symbols(symbols) => Op::Symbol(Box::new(symbols)),
        Draft::Never(problem) => {
            program.problems.push(problem);
            Op::Never(number(program.problems.len() - 1))
        }
        Draft::Array(items) => Op::Array(number(items)),
        Draft::Map(values) => Op::Map(number(values)),
        Draft::Union(branches) => {
            let start = number(program.branches.len());
            program.branches.extend(branches.into_iter().map(|(tag, op)| Branch { tag, op: number(op) }));
            Op::Union(start..number(program.branches.len()))
        }
        Draft::Tagged(tag, op) => Op::Tagged(Branch { tag: Some(tag), op: number(op) }),
        Draft::Record(sources, fields) => record(program, same, writer, &sources, fields),
    }
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
    Op::Record { steps: start..number(program.steps.len()), kept: steps.kept }
}

/// The steps through a record, as they are found.
struct Steps {
    /// The number of the writer's first field.
    first: u32,
    /// The place of the writer's field that is read next.
    next: usize,
    /// Where the fields are kept that were passed over.
    slots: Vec<Option<u32>>,
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
        self.slots[self.next] = Some(self.kept);
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
        match (self.slots[place], self.found.last_mut()) {
            (Some(slot), _) => self.found.push(Step::Kept { field, slot, op }),
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
