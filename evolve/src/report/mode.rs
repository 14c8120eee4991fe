use std::fmt;
use std::str::FromStr;

/// What a new version of a schema may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Everything.
    None,
    /// What keeps it reading what the version before wrote.
    Backward,
    /// What lets the version before read what it writes.
    Forward,
    /// What is allowed by both.
    Full,
    /// As `Backward`, for every version before.
    BackwardTransitive,
    /// As `Forward`, for every version before.
    ForwardTransitive,
    /// As `Full`, for every version before.
    FullTransitive,
}

/// Which of two versions reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The new version reads what the old one wrote.
    Backward,
    /// The old version reads what the new one writes.
    Forward,
}

/// A text that is no [`Mode`].
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

    /// The name that registries give it: `FULL_TRANSITIVE`.
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

    /// The directions in which a pair of versions must be compatible.
    pub fn directions(self) -> &'static [Direction] {
        match self {
            Self::None => &[],
            Self::Backward | Self::BackwardTransitive => &[Direction::Backward],
            Self::Forward | Self::ForwardTransitive => &[Direction::Forward],
            Self::Full | Self::FullTransitive => &[Direction::Backward, Direction::Forward],
        }
    }

    /// Whether every version before counts, and not the last alone.
    pub fn is_transitive(self) -> bool {
        match self {
            Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive => true,
            Self::None | Self::Backward | Self::Forward | Self::Full => false,
        }
    }
}

impl Direction {
    /// The mode that demands it alone: `BACKWARD`.
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
        write!(f, "`{}` is no compatibility mode: use ", self.0)?;
        for (place, mode) in Mode::ALL.into_iter().enumerate() {
            f.write_str(match place {
                0 => "",
                _ if place + 1 == Mode::ALL.len() => " or ",
                _ => ", ",
            })?;
            f.write_str(mode.name())?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownMode {}
