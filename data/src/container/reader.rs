use std::fmt;
use std::io::BufRead;

use signalbook_resolve::wire::{Cursor, FREE_ZERO_SIZED};

use super::source::{Result, Source, error_at};
use super::{ContainerProblem, Header, MAX_BLOCK};
use crate::Value;
use crate::decode::Decoder;

/// Reads the data of a container file, one datum at a time.
pub struct Reader<R> {
    source: Source<R>,
    header: Header,
    limit: usize,
    block: Block,
    /// The number of data that were read.
    count: u64,
}

/// A datum of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Datum<'r> {
    /// The value.
    pub value: Value,
    /// The encoded value.
    pub bytes: &'r [u8],
}

/// The block that is being read.
#[derive(Default)]
struct Block {
    /// Its offset in the file.
    offset: u64,
    bytes: Vec<u8>,
    /// The offset of the next datum in the bytes.
    at: usize,
    /// The number of remaining data.
    left: u64,
    /// The number of values of zero bytes that may still be read in the block.
    zero_sized: usize,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// Returns an error if `input` is not a container file, or its header is invalid or not supported.
    pub fn new(input: R) -> Result<Self> {
        Self::with_limit(input, MAX_BLOCK)
    }

    /// As [`new`](Self::new), with another limit than [`MAX_BLOCK`].
    ///
    /// # Errors
    /// Returns the errors of [`new`](Self::new).
    pub fn with_limit(input: R, limit: usize) -> Result<Self> {
        let mut source = Source::new(input);
        let header = Header::read(&mut source, limit)?;
        Ok(Self { source, header, limit, block: Block::default(), count: 0 })
    }

    /// Returns the header of the file.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the next datum, or `None` at the end of the file.
    ///
    /// # Errors
    /// Returns an error if the file is damaged or truncated, or the datum does not conform to the schema. The
    /// rest of the block cannot be read then. The next call continues after the part that was read.
    pub fn read(&mut self) -> Result<Option<Datum<'_>>> {
        while self.block.left == 0 {
            let trailing = self.block.bytes.len() - self.block.at;
            let offset = std::mem::take(&mut self.block).offset;
            if trailing > 0 {
                return Err(error_at(offset, ContainerProblem::TrailingBytes { count: trailing }));
            }
            if self.source.is_at_end()? {
                return Ok(None);
            }
            self.block = self.next_block()?;
        }
        let start = self.block.at;
        match self.decode() {
            Ok(value) => Ok(Some(Datum { value, bytes: &self.block.bytes[start..self.block.at] })),
            Err(error) => {
                self.block = Block::default();
                Err(error)
            }
        }
    }

    fn decode(&mut self) -> Result<Value> {
        let block = &mut self.block;
        let mut decoder = Decoder::new(
            &self.header.schema,
            Cursor::with_zero_sized(&block.bytes[block.at..], block.zero_sized),
        );
        let value = decoder.root().map_err(|source| {
            error_at(block.offset, ContainerProblem::Datum { index: self.count, source: *source })
        })?;
        (block.at, block.zero_sized) = (block.at + decoder.input.at(), decoder.input.zero_sized_left());
        block.left -= 1;
        self.count += 1;
        Ok(value)
    }

    fn next_block(&mut self) -> Result<Block> {
        let offset = self.source.at();
        let at_block = |problem| error_at(offset, problem);
        let count = self.source.long("a block's count")?;
        let left =
            u64::try_from(count).map_err(|_| at_block(ContainerProblem::InvalidLength("a block's count")))?;
        let stored = self.source.part("a block", self.limit)?;
        if self.source.array()? != self.header.marker {
            return Err(at_block(ContainerProblem::WrongMarker));
        }
        let bytes = self.header.codec.unpack(stored, self.limit).map_err(at_block)?;
        let zero_sized = bytes.len().saturating_add(FREE_ZERO_SIZED);
        if left > zero_sized as u64 {
            return Err(at_block(ContainerProblem::TooManyData { count: left }));
        }
        Ok(Block { offset, bytes, at: 0, left, zero_sized })
    }
}

impl<R> fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("header", &self.header)
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}
