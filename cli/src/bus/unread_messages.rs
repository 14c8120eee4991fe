use signalbook::{
    Bus, Text,
    backend::{BackendError, Delivery, Gap, MessageRange, Partition, Start},
    blocking::block_on,
};

use crate::{
    bus::member::{AT_ONCE, ConsumerArgs, Member, lost},
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
    /// What the group has lost on the topic, as far as it is known.
    gaps: Vec<Gap>,
}

struct UnreadPartition {
    partition: Partition,
    /// The next offset to read.
    next: Text,
    /// The last offset that was read.
    last: Option<Text>,
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

    /// Returns the next messages, or `None` if there are no more.
    pub(crate) fn read(&mut self) -> Result<Option<Vec<Delivery>>, Failure> {
        self.member.keep_alive()?;
        let admin = self.bus.admin().map_err(lost)?;
        while let Some(index) = self.partitions.iter().position(|unread| !unread.is_done) {
            let unread = &self.partitions[index];
            let from = unread.last.as_ref().unwrap_or(&unread.next);
            let MessageRange { mut deliveries, next, .. } =
                block_on(admin.read(&unread.partition, from, AT_ONCE)).map_err(lost)?;
            let is_whole = deliveries.first().is_some_and(|first| first.position.offset == *from);
            if is_whole && unread.last.is_some() {
                deliveries.remove(0);
            }
            // A bus deletes the oldest messages first: if the last message that was read is still there, none
            // after it was deleted.
            if !is_whole {
                self.look_for_losses().map_err(lost)?;
            }
            let unread = &mut self.partitions[index];
            let Some(last) = deliveries.last() else {
                unread.is_done = true;
                continue;
            };
            unread.last = Some(last.position.offset.clone());
            (unread.next, unread.is_read) = (next, true);
            return Ok(Some(deliveries));
        }
        Ok(None)
    }

    /// Records what the group has lost after the messages that were read.
    fn look_for_losses(&mut self) -> Result<(), BackendError> {
        let group = block_on(self.bus.admin()?.group(self.group))?.unwrap_or_default();
        for gap in group.gaps {
            let mut unread = self.partitions.iter_mut();
            let Some(unread) = unread.find(|unread| unread.partition == gap.partition) else { continue };
            match gap.to {
                Some(end) if is_before(&unread.next, &end) => {
                    let gap = Gap::new(gap.partition, gap.reason).between(unread.next.clone(), end.clone());
                    self.gaps.push(gap);
                    (unread.next, unread.last, unread.is_read) = (end, None, true);
                }
                // It is known from the beginning, or these messages were read before they were deleted.
                Some(_) => {}
                None if self.gaps.contains(&gap) => {}
                None => self.gaps.push(gap),
            }
        }
        Ok(())
    }

    /// Leaves the group where it was.
    pub(crate) fn leave(self) -> Result<(), Failure> {
        self.member.leave()
    }

    /// Leaves the group, and moves it past all messages that were read. Returns what the group has lost on
    /// the topic: the bus deleted it before it was read.
    pub(crate) fn acknowledge(mut self) -> Result<Vec<Gap>, Failure> {
        self.look_for_losses().map_err(lost)?;
        self.member.leave()?;
        let read = self.partitions.into_iter().filter(|unread| unread.is_read);
        let targets: Vec<_> = read.map(|unread| (unread.partition, Start::Offset(unread.next))).collect();
        if !targets.is_empty() {
            let moved = self.bus.admin().and_then(|admin| block_on(admin.seek(self.group, targets)));
            moved.map_err(|error| Failure::new("cannot acknowledge the messages").caused_by(error))?;
        }
        Ok(self.gaps)
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
        last: None,
        is_done: false,
    });
    Ok((unread.collect(), gaps))
}

/// Whether an offset comes before another one. An offset is a number, or two with a hyphen; of others it is
/// not known, and a loss must not be missed.
fn is_before(one: &str, other: &str) -> bool {
    let parse = |offset: &str| {
        let (first, second) = offset.split_once('-').unwrap_or((offset, "0"));
        Some((first.parse::<u64>().ok()?, second.parse::<u64>().ok()?))
    };
    parse(one).zip(parse(other)).is_none_or(|(one, other)| one < other)
}

#[cfg(all(test, feature = "sqlite"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};
    use signalbook::backend::{Backend as _, Message, Outgoing};
    use signalbook_sqlite::{Options, Retention, SqliteBackend, Unacknowledged};

    use super::*;

    /// Publishes messages, and deletes all but the last.
    fn publish_and_discard(path: &std::path::Path, messages: usize) {
        let mut retention = Retention::default();
        (retention.max_age, retention.max_messages) = (None, Some(1));
        retention.unacknowledged = Unacknowledged::Discard;
        let file = SqliteBackend::open_with(path, Options::default().retention(retention)).unwrap();
        let batch = (0..messages).map(|_| Outgoing::new("orders", Message::default())).collect();
        block_on(file.publish(batch)).unwrap();
        // Retention runs after the first reply, and before this one.
        block_on(file.publish(Vec::new())).unwrap();
        block_on(file.close()).unwrap();
    }

    /// Reads a topic with 300 messages, of which the first batch has 256. After so many batches, `change` is
    /// called. Returns the number of messages, and the gaps.
    fn read(after: usize, change: impl Fn(&std::path::Path)) -> (usize, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bus.db");
        let url = format!("sqlite:{}", path.display());
        let bus = block_on(signalbook::connect(&url)).unwrap();
        let publish = |topic: &str, messages| {
            let batch = (0..messages).map(|_| Outgoing::new(topic, Message::default())).collect();
            block_on(bus.publish_messages(batch)).unwrap();
        };
        // Offsets of the topic are not consecutive: the first batch ends before a message of another one.
        publish("orders", 256);
        publish("other", 10);
        publish("orders", 44);
        let command = ConsumerArgs::augment_args(clap::Command::new("test"));
        let arguments = ["test", "--bus", &url, "--topic", "orders", "--group", "a"];
        let args = ConsumerArgs::from_arg_matches(&command.get_matches_from(arguments)).unwrap();
        let mut unread = Unread::begin(&bus, &args).unwrap();
        let (mut batches, mut messages) = (0, 0);
        loop {
            if batches == after {
                change(&path);
            }
            let Some(batch) = unread.read().unwrap() else { break };
            (batches, messages) = (batches + 1, messages + batch.len());
        }
        let gaps = unread.acknowledge().unwrap().iter().map(ToString::to_string).collect();
        let group = block_on(bus.admin().unwrap().group("a")).unwrap().unwrap();
        assert_eq!((group.partitions[0].lag, &group.gaps[..]), (Some(0), &[][..]));
        (messages, gaps)
    }

    #[test]
    fn messages_that_are_lost_while_reading_are_told() {
        assert_eq!(read(0, |_| ()), (300, vec![]));
        let lost = "orders[0]@1: messages were lost before offset 310 (trimmed)";
        assert_eq!(read(0, |path| publish_and_discard(path, 0)), (1, vec![lost.to_owned()]));
        let lost = "orders[0]@257: messages were lost before offset 310 (trimmed)";
        assert_eq!(read(1, |path| publish_and_discard(path, 0)), (257, vec![lost.to_owned()]));
        // Only messages that were read are deleted.
        assert_eq!(read(2, |path| publish_and_discard(path, 0)), (300, vec![]));
        let lost = "orders[0]@311: messages were lost before offset 313 (trimmed)";
        assert_eq!(read(2, |path| publish_and_discard(path, 3)), (301, vec![lost.to_owned()]));
    }
}
