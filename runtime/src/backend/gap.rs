use std::fmt;

use super::Partition;
use crate::Text;

/// Messages that a group has lost: the log does not have them any more, and the group had not done them.
/// [`Batch::gaps`](super::Batch::gaps) tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// The partition.
    pub partition: Partition,
    /// The offset of the first lost message, or the position of the group, if the log knows it.
    pub from: Option<Text>,
    /// An offset after the last lost message, if the log knows it.
    pub to: Option<Text>,
    /// How many messages were lost, if the log knows.
    pub messages: Option<u64>,
    /// Why they were lost.
    pub reason: GapReason,
}

/// Why messages were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GapReason {
    /// The log deleted messages to stay within a size or an age.
    Trimmed,
    /// Messages had a time to live of their own.
    Expired,
    /// The position of the group is not an offset of the partition: the topic was created again, or the log
    /// deleted more than the group had read.
    OutOfRange,
    /// The topic or the group does not exist any more.
    Gone,
}

impl Gap {
    /// A gap whose range and number of messages are not known.
    pub fn new(partition: Partition, reason: GapReason) -> Self {
        Self { partition, from: None, to: None, messages: None, reason }
    }

    /// Sets the offset of the first lost message, and an offset after the last one.
    #[must_use]
    pub fn between(mut self, from: impl Into<Text>, to: impl Into<Text>) -> Self {
        (self.from, self.to) = (Some(from.into()), Some(to.into()));
        self
    }

    /// Sets the number of lost messages.
    #[must_use]
    pub fn with_messages(mut self, messages: u64) -> Self {
        self.messages = Some(messages);
        self
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.partition.fmt(f)?;
        if let Some(from) = &self.from {
            write!(f, "@{from}")?;
        }
        match self.messages {
            Some(1) => f.write_str(": 1 message was lost")?,
            Some(messages) => write!(f, ": {messages} messages were lost")?,
            None => f.write_str(": messages were lost")?,
        }
        if let Some(to) = &self.to {
            write!(f, " before offset {to}")?;
        }
        write!(f, " ({})", self.reason)
    }
}

impl fmt::Display for GapReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trimmed => "trimmed",
            Self::Expired => "expired",
            Self::OutOfRange => "offset out of range",
            Self::Gone => "topic or group gone",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_says_what_is_known() {
        let gap = Gap::new(Partition { topic: "orders".into(), number: 1 }, GapReason::Gone);
        assert_eq!(gap.to_string(), "orders[1]: messages were lost (topic or group gone)");
        let gap = Gap { reason: GapReason::Trimmed, ..gap.between("17", "42").with_messages(25) };
        assert_eq!(gap.to_string(), "orders[1]@17: 25 messages were lost before offset 42 (trimmed)");
    }
}
