use signalbook::{
    Bus, Text,
    backend::{BackendError, Delivery, Gap, Partition, Start},
    blocking::block_on,
};

use crate::{
    bus::group::{AT_ONCE, ConsumerArgs, Member, lost},
    failure::Failure,
};

/// The messages of a topic that a group has not acknowledged, read without receiving them: the group moves
/// past all of them at the end, or not at all. The member does not claim them, and keeps only one batch in
/// memory.
///
/// This process is a member of the group meanwhile, so that no other one does the same.
pub(crate) struct Unread<'a> {
    bus: &'a Bus,
    group: &'a str,
    member: Member,
    partitions: Vec<UnreadPartition>,
    /// What the group has lost on the topic.
    gaps: Vec<Gap>,
}

struct UnreadPartition {
    partition: Partition,
    /// The next offset to read.
    next: Text,
    /// Whether messages were read, or lost before they were read.
    is_read: bool,
    /// Whether all messages were read.
    is_done: bool,
}

impl<'a> Unread<'a> {
    pub(crate) fn begin(bus: &'a Bus, args: &'a ConsumerArgs) -> Result<Self, Failure> {
        let member = Member::join(bus, args)?;
        match partitions(bus, args, member.name()) {
            Ok((partitions, gaps)) => Ok(Self { bus, group: &args.group, member, partitions, gaps }),
            Err(error) => {
                // If leaving fails too, the first error says more.
                drop(member.leave());
                let attempt = format!("cannot read all messages of the group `{}`", args.group);
                Err(Failure::new(attempt).caused_by(error))
            }
        }
    }

    /// What the group has lost on the topic: the bus deleted it before it was read.
    pub(crate) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Returns the next messages, or `None` if there are no more.
    pub(crate) fn read(&mut self) -> Result<Option<Vec<Delivery>>, Failure> {
        self.member.keep_alive()?;
        let admin = self.bus.admin().map_err(lost)?;
        while let Some(unread) = self.partitions.iter_mut().find(|unread| !unread.is_done) {
            let range = block_on(admin.read(&unread.partition, &unread.next, AT_ONCE)).map_err(lost)?;
            if range.deliveries.is_empty() {
                unread.is_done = true;
                continue;
            }
            (unread.next, unread.is_read) = (range.next, true);
            return Ok(Some(range.deliveries));
        }
        Ok(None)
    }

    /// Leaves the group where it was.
    pub(crate) fn leave(self) -> Result<(), Failure> {
        self.member.leave()
    }

    /// Leaves the group, and moves it past all messages that were read.
    pub(crate) fn acknowledge(self) -> Result<(), Failure> {
        self.member.leave()?;
        let read = self.partitions.into_iter().filter(|unread| unread.is_read);
        let targets: Vec<_> = read.map(|unread| (unread.partition, Start::Offset(unread.next))).collect();
        if targets.is_empty() {
            return Ok(());
        }
        let moved = self.bus.admin().and_then(|admin| block_on(admin.seek(self.group, targets)));
        moved.map_err(|error| Failure::new("cannot acknowledge the messages").caused_by(error))
    }
}

/// Where the group is on the partitions of the topic, and what it has lost there. An error if it has other
/// live members.
fn partitions(
    bus: &Bus,
    args: &ConsumerArgs,
    member: &str,
) -> Result<(Vec<UnreadPartition>, Vec<Gap>), BackendError> {
    let topic = bus.topic(&args.bus.topic);
    let group = block_on(bus.admin()?.group(&args.group))?.unwrap_or_default();
    let others = group.members.iter().filter(|other| other.is_live && *other.name != *member);
    let mut others = others.map(|other| &*other.name).peekable();
    if others.peek().is_some() {
        return Err(BackendError::live_members(&args.group, others));
    }
    let mut gaps = group.gaps;
    gaps.retain(|gap| gap.partition.topic == topic);
    let of_topic = group.partitions.into_iter().filter(|progress| progress.partition.topic == topic);
    let unread = of_topic.map(|progress| UnreadPartition {
        is_read: gaps.iter().any(|gap| gap.partition == progress.partition),
        partition: progress.partition,
        next: progress.position,
        is_done: false,
    });
    Ok((unread.collect(), gaps))
}
