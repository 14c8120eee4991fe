use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    num::ParseIntError,
    str::FromStr,
    sync::Arc,
};

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
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "Vec<u32>", into = "Vec<u32>"))]
pub struct LibraryVersion(Parts);

#[derive(Clone)]
enum Parts {
    /// A version of the usual length: each event has one, and it needs no allocation.
    Inline {
        length: usize,
        numbers: [u32; LibraryVersion::INLINE],
    },
    Shared(Arc<[u32]>),
}

impl LibraryVersion {
    /// The number of parts of a version without an allocation.
    const INLINE: usize = 4;

    /// Returns the version of this library.
    pub fn current() -> Self {
        env!("CARGO_PKG_VERSION").parse().unwrap_or_default()
    }

    /// Returns its numbers, the major one first; empty if the sender did not send a version.
    pub fn parts(&self) -> &[u32] {
        match &self.0 {
            Parts::Inline { length, numbers } => numbers.get(..*length).unwrap_or_default(),
            Parts::Shared(parts) => parts,
        }
    }
}

impl Default for LibraryVersion {
    fn default() -> Self {
        Self(Parts::Inline { length: 0, numbers: [0; Self::INLINE] })
    }
}

impl PartialEq for LibraryVersion {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for LibraryVersion {}

impl PartialOrd for LibraryVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LibraryVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(other.parts())
    }
}

impl Hash for LibraryVersion {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl fmt::Debug for LibraryVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LibraryVersion").field(&self.parts()).finish()
    }
}

impl From<Vec<u32>> for LibraryVersion {
    fn from(parts: Vec<u32>) -> Self {
        let mut numbers = [0; Self::INLINE];
        match numbers.get_mut(..parts.len()) {
            Some(inline) => {
                inline.copy_from_slice(&parts);
                Self(Parts::Inline { length: parts.len(), numbers })
            }
            None => Self(Parts::Shared(parts.into())),
        }
    }
}

impl From<LibraryVersion> for Vec<u32> {
    fn from(version: LibraryVersion) -> Self {
        version.parts().to_vec()
    }
}

impl FromStr for LibraryVersion {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        match parse_inline(text.as_bytes()) {
            Some(version) => Ok(version),
            None => text.split('.').map(str::parse).collect::<Result<Vec<_>, _>>().map(Self::from),
        }
    }
}

/// Parses a version of the usual length, as it comes with each event. Returns `None` for others.
fn parse_inline(text: &[u8]) -> Option<LibraryVersion> {
    let (mut length, mut numbers) = (0, [0_u32; LibraryVersion::INLINE]);
    for part in text.split(|byte| *byte == b'.') {
        let number = numbers.get_mut(length).filter(|_| !part.is_empty())?;
        for digit in part {
            let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
            *number = number.checked_mul(10)?.checked_add(digit.into())?;
        }
        length += 1;
    }
    Some(LibraryVersion(Parts::Inline { length, numbers }))
}

impl fmt::Display for LibraryVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts().iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}{part}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_parsed_as_the_standard_library_does(text in "[0-9.+]{0,12}") {
            let parts: Result<Vec<u32>, _> = text.split('.').map(str::parse).collect();
            prop_assert_eq!(text.parse::<LibraryVersion>(), parts.map(LibraryVersion::from));
        }
    }

    #[test]
    fn a_version_of_any_length_is_equal_however_it_was_made() {
        for parts in [&[1][..], &[0, 10, 0], &[1, 2, 3, 4], &[1, 2, 3, 4, 5]] {
            let made = LibraryVersion::from(parts.to_vec());
            assert_eq!(made.parts(), parts);
            assert_eq!(made.to_string().parse(), Ok(made.clone()), "{made:?}");
            assert_eq!(Vec::from(made), parts);
        }
        let parse = |text: &str| text.parse::<LibraryVersion>();
        assert!(parse("1.2.3.4").expect("numbers") < parse("1.2.3.4.0").expect("numbers"));
        for invalid in ["", "1.", "1.2.3.4.x", "-1"] {
            assert!(parse(invalid).is_err(), "{invalid}");
        }
        let current = LibraryVersion::current();
        assert_eq!(current.to_string(), env!("CARGO_PKG_VERSION"));
    }
}
