use std::{collections::BTreeMap, fmt, num::NonZeroUsize, time::Duration};

use super::{BackendError, BoxFuture, Delivery, Gap, Partition, Start};
use crate::Text;

/// The administration of a log: its topics, the groups that read them, and where these groups are.
///
/// All topics are full topics, including the prefix. A function that a log does not have returns
/// [`ErrorKind::Unsupported`](super::ErrorKind::Unsupported).
///
/// A member is *live* if it has not left its group, and its last heartbeat is not older than its
/// [`claim_after`](super::Subscription::claim_after).
pub trait Admin: fmt::Debug + Send + Sync {
    /// Returns the partitions of all topics, sorted.
    fn topics(&self) -> BoxFuture<'static, Result<Vec<PartitionInfo>, BackendError>>;

    /// Returns the names of all groups, sorted.
    fn groups(&self) -> BoxFuture<'static, Result<Vec<Box<str>>, BackendError>>;

    /// Describes a group. Returns `None` if it does not exist.
    fn group(&self, group: &str) -> BoxFuture<'static, Result<Option<GroupInfo>, BackendError>>;

    /// Moves a group on these partitions: on all of them, or on none if there is an error. The group gets
    /// each message from there on, whether it was done before or not, and no message before. A group that
    /// does not exist is created. The move is durable when the future completes.
    ///
    /// The error is [`ErrorKind::Refused`](super::ErrorKind::Refused) while the group has live members, and
    /// [`ErrorKind::Invalid`](super::ErrorKind::Invalid) if a partition does not exist, or ends before the
    /// offset.
    fn seek(
        &self,
        group: &str,
        targets: Vec<(Partition, Start)>,
    ) -> BoxFuture<'static, Result<(), BackendError>>;

    /// Deletes the positions of a group on every topic. Returns whether the group existed. If it is used
    /// again, it begins as a new group.
    ///
    /// The error is [`ErrorKind::Refused`](super::ErrorKind::Refused) while the group has live members.
    fn forget(&self, group: &str) -> BoxFuture<'static, Result<bool, BackendError>>;

    /// Reads up to `max` messages of a partition, from an offset on. It needs no group and leaves no trace.
    /// The [`attempt`](Delivery::attempt) of each is 1.
    ///
    /// The error is [`ErrorKind::Invalid`](super::ErrorKind::Invalid) if the partition does not exist, or if
    /// `from` is not an offset.
    fn read(
        &self,
        partition: &Partition,
        from: &str,
        max: NonZeroUsize,
    ) -> BoxFuture<'static, Result<MessageRange, BackendError>>;
}

/// A partition of a topic, as [`Admin::topics`] returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartitionInfo {
    /// The partition.
    pub partition: Partition,
    /// The offset of its oldest message; the end if it has no messages.
    pub first: Text,
    /// An offset after its newest message.
    pub end: Text,
    /// How many messages it has, if the log knows.
    pub messages: Option<u64>,
}

/// A group, as [`Admin::group`] returns it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupInfo {
    /// The partitions on which the group has a position, sorted.
    pub partitions: Vec<PartitionProgress>,
    /// Its members, sorted by name. Members that died without leaving may be among them.
    pub members: Vec<MemberInfo>,
    /// What the group has lost and its members were not told yet, as far as the log knows. Looking at it does
    /// not count as telling; [`Admin::seek`] forgets what was lost on the partitions that move.
    pub gaps: Vec<Gap>,
}

/// The progress of a group on a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartitionProgress {
    /// The partition.
    pub partition: Partition,
    /// The next offset to read: all messages before it are done. Later ones may be done too, if members
    /// acknowledged them out of order.
    pub position: Text,
    /// An offset after the newest message.
    pub end: Text,
    /// How many messages are not done, if the log knows.
    pub lag: Option<u64>,
    /// The messages that members hold, if the log knows.
    pub pending: Option<Pending>,
}

/// Messages that members of a group received and have not acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pending {
    /// How many there are.
    pub messages: u64,
    /// The age of the oldest: how long ago the log accepted it. `None` if there are none.
    pub oldest: Option<Duration>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemberInfo {
    /// Its name.
    pub name: Box<str>,
    /// Whether it is live: while there is such a member, the group does not move.
    pub is_live: bool,
    /// How long ago it sent its last heartbeat, if the log knows.
    pub heartbeat: Option<Duration>,
    /// The partitions that are assigned to it or of which it holds messages, and how many messages it holds
    /// of each; 0 if the log does not know.
    pub held: BTreeMap<Partition, u64>,
}

/// Messages of a partition, as [`Admin::read`] returns them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageRange {
    /// The messages, in order. If there are none, there are none from the given offset on.
    pub deliveries: Vec<Delivery>,
    /// The offset after the last of them, from which the next call continues.
    pub next: Text,
}

impl PartitionInfo {
    /// A partition whose number of messages is not known.
    pub fn new(partition: Partition, first: impl Into<Text>, end: impl Into<Text>) -> Self {
        Self { partition, first: first.into(), end: end.into(), messages: None }
    }
}

impl GroupInfo {
    /// Sorts its partitions and its members.
    pub fn new(mut partitions: Vec<PartitionProgress>, mut members: Vec<MemberInfo>) -> Self {
        partitions.sort_unstable_by(|one, other| one.partition.cmp(&other.partition));
        members.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Self { partitions, members, gaps: Vec::new() }
    }
}

impl PartitionProgress {
    /// A progress whose lag and whose pending messages are not known.
    pub fn new(partition: Partition, position: impl Into<Text>, end: impl Into<Text>) -> Self {
        Self { partition, position: position.into(), end: end.into(), lag: None, pending: None }
    }
}

impl Pending {
    /// The number of messages, and the age of the oldest.
    pub fn new(messages: u64, oldest: Option<Duration>) -> Self {
        Self { messages, oldest }
    }
}

impl MemberInfo {
    /// A member that holds no messages, and whose last heartbeat is not known.
    pub fn new(name: impl Into<Box<str>>, is_live: bool) -> Self {
        Self { name: name.into(), is_live, heartbeat: None, held: BTreeMap::new() }
    }
}

impl MessageRange {
    /// Messages, and the offset after the last of them.
    pub fn new(deliveries: Vec<Delivery>, next: impl Into<Text>) -> Self {
        Self { deliveries, next: next.into() }
    }
}
