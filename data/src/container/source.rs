use std::io::{BufRead, ErrorKind, Read as _};

use super::{ContainerError, ContainerProblem};

pub(super) type Result<T> = std::result::Result<T, ContainerError>;

/// Reads a file from front to back. Lengths are limited, and memory is allocated only for bytes that exist.
pub(super) struct Source<R> {
    input: R,
    at: u64,
}

impl<R: BufRead> Source<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, at: 0 }
    }

    /// Returns the number of bytes that were read.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn is_at_end(&mut self) -> Result<bool> {
        match self.input.fill_buf() {
            Ok(buffer) => Ok(buffer.is_empty()),
            Err(error) => Err(self.error(ContainerProblem::Io(error))),
        }
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        match self.input.read_exact(&mut array) {
            Ok(()) => {
                self.at += N as u64;
                Ok(array)
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Err(self.error(ContainerProblem::UnexpectedEnd))
            }
            Err(error) => Err(self.error(ContainerProblem::Io(error))),
        }
    }

    /// Reads a length and as many bytes.
    pub(super) fn part(&mut self, what: &'static str, limit: usize) -> Result<Vec<u8>> {
        let start = self.at;
        let size = self.long(what)?;
        let size = u64::try_from(size).map_err(|_| error_at(start, ContainerProblem::InvalidLength(what)))?;
        match usize::try_from(size) {
            Ok(size) if size <= limit => self.take(size),
            Ok(_) | Err(_) => Err(error_at(start, ContainerProblem::TooLarge { what, size, limit })),
        }
    }

    pub(super) fn long(&mut self, what: &'static str) -> Result<i64> {
        let start = self.at;
        let mut encoded = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let [byte] = self.array()?;
            let part = u64::from(byte & 0x7f);
            if (part << shift) >> shift != part {
                break;
            }
            encoded |= part << shift;
            if byte & 0x80 == 0 {
                return Ok((encoded >> 1).cast_signed() ^ -(encoded & 1).cast_signed());
            }
        }
        Err(error_at(start, ContainerProblem::InvalidLength(what)))
    }

    /// Reads `size` bytes. The memory grows with the bytes that are read.
    fn take(&mut self, size: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match self.input.by_ref().take(size as u64).read_to_end(&mut bytes) {
            Ok(read) if read == size => {
                self.at += size as u64;
                Ok(bytes)
            }
            Ok(_) => Err(self.error(ContainerProblem::UnexpectedEnd)),
            Err(error) => Err(self.error(ContainerProblem::Io(error))),
        }
    }

    pub(super) fn error(&self, problem: ContainerProblem) -> ContainerError {
        error_at(self.at, problem)
    }
}

pub(super) fn error_at(offset: u64, problem: ContainerProblem) -> ContainerError {
    ContainerError { offset, problem }
}
