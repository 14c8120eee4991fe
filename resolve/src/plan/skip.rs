//! How a run passes over values.

use super::error::Fault;
use super::graph::Id;
use super::leaves::{Leaf, MOST_LEVELS};
use super::program::Shape;
use super::run::{Result, Run};
use crate::{DecodeProblem, MAX_DEPTH, path};

impl Run<'_> {
    /// Passes over the fields from `start` to `end` of a record that the run is in.
    #[inline]
    pub(super) fn pass(&mut self, start: u32, end: u32) -> Result<()> {
        if self.is_exact || self.depth + MOST_LEVELS as usize > MAX_DEPTH {
            return self.skip_fields(start, end);
        }
        let leaves = &self.program.shapes.leaves;
        if self.pass_leaves(leaves.fields(start, end)) { Ok(()) } else { Err(self.elsewhere()) }
    }

    /// Passes over values fast; whether they were all there.
    fn pass_leaves(&mut self, leaves: &[Leaf]) -> bool {
        let mut next = 0;
        while let Some(leaf) = leaves.get(next) {
            next += 1;
            let is_there = match *leaf {
                Leaf::Block => self.input.pass_block(),
                Leaf::Long => self.input.pass_long(),
                Leaf::Nullable { null, rest } => match self.input.pass_index(2) {
                    Some(index) if index == null => {
                        next += rest as usize;
                        self.input.zero_sized().is_ok()
                    }
                    Some(_) => true,
                    None => false,
                },
                Leaf::Boolean => self.input.pass_boolean(),
                Leaf::Int => self.input.pass_int(),
                Leaf::Fixed(size) => self.input.pass(size as usize),
                Leaf::Enum(count) => self.input.pass_index(count).is_some(),
                Leaf::Nothing => self.input.zero_sized().is_ok(),
                Leaf::Other { shape, level } => {
                    self.depth += level as usize;
                    let skipped = self.skip(shape).is_ok();
                    self.depth -= level as usize;
                    skipped
                }
            };
            if !is_there {
                return false;
            }
        }
        true
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
