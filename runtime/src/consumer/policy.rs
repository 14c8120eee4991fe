use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// How often a message is tried whose receiver fails, or whose version cannot be looked up, and how long the pauses between are.
///
/// The pauses grow twofold from `first` to `longest`, and each is cut by up to a half at random, so that consumers that
/// fail together do not come back together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How often in all; 1 is no second try.
    pub attempts: u32,
    /// The pause after the first failure.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

/// What becomes of a message that cannot be processed: unusable, of a schema that this program does not have, or failed
/// after all attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeadLetter {
    /// It goes to the topic of its own with this behind the name, `orders-dlq`, whole and with headers that say why; then
    /// it is done.
    Suffix(Box<str>),
    /// It goes to this topic, without prefix.
    Topic(Box<str>),
    /// The consumer stops with an error, and the message is handed out again.
    Stop,
}

/// What becomes of an event whose type has no receiver here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownType {
    /// It is done, with an audit line: a topic holds events of several types, and a consumer wants some of them.
    #[default]
    Skip,
    /// It is treated as a message that cannot be processed.
    Fail,
}

impl Retry {
    /// No second try.
    pub const NONE: Self = Self::new(1, Duration::ZERO, Duration::ZERO);

    /// Sets all three; 1 attempt is no second try.
    pub const fn new(attempts: u32, first: Duration, longest: Duration) -> Self {
        Self { attempts, first, longest }
    }

    /// The pause after so many failures.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let full = self.first.saturating_mul(1 << doublings).min(self.longest);
        // A hasher of the standard library is keyed at random: enough to spread pauses.
        let random = RandomState::new().hash_one(failures) >> 32;
        let cut = f64::from(u32::try_from(random).unwrap_or(0)) / f64::from(u32::MAX) / 2.0;
        full.mul_f64(1.0 - cut)
    }
}

impl Default for Retry {
    /// Five attempts, with pauses from 100 ms to 30 s.
    fn default() -> Self {
        Self::new(5, Duration::from_millis(100), Duration::from_secs(30))
    }
}

impl Default for DeadLetter {
    fn default() -> Self {
        Self::Suffix("-dlq".into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pauses_double_up_to_the_longest(failures in 1_u32..100) {
            let retry = Retry::new(9, Duration::from_secs(1), Duration::from_secs(1000));
            let full = Duration::from_secs(2_u64.saturating_pow(failures - 1)).min(retry.longest);
            let pause = retry.pause(failures);
            prop_assert!(pause <= full && pause >= full / 2, "{pause:?} of {full:?}");
        }
    }
}
