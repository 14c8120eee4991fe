use std::fmt;
use std::str::FromStr;

/// Which readers and writers must be compatible when a schema changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Every change is allowed.
    None,
    /// Readers of the new version read what the last version wrote.
    Backward,
    /// Readers of the last version read what the new version writes.
    Forward,
    /// `Backward` and `Forward`.
    Full,
    /// Readers of the new version read what any earlier version wrote.
    BackwardTransitive,
    /// Readers of any earlier version read what the new version writes.
    ForwardTransitive,
    /// `BackwardTransitive` and `ForwardTransitive`.
    #[default]
    FullTransitive,
}

/// Which of two versions is the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The new version reads what the old one wrote.
    Backward,
    /// The old version reads what the new one writes.
    Forward,
}

/// A text that does not name a [`Mode`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownMode(String);

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Backward,
        Self::Forward,
        Self::Full,
        Self::BackwardTransitive,
        Self::ForwardTransitive,
        Self::FullTransitive,
    ];

    /// Returns the name in settings and in schema registries: `FULL_TRANSITIVE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Backward => "BACKWARD",
            Self::Forward => "FORWARD",
            Self::Full => "FULL",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::FullTransitive => "FULL_TRANSITIVE",
        }
    }

    /// Returns the directions in which a pair of versions must be compatible.
    pub fn directions(self) -> &'static [Direction] {
        match self {
            Self::None => &[],
            Self::Backward | Self::BackwardTransitive => &[Direction::Backward],
            Self::Forward | Self::ForwardTransitive => &[Direction::Forward],
            Self::Full | Self::FullTransitive => &[Direction::Backward, Direction::Forward],
        }
    }

    /// Returns the directions in which a new version must be compatible with an earlier one. `age` is the
    /// number of versions between them.
    pub fn directions_with(self, age: usize) -> &'static [Direction] {
        if age == 0 || self.is_transitive() { self.directions() } else { &[] }
    }

    /// Whether every earlier version counts, and not only the last one.
    pub fn is_transitive(self) -> bool {
        match self {
            Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive => true,
            Self::None | Self::Backward | Self::Forward | Self::Full => false,
        }
    }
}

impl Direction {
    /// Returns the name of the mode that requires only this direction: `BACKWARD`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backward => Mode::Backward.name(),
            Self::Forward => Mode::Forward.name(),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        let named = Self::ALL.into_iter().find(|mode| mode.name() == text);
        named.ok_or_else(|| UnknownMode(text.to_owned()))
    }
}

impl fmt::Display for UnknownMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a compatibility mode: use ", self.0)?;
        for (index, mode) in Mode::ALL.into_iter().enumerate() {
            f.write_str(match index {
                0 => "",
                _ if index + 1 == Mode::ALL.len() => " or ",
                _ => ", ",
            })?;
            f.write_str(mode.name())?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownMode {}
