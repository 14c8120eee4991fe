use serde::Serialize;

/// A way to build a crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// From nothing, dependencies included: debug.
    Full,
    /// The crate alone: `cargo check`, not incremental.
    Check,
    /// The crate alone: debug, not incremental.
    Debug,
    /// The crate alone: release.
    Release,
    /// Debug, incremental, after nothing changed but the file's time.
    Touch,
    /// Debug, incremental, after one struct got or lost a field.
    Edit,
}

impl Phase {
    /// In the order in which they are timed.
    pub(crate) const ALL: &'static [Self] =
        &[Self::Full, Self::Check, Self::Debug, Self::Release, Self::Touch, Self::Edit];

    /// What cargo is told.
    pub(crate) fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check"],
            Self::Release => &["build", "--release"],
            Self::Full | Self::Debug | Self::Touch | Self::Edit => &["build"],
        }
    }

    /// Whether it builds on what the last build left.
    pub(crate) fn is_incremental(self) -> bool {
        match self {
            Self::Touch | Self::Edit => true,
            Self::Full | Self::Check | Self::Debug | Self::Release => false,
        }
    }
}
