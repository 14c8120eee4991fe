//! How a run passes over values.

use super::error::Fault;
use super::graph::Id;
use super::leaves::{Leaf, MOST_LEVELS};
use super::program::Shape;
use super::run::{Result, Run};
use crate::input::Input;
use crate::{DecodeProblem, MAX_DEPTH, path};

impl<'a> Run<'a> {
    /// Passes over the fields from `start` to `end` of a record that the run is in.
    #[inline]
    pub(super) fn pass(&mut self, start: u32, end: u32) -> Result<()> {
        if self.is_exact || self.depth + MOST_LEVELS as usize > MAX_DEPTH {
            return self.skip_fields(start, end);
        }
        let leaves = &self.program.shapes.leaves;
        self.pass_leaves(leaves.fields(start, end)).ok_or_else(|| self.elsewhere())
    }

    /// Passes over values fast; none where they are not all there.
    fn pass_leaves(&mut self, mut leaves: &[Leaf]) -> Option<()> {
        let mut rest = self.input.rest();
        while let Some((leaf, after)) = leaves.split_first() {
            leaves = after;
            rest = match (*leaf, rest.split_first()) {
                // A length that is not negative, in one byte.
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

    /// Passes over what `rest` begins with, and returns what follows.
    #[inline]
    fn pass_one(&mut self, rest: &'a [u8], pass: impl FnOnce(&mut Input<'a>) -> bool) -> Option<&'a [u8]> {
        self.input.go_to(rest);
        pass(&mut self.input).then(|| self.input.rest())
    }

    /// Something does not fit; the exact run says what.
    #[cold]
    fn elsewhere(&self) -> Fault {
        self.input.error(DecodeProblem::UnexpectedEnd { needed: 0, left: 0 }).into()
    }

    /// Passes over a value.
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
            Shape::Array(items) => self.deeper(|run| run.skip_items(*items))?,
            Shape::Map(values) => self.deeper(|run| run.skip_entries(*values))?,
            Shape::Union(branches) => {
                let start = self.input.at();
                let index = self.index(branches.len(), start)?;
                let branch = shapes.parts[branches.start as usize + index];
                self.deeper(|run| run.skip(branch))?;
            }
            Shape::Record(fields) if fields.is_empty() => self.input.zero_sized()?,
            Shape::Record(fields) => self.deeper(|run| run.pass(fields.start, fields.end))?,
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
                self.skip(shape).map_err(|fault| fault.within(path::Step::Item(index)))?;
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
                self.skip(shape).map_err(|fault| fault.within(path::Step::Entry(index)))?;
                index += 1;
            }
        }
        Ok(())
    }
}
