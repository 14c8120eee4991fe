use serde::Serialize;

/// A way to build a crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// Everything, including dependencies: debug.
    Full,
    /// The crate alone: `cargo check`, not incremental.
    Check,
    /// The crate alone: debug, not incremental.
    Debug,
    /// The crate alone: release.
    Release,
    /// Debug, incremental, after only the modification time of the file changed.
    Touch,
    /// Debug, incremental, after a field of one struct was added or removed.
    Edit,
}

impl Phase {
    /// All phases, in the order in which they are timed.
    pub(crate) const ALL: &'static [Self] =
        &[Self::Full, Self::Check, Self::Debug, Self::Release, Self::Touch, Self::Edit];

    /// The arguments of cargo.
    pub(crate) fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check"],
            Self::Release => &["build", "--release"],
            Self::Full | Self::Debug | Self::Touch | Self::Edit => &["build"],
        }
    }

    /// Whether it uses the results of the last build.
    pub(crate) fn is_incremental(self) -> bool {
        match self {
            Self::Touch | Self::Edit => true,
            Self::Full | Self::Check | Self::Debug | Self::Release => false,
        }
    }
}
