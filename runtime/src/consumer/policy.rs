use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// How often a message is tried again if its receiver fails or its version cannot be looked up, and how long
/// the pauses are.
///
/// The pauses double from `first` to `longest`. Each is reduced at random, by up to a half, so that consumers
/// that failed together do not retry together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The number of attempts; 1 means no retry.
    pub attempts: u32,
    /// The pause after the first failure.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

/// What happens to a message that cannot be processed: it has no readable event, its schema is unknown to
/// this program, or its receiver failed in all attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeadLetter {
    /// The message is published to its own topic with this suffix, `orders-dlq`, unchanged except for headers
    /// that say why. Then it is done.
    Suffix(Box<str>),
    /// The message is published to this topic, given without the prefix. Then it is done.
    Topic(Box<str>),
    /// The consumer stops with an error, and the message is delivered again.
    Stop,
}

/// What happens to an event whose type has no receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownType {
    /// The event is done, with an audit line, and the log has one warning for each type.
    #[default]
    Skip,
    /// The event is done, with an audit line. For consumers that need some of the event types of a topic.
    Ignore,
    /// The event is treated as a message that cannot be processed.
    Fail,
}

/// What a consumer does when the log has deleted messages that the group had not done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// It continues with the messages that are left.
    #[default]
    Continue,
    /// It stops with [`ConsumeProblem::Lost`](crate::ConsumeProblem::Lost). A consumer that is started again
    /// continues with the messages that are left.
    Stop,
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
