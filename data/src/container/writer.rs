use std::fmt;
use std::io::{self, Write};

use signalbook_resolve::wire::write_length;

use super::{Codec, Header};

/// The size in bytes at which a block ends.
const BLOCK: usize = 64 << 10;

/// Writes a container file. The file is complete when [`finish`](Self::finish) returns.
#[must_use = "a file without its last block is incomplete: call `finish`"]
pub struct Writer<W> {
    out: W,
    codec: Codec,
    marker: [u8; 16],
    /// The data of the current block.
    block: Vec<u8>,
    /// The number of data in the current block.
    count: usize,
}

impl<W: Write> Writer<W> {
    /// Creates a writer, and writes the header.
    ///
    /// # Errors
    /// Returns an error if the header cannot be written.
    pub fn new(mut out: W, header: &Header) -> io::Result<Self> {
        out.write_all(&header.to_bytes())?;
        Ok(Self { out, codec: header.codec, marker: header.marker, block: Vec::new(), count: 0 })
    }

    /// Appends a datum of the header's schema, as [`encode`](crate::encode) and the derives write it. The
    /// bytes are not checked.
    ///
    /// # Errors
    /// Returns an error if a full block cannot be written.
    pub fn append(&mut self, datum: &[u8]) -> io::Result<()> {
        self.block.extend_from_slice(datum);
        self.count += 1;
        // Data of zero bytes also fill a block, because readers limit their number.
        if self.block.len() >= BLOCK || self.count >= BLOCK { self.end_block() } else { Ok(()) }
    }

    /// Writes the last block.
    ///
    /// # Errors
    /// Returns an error if the block cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        if self.count > 0 {
            self.end_block()?;
        }
        self.out.flush()?;
        Ok(self.out)
    }

    fn end_block(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        write_length(&mut head, std::mem::take(&mut self.count));
        let stored = self.codec.pack(std::mem::take(&mut self.block));
        write_length(&mut head, stored.len());
        self.out.write_all(&head)?;
        self.out.write_all(&stored)?;
        self.out.write_all(&self.marker)
    }
}

impl<W> fmt::Debug for Writer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("codec", &self.codec).finish_non_exhaustive()
    }
}
