use std::fmt;

/// Reads Avro's binary encoding from a buffer, checking every length before it allocates.
#[derive(Debug)]
pub struct Decoder<'de> {
    input: &'de [u8],
}

/// Why bytes are not a value of the type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The buffer ends within a value.
    UnexpectedEnd,
    /// Bytes are left over after the value.
    TrailingBytes {
        /// How many.
        count: usize,
    },
}

impl<'de> Decoder<'de> {
    /// A decoder at the start of `input`.
    pub fn new(input: &'de [u8]) -> Self {
        Self { input }
    }

    /// Demands that all has been read.
    ///
    /// # Errors
    /// [`DecodeError::TrailingBytes`].
    pub fn finish(self) -> Result<(), DecodeError> {
        match self.input.len() {
            0 => Ok(()),
            count => Err(DecodeError::TrailingBytes { count }),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd => f.write_str("the buffer ends within a value"),
            Self::TrailingBytes { count } => write!(f, "{count} bytes are left over after the value"),
        }
    }
}

impl std::error::Error for DecodeError {}
