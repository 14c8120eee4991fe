use std::fmt;

/// Appends Avro's binary encoding to a buffer of the caller's.
#[derive(Debug)]
pub struct Encoder<'out> {
    out: &'out mut Vec<u8>,
    error: Option<EncodeError>,
}

/// Why a value cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// An open enum holds a symbol that its schema does not have, and no fallback stands for it.
    UnknownSymbol {
        /// The enum's Rust type.
        rust_type: &'static str,
    },
}

impl<'out> Encoder<'out> {
    /// An encoder that appends to `out`.
    pub fn new(out: &'out mut Vec<u8>) -> Self {
        Self { out, error: None }
    }

    /// Keeps `error`, if it is the first.
    pub fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }

    /// Appends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// The first error.
    ///
    /// # Errors
    /// The first that [`fail`](Self::fail) was given.
    pub fn finish(self) -> Result<(), EncodeError> {
        self.error.map_or(Ok(()), Err)
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSymbol { rust_type } => {
                write!(f, "an unknown symbol of `{rust_type}` cannot be written: the enum has no fallback")
            }
        }
    }
}

impl std::error::Error for EncodeError {}
