use signalbook_model::Name;

use super::error::Fault;
use super::program::Program;
use super::shapes::Shape;
use super::skip_ops::{Leaf, MOST_LEVELS};
use crate::compat::Id;
use crate::wire::{Cursor, DecodeError, DecodeProblem, MAX_DEPTH, Segment};

/// Skips values of the writer, and checks them.
pub(super) struct Skipper<'a> {
    program: &'a Program,
    pub(super) input: Cursor<'a>,
    depth: usize,
    /// Whether each value is skipped by its type, so that an error has a path.
    is_exact: bool,
}

/// Skips values whose first byte determines their length. Returns `None` if there are others.
#[inline]
pub(super) fn skip_short<'a>(leaves: &[Leaf], mut bytes: &'a [u8]) -> Option<&'a [u8]> {
    for leaf in leaves {
        bytes = match (*leaf, bytes.split_first()?) {
            // A length of one byte that is not negative.
            (Leaf::Block, (&byte @ ..0x80, rest)) if byte & 1 == 0 => rest.get(usize::from(byte >> 1)..)?,
            (Leaf::Int | Leaf::Long, (..0x80, rest)) | (Leaf::Boolean, (0 | 1, rest)) => rest,
            (Leaf::Fixed(size), _) => bytes.get(size as usize..)?,
            _ => return None,
        };
    }
    Some(bytes)
}

pub(super) type Result<T> = std::result::Result<T, Fault>;

impl<'a> Skipper<'a> {
    pub(super) fn new(program: &'a Program, input: Cursor<'a>, is_exact: bool) -> Self {
        Self { program, input, depth: 0, is_exact }
    }

    /// Skips the fields from `start` to `end` of a record.
    #[inline]
    pub(super) fn fields(&mut self, start: u32, end: u32) -> Result<()> {
        if self.is_exact || self.depth + MOST_LEVELS as usize > MAX_DEPTH {
            return self.skip_fields(start, end);
        }
        self.pass_leaves(self.program.leaves.fields(start, end)).ok_or_else(|| self.elsewhere())
    }

    /// Skips values fast. Returns `None` if they are incomplete or invalid.
    fn pass_leaves(&mut self, mut leaves: &[Leaf]) -> Option<()> {
        let mut rest = self.input.rest();
        while let Some((leaf, after)) = leaves.split_first() {
            leaves = after;
            rest = match (*leaf, rest.split_first()) {
                // A length of one byte that is not negative.
                (Leaf::Block, Some((&byte, rest))) if byte < 0x80 && byte & 1 == 0 => {
                    rest.get(usize::from(byte >> 1)..)?
                }
                (Leaf::Block, _) => self.pass_one(rest, |input| input.block().is_ok())?,
                (Leaf::Int | Leaf::Long, Some((..0x80, rest))) | (Leaf::Boolean, Some((0 | 1, rest))) => rest,
                (Leaf::Int, _) => self.pass_one(rest, |input| input.int().is_ok())?,
                (Leaf::Long, _) => self.pass_one(rest, |input| input.long().is_ok())?,
                (Leaf::Boolean, _) => return None,
                (Leaf::Fixed(size), _) => rest.get(size as usize..)?,
                (Leaf::Enum(count), _) => self.pass_one(rest, |input| input.index(count).is_some())?,
                (Leaf::Nullable { null, rest: others }, _) => {
                    let mut index = 0;
                    let rest = self.pass_one(rest, |input| {
                        input.index(2).is_some_and(|found| {
                            index = found;
                            true
                        })
                    })?;
                    if index == null {
                        self.input.zero_sized().ok()?;
                        leaves = leaves.get(others as usize..)?;
                    }
                    rest
                }
                (Leaf::Nothing, _) => {
                    self.input.zero_sized().ok()?;
                    rest
                }
                (Leaf::Other { shape, level }, _) => {
                    self.input.go_to(rest);
                    self.depth += level as usize;
                    self.skip(shape).ok()?;
                    self.depth -= level as usize;
                    self.input.rest()
                }
            };
        }
        self.input.go_to(rest);
        Some(())
    }

    /// Skips the value at the start of `rest`, and returns the bytes after it.
    #[inline]
    fn pass_one(&mut self, rest: &'a [u8], pass: impl FnOnce(&mut Cursor<'a>) -> bool) -> Option<&'a [u8]> {
        self.input.go_to(rest);
        pass(&mut self.input).then(|| self.input.rest())
    }

    /// Returns a fault without a cause. The exact run finds the cause.
    #[cold]
    fn elsewhere(&self) -> Fault {
        self.input.error(DecodeProblem::UnexpectedEnd { needed: 0, left: 0 }).into()
    }

    /// Skips a value.
    pub(super) fn skip(&mut self, shape: Id) -> Result<()> {
        let shapes = &self.program.shapes;
        match &shapes.types[shape.0 as usize] {
            Shape::Boolean => drop(self.input.boolean()?),
            Shape::Int => drop(self.input.int()?),
            Shape::Long => drop(self.input.long()?),
            Shape::Block => drop(self.input.block()?),
            Shape::Null | Shape::Fixed(0) => self.input.zero_sized()?,
            Shape::Fixed(size) => drop(self.input.take(*size)?),
            Shape::Enum { name, count } => drop(self.symbol(name, *count)?),
            Shape::Array(items) => self.deeper(|pass| pass.skip_items(*items))?,
            Shape::Map(values) => self.deeper(|pass| pass.skip_entries(*values))?,
            Shape::Union(branches) => {
                let start = self.input.at();
                let index = self.index(branches.len(), start)?;
                let branch = shapes.parts[branches.start as usize + index];
                self.deeper(|pass| pass.skip(branch))?;
            }
            Shape::Record(fields) if fields.is_empty() => self.input.zero_sized()?,
            Shape::Record(fields) => self.deeper(|pass| pass.fields(fields.start, fields.end))?,
            Shape::Undefined(name) => {
                return Err(self.input.error(DecodeProblem::UndefinedType(name.clone())).into());
            }
        }
        Ok(())
    }

    fn skip_fields(&mut self, start: u32, end: u32) -> Result<()> {
        let parts = &self.program.shapes.parts[start as usize..end as usize];
        for (shape, field) in parts.iter().zip(start..) {
            self.skip(*shape).map_err(|fault| self.within_field(fault, field))?;
        }
        Ok(())
    }

    fn skip_items(&mut self, shape: Id) -> Result<()> {
        let mut index = 0;
        while let Some(count) = self.input.items()? {
            for _ in 0..count {
                self.skip(shape).map_err(|fault| fault.within(Segment::Item(index)))?;
                index += 1;
            }
        }
        Ok(())
    }

    fn skip_entries(&mut self, shape: Id) -> Result<()> {
        let mut index = 0;
        while let Some(count) = self.input.items()? {
            for _ in 0..count {
                self.input.block()?;
                self.skip(shape).map_err(|fault| fault.within(Segment::Entry(index)))?;
                index += 1;
            }
        }
        Ok(())
    }

    /// Reads the index of one of `count` branches, which begins at `start`.
    pub(super) fn index(&mut self, count: usize, start: usize) -> Result<usize> {
        let index = self.input.int()?;
        match usize::try_from(index) {
            Ok(index) if index < count => Ok(index),
            Ok(_) | Err(_) => {
                Err(DecodeError::at(start, DecodeProblem::UnknownBranch { index, count }).into())
            }
        }
    }

    /// Reads the index of one of the `count` symbols of the writer's enum `name`.
    pub(super) fn symbol(&mut self, name: &Name, count: usize) -> Result<usize> {
        let start = self.input.at();
        let index = self.input.int()?;
        match usize::try_from(index) {
            Ok(index) if index < count => Ok(index),
            Ok(_) | Err(_) => {
                let problem = DecodeProblem::UnknownSymbol { name: name.clone(), index, count };
                Err(DecodeError::at(start, problem).into())
            }
        }
    }

    /// Enters a nested value.
    pub(super) fn enter(&mut self) -> Result<()> {
        if self.depth == MAX_DEPTH {
            return Err(self.input.error(DecodeProblem::TooDeep { limit: MAX_DEPTH }).into());
        }
        self.depth += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    fn deeper(&mut self, pass: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.enter()?;
        pass(self)?;
        self.leave();
        Ok(())
    }

    #[cold]
    pub(super) fn within_field(&self, fault: Fault, field: u32) -> Fault {
        fault.within(Segment::Field(&self.program.shapes.names[field as usize]))
    }
}
