use std::{fmt, num::ParseIntError, str::FromStr, sync::Arc};

/// The version of a library as a tuple of numbers, so that 0.10 is later than 0.9. Displayed as `0.1.0`.
///
/// ```
/// use signalbook_runtime::LibraryVersion;
///
/// let [old, new]: [LibraryVersion; 2] = ["0.9.0".parse()?, "0.10.0".parse()?];
/// assert!(old < new);
/// assert_eq!(new.to_string(), "0.10.0");
/// # Ok::<(), std::num::ParseIntError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "Vec<u32>"))]
pub struct LibraryVersion(Arc<[u32]>);

impl LibraryVersion {
    /// Returns the version of this library.
    pub fn current() -> Self {
        let parts = [
            env!("CARGO_PKG_VERSION_MAJOR"),
            env!("CARGO_PKG_VERSION_MINOR"),
            env!("CARGO_PKG_VERSION_PATCH"),
        ];
        Self(parts.iter().filter_map(|part| part.parse().ok()).collect())
    }

    /// Returns its numbers, the major one first; empty if the sender did not send a version.
    pub fn parts(&self) -> &[u32] {
        &self.0
    }
}

impl From<Vec<u32>> for LibraryVersion {
    fn from(parts: Vec<u32>) -> Self {
        Self(parts.into())
    }
}

impl FromStr for LibraryVersion {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.split('.').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for LibraryVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}{part}")?;
        }
        Ok(())
    }
}
