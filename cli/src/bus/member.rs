use std::{
    hash::{BuildHasher as _, RandomState},
    num::NonZeroUsize,
    time::Duration,
};

use signalbook::{
    Bus, Time,
    backend::{BackendError, Batch, Position, Start, Subscriber, Subscription, receive_and_release},
    blocking::block_on,
};

use crate::{bus::BusArgs, failure::Failure};

/// The arguments of a verb that consumes events.
#[derive(Debug, clap::Args)]
pub(crate) struct ConsumerArgs {
    #[command(flatten)]
    pub(crate) bus: BusArgs,
    /// The consumer group; it reads each event once and continues where it stopped
    #[arg(long, value_name = "NAME")]
    pub(crate) group: String,
    /// Where to start: `earliest` and `latest` apply to a new group only; an offset or a time also moves an
    /// existing group, which must have no live members
    #[arg(long, value_name = "earliest|latest|ID|TIME")]
    #[arg(default_value = "earliest", value_parser = parse_start)]
    from: Start,
}

/// A member of a group.
pub(crate) struct Member {
    name: String,
    subscriber: Box<dyn Subscriber>,
}

/// The maximum number of messages per request.
pub(crate) const AT_ONCE: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not zero");
/// How long to wait for messages. Also the time until Ctrl-C takes effect.
const WAIT: Duration = Duration::from_millis(250);
/// How long this process may be silent before another member claims its messages.
const CLAIM_AFTER: Duration = Duration::from_secs(30);

impl Member {
    pub(crate) fn join(bus: &Bus, args: &ConsumerArgs) -> Result<Self, Failure> {
        if let Start::Offset(_) | Start::Time(_) = args.from {
            move_group(bus, args).map_err(|error| {
                Failure::new(format!("cannot move the group `{}`", args.group)).caused_by(error)
            })?;
        }
        let name = unique_name();
        let subscription = Subscription::new(args.group.as_str(), [bus.topic(&args.bus.topic)])
            .with_member(name.as_str())
            .with_start(args.from.clone())
            .with_claim_after(CLAIM_AFTER);
        block_on(bus.subscribe(subscription))
            .map(|subscriber| Self { name, subscriber })
            .map_err(|error| Failure::new(format!("cannot join the group `{}`", args.group)).caused_by(error))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Receives up to `max` messages. Returns an empty batch if there are no more at the moment. All earlier
    /// messages are acknowledged: partitions that are about to be revoked are released.
    pub(crate) fn receive(&self, max: NonZeroUsize) -> Result<Batch, Failure> {
        block_on(receive_and_release(&*self.subscriber, max.min(AT_ONCE), WAIT)).map_err(lost)
    }

    pub(crate) fn acknowledge(&self, positions: Vec<Position>) -> Result<(), Failure> {
        block_on(self.subscriber.acknowledge(positions)).map_err(lost)
    }

    /// Sends a heartbeat.
    pub(crate) fn keep_alive(&self) -> Result<(), Failure> {
        block_on(self.subscriber.keep_alive()).map_err(lost)
    }

    /// Leaves the group. Messages that are not acknowledged go back to the group at once.
    pub(crate) fn leave(self) -> Result<(), Failure> {
        let left = block_on(self.subscriber.close());
        left.map_err(|error| Failure::new("cannot leave the group").caused_by(error))
    }
}

/// Moves a group that has read the topic before. A new one begins at its start.
fn move_group(bus: &Bus, args: &ConsumerArgs) -> Result<(), BackendError> {
    let admin = bus.admin()?;
    let topic = bus.topic(&args.bus.topic);
    let Some(group) = block_on(admin.group(&args.group))? else { return Ok(()) };
    let partitions = group.partitions.into_iter().map(|progress| progress.partition);
    let partitions = partitions.filter(|partition| partition.topic == topic);
    let targets: Vec<_> = partitions.map(|partition| (partition, args.from.clone())).collect();
    if targets.is_empty() { Ok(()) } else { block_on(admin.seek(&args.group, targets)) }
}

pub(crate) fn lost(error: BackendError) -> Failure {
    Failure::new("cannot read from the bus").caused_by(error)
}

/// A name that is unique across machines: process ids repeat between containers.
fn unique_name() -> String {
    format!("signalbook-{}-{:016x}", std::process::id(), RandomState::new().hash_one(0_u8))
}

fn parse_start(text: &str) -> Result<Start, String> {
    Ok(match text {
        "earliest" => Start::Earliest,
        "latest" => Start::Latest,
        _ if is_offset(text) => Start::Offset(text.into()),
        _ => {
            let time: Time = text.parse().map_err(|error| {
                format!("{error}; `earliest`, `latest` and an offset such as `42` are also possible")
            })?;
            Start::Time(time.to_system_time())
        }
    })
}

/// Whether `text` is an offset of some backend: a number, or two with a hyphen.
fn is_offset(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (first, second) = text.split_once('-').unwrap_or((text, "0"));
    is_number(first) && is_number(second)
}
