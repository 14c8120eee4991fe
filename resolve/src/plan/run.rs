use super::ResolveProblem;
use super::error::Fault;
use super::logical_conversion::{rescale_bytes, shortest};
use super::program::{Branch, Op, OpId, Program, Rescale, Scale, Segment, Symbols, Types};
use super::skipper::{Result, Skipper};
use crate::wire::{self, Cursor, write_block, write_length, write_long};

/// The number of bytes that a plan may write in addition to eight for each byte that it reads. Defaults are
/// written for each item.
const FREE_OUTPUT: usize = 64 << 20;

/// The number of bytes that a plan may read again for another field of the reader, in addition to eight for
/// each byte of the datum. In a type that contains itself they double with each level.
const FREE_AGAIN: usize = 1 << 20;

/// Rewrites one datum.
struct Run<'a> {
    program: &'a Program,
    skipper: Skipper<'a>,
    out: &'a mut Vec<u8>,
    /// The largest length of `out`.
    most: usize,
    /// The number of bytes that may still be read again.
    again: usize,
}

/// The start and end of a field that was skipped and is written later.
type Kept = (usize, usize);

/// A record with up to this many kept fields needs no allocation.
const FEW_KEPT: usize = 4;

/// Up to this many bytes are copied without a call.
const SHORT: usize = 32;

/// Appends the rewritten `datum` to `out`, or a part of it if there is an error.
///
/// The first run is fast, but does not know the path of an error. A second, exact run finds it.
pub(super) fn run(program: &Program, datum: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let start = out.len();
    if Run::new(program, datum, out, false).finish().is_ok() {
        return Ok(());
    }
    out.truncate(start);
    Run::new(program, datum, out, true).finish()
}

impl<'a> Run<'a> {
    fn new(program: &'a Program, datum: &'a [u8], out: &'a mut Vec<u8>, is_exact: bool) -> Self {
        let eightfold = datum.len().saturating_mul(8);
        let most = eightfold.saturating_add(FREE_OUTPUT).saturating_add(out.len());
        let again = eightfold.saturating_add(FREE_AGAIN);
        Self { program, skipper: Skipper::new(program, Cursor::new(datum), is_exact), out, most, again }
    }

    fn finish(mut self) -> Result<()> {
        self.run(self.program.root)?;
        self.check_length()?;
        Ok(self.skipper.input.end()?)
    }

    fn run(&mut self, op: OpId) -> Result<()> {
        let program = self.program;
        match &program.ops[op as usize] {
            Op::Copy(shape) => {
                let start = self.skipper.input.at();
                self.skipper.skip(*shape)?;
                self.out.extend_from_slice(self.skipper.input.since(start));
            }
            Op::Text => {
                let start = self.skipper.input.at();
                self.skipper.input.text()?;
                self.out.extend_from_slice(self.skipper.input.since(start));
            }
            Op::IntToLong => {
                let start = self.skipper.input.at();
                self.skipper.input.int()?;
                self.copy(start, self.skipper.input.at());
            }
            Op::IntToFloat => {
                #[expect(clippy::cast_precision_loss, reason = "the promotion is to the nearest float")]
                let value = self.skipper.input.int()? as f32;
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::IntToDouble => {
                let value = f64::from(self.skipper.input.int()?);
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::LongToFloat => {
                #[expect(clippy::cast_precision_loss, reason = "the promotion is to the nearest float")]
                let value = self.skipper.input.long()? as f32;
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::LongToDouble => {
                #[expect(clippy::cast_precision_loss, reason = "the promotion is to the nearest double")]
                let value = self.skipper.input.long()? as f64;
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::FloatToDouble => {
                let value = f64::from(f32::from_le_bytes(self.skipper.input.array()?));
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Op::Scale(scale) => self.scale(scale)?,
            Op::Decimal { rescale, size, types } => self.decimal(*rescale, *size, types)?,
            Op::Symbol(symbols) => self.symbol(symbols)?,
            Op::Array(items) => self.deeper(|run| run.items(*items))?,
            Op::Map(values) => self.deeper(|run| run.entries(*values))?,
            Op::Union { branches, .. } => {
                let index = self.skipper.index(branches.len(), self.skipper.input.at())?;
                let branch = program.branches[branches.start as usize + index];
                self.deeper(|run| run.branch(branch))?;
            }
            Op::Tagged(branch) => self.branch(*branch)?,
            Op::Record { steps, kept, .. } => {
                let steps = &program.steps[steps.start as usize..steps.end as usize];
                self.deeper(|run| run.record(steps, *kept as usize))?;
            }
            Op::Never(problem) => {
                return Err(Fault::new(self.skipper.input.at(), program.problems[*problem as usize].clone()));
            }
        }
        Ok(())
    }

    /// Copies the bytes from `start` to `end`, which must have been read.
    #[inline]
    fn copy(&mut self, start: usize, end: usize) {
        let count = end - start;
        match self.skipper.input.chunk::<SHORT>(start) {
            // A copy of a constant size takes a few instructions. The excess is cut off.
            Some(chunk) if count <= SHORT => {
                let length = self.out.len() + count;
                self.out.extend_from_slice(chunk);
                self.out.truncate(length);
            }
            Some(_) | None => self.out.extend_from_slice(self.skipper.input.between(start, end)),
        }
    }

    fn scale(&mut self, scale: &Scale) -> Result<()> {
        let start = self.skipper.input.at();
        let value =
            if scale.is_int { i64::from(self.skipper.input.int()?) } else { self.skipper.input.long()? };
        let scaled = value.checked_mul(scale.factor);
        write_long(self.out, scaled.ok_or_else(|| out_of_range(start, &scale.types))?);
        Ok(())
    }

    fn decimal(&mut self, rescale: Rescale, size: Option<usize>, types: &Types) -> Result<()> {
        let start = self.skipper.input.at();
        let bytes = match size {
            Some(size) => self.skipper.input.take(size)?,
            None => self.skipper.input.block()?,
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

    fn symbol(&mut self, symbols: &Symbols) -> Result<()> {
        let start = self.skipper.input.at();
        let index = self.skipper.symbol(&symbols.writer, symbols.indices.len())?;
        let Some(index) = symbols.indices[index] else {
            let problem = ResolveProblem::UnknownSymbol { name: symbols.reader.clone() };
            return Err(Fault::new(start, problem));
        };
        write_long(self.out, i64::from(index));
        Ok(())
    }

    fn branch(&mut self, branch: Branch) -> Result<()> {
        if let Some(tag) = branch.tag {
            write_long(self.out, i64::from(tag));
            self.check_length()?;
        }
        self.run(branch.op)
    }

    fn record(&mut self, steps: &[Segment], kept: usize) -> Result<()> {
        match kept {
            0 => self.fields(steps, &mut []),
            1..=FEW_KEPT => self.fields(steps, &mut [(0, 0); FEW_KEPT][..kept]),
            _ => self.fields(steps, &mut vec![(0, 0); kept]),
        }
    }

    fn fields(&mut self, steps: &[Segment], kept: &mut [Kept]) -> Result<()> {
        let program = self.program;
        if steps.is_empty() {
            self.skipper.input.zero_sized()?;
        }
        for step in steps {
            match step {
                Segment::Copy(fields) => {
                    let start = self.skipper.input.at();
                    self.skipper.fields(fields.start, fields.end)?;
                    self.copy(start, self.skipper.input.at());
                }
                Segment::Field { field, op } => {
                    self.run(*op).map_err(|fault| self.skipper.within_field(fault, *field))?;
                }
                Segment::Skip(fields) => self.skipper.fields(fields.start, fields.end)?,
                Segment::Keep { field, slot } => {
                    let start = self.skipper.input.at();
                    self.skipper.fields(*field, *field + 1)?;
                    kept[*slot as usize] = (start, self.skipper.input.at());
                }
                Segment::Kept { field, slot, op, again } => {
                    let (start, end) = kept[*slot as usize];
                    if let Op::Copy(_) = program.ops[*op as usize] {
                        self.copy(start, end);
                    } else {
                        if *again {
                            self.read_again(end - start)?;
                        }
                        let at = self.skipper.input.at();
                        self.skipper.input.rewind(start);
                        self.run(*op).map_err(|fault| self.skipper.within_field(fault, *field))?;
                        self.skipper.input.rewind(at);
                    }
                    self.check_length()?;
                }
                Segment::Literal(bytes) => {
                    self.out.extend_from_slice(program.literal(bytes));
                    self.check_length()?;
                }
            }
        }
        Ok(())
    }

    fn items(&mut self, op: OpId) -> Result<()> {
        let mut index = 0;
        while let Some(count) = self.skipper.input.items()? {
            write_length(self.out, count);
            for _ in 0..count {
                self.run(op).map_err(|fault| fault.within(wire::Segment::Item(index)))?;
                index += 1;
            }
        }
        self.out.push(0);
        Ok(())
    }

    fn entries(&mut self, op: OpId) -> Result<()> {
        let mut index = 0;
        while let Some(count) = self.skipper.input.items()? {
            write_length(self.out, count);
            for _ in 0..count {
                self.entry(op).map_err(|fault| fault.within(wire::Segment::Entry(index)))?;
                index += 1;
            }
        }
        self.out.push(0);
        Ok(())
    }

    fn entry(&mut self, op: OpId) -> Result<()> {
        let start = self.skipper.input.at();
        self.skipper.input.block()?;
        self.out.extend_from_slice(self.skipper.input.since(start));
        self.run(op)
    }

    fn deeper(&mut self, run: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.skipper.enter()?;
        run(self)?;
        self.skipper.leave();
        Ok(())
    }

    /// Fails if too much is read again. A value of zero bytes counts as one.
    fn read_again(&mut self, count: usize) -> Result<()> {
        match self.again.checked_sub(count.max(1)) {
            Some(left) => {
                self.again = left;
                Ok(())
            }
            None => Err(Fault::new(self.skipper.input.at(), ResolveProblem::TooLarge)),
        }
    }

    /// Fails if the output is too long. Defaults, tags and fields that are written again call it. Other
    /// output has at most about nine bytes for each byte that is read, and is checked at the end of the
    /// datum.
    fn check_length(&self) -> Result<()> {
        if self.out.len() > self.most {
            Err(Fault::new(self.skipper.input.at(), ResolveProblem::TooLarge))
        } else {
            Ok(())
        }
    }
}

#[cold]
fn out_of_range(start: usize, types: &Types) -> Fault {
    let Types { writer, reader } = types.clone();
    Fault::new(start, ResolveProblem::OutOfRange { writer, reader })
}
