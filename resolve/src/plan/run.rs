use signalbook_model::Name;

use super::ResolveProblem;
use super::error::Fault;
use super::program::{Branch, Op, OpId, Program, Rescale, Step, Types};
use super::units::{rescale_bytes, shortest};
use crate::encode::{write_block, write_length, write_long};
use crate::input::{Input, error_at};
use crate::{DecodeProblem, MAX_DEPTH, path};

/// How many bytes a plan may write beyond eight for each that it reads: defaults are written anew for each item.
const FREE_OUTPUT: usize = 64 << 20;

/// A datum on its way from the writer's form to the reader's.
pub(super) struct Run<'a> {
    pub(super) program: &'a Program,
    pub(super) input: Input<'a>,
    out: &'a mut Vec<u8>,
    /// How long `out` may become.
    most: usize,
    pub(super) depth: usize,
    /// Whether each value is passed over by its type, so that an error has its place.
    pub(super) is_exact: bool,
}

/// Where a field stands that was passed over, to be written later.
type Kept = (usize, usize);

/// How many such fields of a record need no allocation.
const FEW_KEPT: usize = 4;

/// How many bytes are copied without a call.
const SHORT: usize = 32;

pub(super) type Result<T> = std::result::Result<T, Fault>;

impl<'a> Run<'a> {
    /// Writes the whole of `datum` to `out`; after an error, some of it.
    ///
    /// What does not fit is gone through again, to say where.
    pub(super) fn whole(program: &'a Program, datum: &'a [u8], out: &mut Vec<u8>) -> Result<()> {
        let start = out.len();
        if Run::new(program, datum, out, false).finish().is_ok() {
            return Ok(());
        }
        out.truncate(start);
        Run::new(program, datum, out, true).finish()
    }

    fn new(program: &'a Program, datum: &'a [u8], out: &'a mut Vec<u8>, is_exact: bool) -> Self {
        let most = datum.len().saturating_mul(8).saturating_add(FREE_OUTPUT).saturating_add(out.len());
        Self { program, input: Input::new(datum), out, most, depth: 0, is_exact }
    }

    fn finish(mut self) -> Result<()> {
        self.run(self.program.root)?;
        Ok(self.input.end()?)
    }

    fn run(&mut self, op: OpId) -> Result<()> {
        let program = self.program;
        match &program.ops[op as usize] {
            Op::Copy(shape) => {
                let start = self.input.at();
                self.skip(*shape)?;
                self.out.extend_from_slice(self.input.since(start));
            }
            Op::Text => {
                let start = self.input.at();
                self.input.text()?;
                self.out.extend_from_slice(self.input.since(start));
            }
            Op::IntToFloat => {
                #[expect(clippy::cast_precision_loss, reason = "the promotion is to the nearest float")]
                let value = self.input.int()? as f32;
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::IntToDouble => {
                let value = f64::from(self.input.int()?);
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::LongToFloat => {
                #[expect(clippy::cast_precision_loss, reason = "the promotion is to the nearest float")]
                let value = self.input.long()? as f32;
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::LongToDouble => {
                #[expect(clippy::cast_precision_loss, reason = "the promotion is to the nearest double")]
                let value = self.input.long()? as f64;
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::FloatToDouble => {
                let value = f64::from(f32::from_le_bytes(self.input.array()?));
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::Scale(scale) => {
                let start = self.input.at();
                let value = if scale.is_int { i64::from(self.input.int()?) } else { self.input.long()? };
                let scaled = value.checked_mul(scale.factor);
                write_long(self.out, scaled.ok_or_else(|| out_of_range(start, &scale.types))?);
            }
            Op::Decimal { rescale, size, types } => self.decimal(*rescale, *size, types)?,
            Op::Symbol(symbols) => {
                let start = self.input.at();
                let index = self.symbol(&symbols.writer, symbols.indices.len())?;
                let Some(index) = symbols.indices[index] else {
                    let problem = ResolveProblem::UnknownSymbol { name: symbols.reader.clone() };
                    return Err(Fault::new(start, problem));
                };
                write_long(self.out, i64::from(index));
            }
            Op::Array(items) => self.deeper(|run| run.items(*items))?,
            Op::Map(values) => self.deeper(|run| run.entries(*values))?,
            Op::Union(branches) => {
                let start = self.input.at();
                let count = branches.len();
                let index = self.index(count, start)?;
                let branch = program.branches[branches.start as usize + index];
                self.deeper(|run| run.branch(branch))?;
            }
            Op::Tagged(branch) => self.branch(*branch)?,
            Op::Record { steps, kept } => {
                let steps = &program.steps[steps.start as usize..steps.end as usize];
                match *kept as usize {
                    0 => self.deeper(|run| run.record(steps, &mut []))?,
                    count @ 1..=FEW_KEPT => {
                        self.deeper(|run| run.record(steps, &mut [(0, 0); FEW_KEPT][..count]))?;
                    }
                    count => self.deeper(|run| run.record(steps, &mut vec![(0, 0); count]))?,
                }
            }
            Op::Never(problem) => {
                return Err(Fault::new(self.input.at(), program.problems[*problem as usize].clone()));
            }
        }
        Ok(())
    }

    /// Writes the bytes from `start` to `end`, which were read, as they stand.
    #[inline]
    fn copy(&mut self, start: usize, end: usize) {
        let count = end - start;
        match self.input.chunk::<SHORT>(start) {
            // A copy of a known size is a few instructions, and what is too much of it goes again.
            Some(chunk) if count <= SHORT => {
                let length = self.out.len() + count;
                self.out.extend_from_slice(chunk);
                self.out.truncate(length);
            }
            Some(_) | None => self.out.extend_from_slice(self.input.between(start, end)),
        }
    }

    fn decimal(&mut self, rescale: Rescale, size: Option<usize>, types: &Types) -> Result<()> {
        let start = self.input.at();
        let bytes = match size {
            Some(size) => self.input.take(size)?,
            None => self.input.block()?,
        };
        let value = rescale_bytes(bytes, rescale).ok_or_else(|| out_of_range(start, types))?;
        let all = value.to_be_bytes();
        let short = shortest(&all);
        match size {
            Some(size) => {
                let sign = if value < 0 { 0xff } else { 0 };
                let extension = size.checked_sub(short.len()).ok_or_else(|| out_of_range(start, types))?;
                self.out.extend(std::iter::repeat_n(sign, extension));
                self.out.extend_from_slice(short);
            }
            None => write_block(self.out, short),
        }
        Ok(())
    }

    fn branch(&mut self, branch: Branch) -> Result<()> {
        if let Some(tag) = branch.tag {
            write_long(self.out, i64::from(tag));
            self.check_length()?;
        }
        self.run(branch.op)
    }

    fn record(&mut self, steps: &[Step], kept: &mut [Kept]) -> Result<()> {
        let program = self.program;
        if steps.is_empty() {
            self.input.zero_sized()?;
        }
        for step in steps {
            match step {
                Step::Copy(fields) => {
                    let start = self.input.at();
                    self.pass(fields.start, fields.end)?;
                    self.copy(start, self.input.at());
                }
                Step::Field { field, op } => {
                    self.run(*op).map_err(|fault| self.within_field(fault, *field))?;
                }
                Step::Skip(fields) => self.pass(fields.start, fields.end)?,
                Step::Keep { field, slot } => {
                    let start = self.input.at();
                    self.pass(*field, *field + 1)?;
                    kept[*slot as usize] = (start, self.input.at());
                }
                Step::Kept { field, slot, op } => {
                    let (start, end) = kept[*slot as usize];
                    if let Op::Copy(_) = program.ops[*op as usize] {
                        self.copy(start, end);
                    } else {
                        let at = self.input.at();
                        self.input.rewind(start);
                        self.run(*op).map_err(|fault| self.within_field(fault, *field))?;
                        self.input.rewind(at);
                    }
                }
                Step::Literal(bytes) => {
                    self.out.extend_from_slice(&program.literals[bytes.start as usize..bytes.end as usize]);
                    self.check_length()?;
                }
            }
        }
        Ok(())
    }

    fn items(&mut self, op: OpId) -> Result<()> {
        let mut index = 0;
        while let Some(count) = self.input.items()? {
            write_length(self.out, count);
            for _ in 0..count {
                self.run(op).map_err(|fault| fault.within(path::Step::Item(index)))?;
                index += 1;
            }
        }
        self.out.push(0);
        Ok(())
    }

    fn entries(&mut self, op: OpId) -> Result<()> {
        let mut index = 0;
        while let Some(count) = self.input.items()? {
            write_length(self.out, count);
            for _ in 0..count {
                self.entry(op).map_err(|fault| fault.within(path::Step::Entry(index)))?;
                index += 1;
            }
        }
        self.out.push(0);
        Ok(())
    }

    fn entry(&mut self, op: OpId) -> Result<()> {
        let start = self.input.at();
        self.input.block()?;
        self.out.extend_from_slice(self.input.since(start));
        self.run(op)
    }

    /// The index of one of `count` branches, which stands at `start`.
    pub(super) fn index(&mut self, count: usize, start: usize) -> Result<usize> {
        let index = self.input.long()?;
        match usize::try_from(index) {
            Ok(index) if index < count => Ok(index),
            Ok(_) | Err(_) => Err(error_at(start, DecodeProblem::UnknownBranch { index, count }).into()),
        }
    }

    /// The index of a symbol of the writer's enum `name`, which has `count`.
    pub(super) fn symbol(&mut self, name: &Name, count: usize) -> Result<usize> {
        let start = self.input.at();
        let index = self.input.int()?;
        match usize::try_from(index) {
            Ok(index) if index < count => Ok(index),
            Ok(_) | Err(_) => {
                let problem = DecodeProblem::UnknownSymbol { name: name.clone(), index, count };
                Err(error_at(start, problem).into())
            }
        }
    }

    pub(super) fn deeper(&mut self, run: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.depth == MAX_DEPTH {
            return Err(self.input.error(DecodeProblem::TooDeep).into());
        }
        self.depth += 1;
        run(self)?;
        self.depth -= 1;
        Ok(())
    }

    /// Ends what defaults and tags make too long.
    fn check_length(&self) -> Result<()> {
        if self.out.len() > self.most {
            Err(Fault::new(self.input.at(), ResolveProblem::TooLarge))
        } else {
            Ok(())
        }
    }

    #[cold]
    pub(super) fn within_field(&self, fault: Fault, field: u32) -> Fault {
        fault.within(path::Step::Field(&self.program.shapes.names[field as usize]))
    }
}

#[cold]
fn out_of_range(start: usize, types: &Types) -> Fault {
    let Types { writer, reader } = types.clone();
    Fault::new(start, ResolveProblem::OutOfRange { writer, reader })
}
