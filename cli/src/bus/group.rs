use std::{
    hash::{BuildHasher as _, RandomState},
    num::NonZeroUsize,
    time::Duration,
};

use signalbook::{
    Bus, Time,
    backend::{BackendError, Batch, Position, Start, Subscriber, Subscription},
    blocking::block_on,
};

use crate::failure::Failure;

/// Who reads, and from where on.
#[derive(Debug, clap::Args)]
pub(crate) struct GroupArgs {
    /// The group that reads: each event goes to it once, and it goes on where it stopped
    #[arg(long, value_name = "NAME")]
    group: String,
    /// Where to begin: `earliest` and `latest` are for a new group, an offset or a time moves any group there
    #[arg(long, value_name = "earliest|latest|ID|TIME", default_value = "earliest", value_parser = parse_start)]
    from: Start,
}

/// A member of a group.
pub(crate) struct Member(Box<dyn Subscriber>);

/// How many messages are asked for at once.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not zero");
/// How long the bus may take to say that there is nothing more; also how soon Ctrl-C is heard.
const WAIT: Duration = Duration::from_millis(250);
/// How long this process may be silent before what it holds goes to another member of the group.
const CLAIM_AFTER: Duration = Duration::from_secs(30);

impl Member {
    pub(crate) fn join(bus: &Bus, topic: &str, args: &GroupArgs) -> Result<Self, Failure> {
        let subscription = Subscription {
            topics: vec![bus.topic(topic)],
            group: args.group.as_str().into(),
            member: member().into(),
            start: args.from.clone(),
            claim_after: CLAIM_AFTER,
        };
        block_on(bus.backend().subscribe(subscription)).map(Self).map_err(|error| {
            Failure::new(format!("cannot read as the group `{}`", args.group)).caused_by(error)
        })
    }

    /// Up to `max` messages; none where no more are there for now.
    pub(crate) fn receive(&self, max: NonZeroUsize) -> Result<Batch, Failure> {
        block_on(self.0.receive(max.min(AT_ONCE), WAIT)).map_err(lost)
    }

    pub(crate) fn acknowledge(&self, positions: Vec<Position>) -> Result<(), Failure> {
        block_on(self.0.acknowledge(positions)).map_err(lost)
    }

    /// Leaves the group, and closes the bus: what was received and not acknowledged goes back at once.
    pub(crate) fn leave(self, bus: &Bus) -> Result<(), Failure> {
        let left = block_on(self.0.close()).and_then(|()| block_on(bus.close()));
        left.map_err(|error| Failure::new("cannot leave the group").caused_by(error))
    }
}

fn lost(error: BackendError) -> Failure {
    Failure::new("the bus is no longer readable").caused_by(error)
}

/// A name that no other process has, on this machine or another: process ids repeat between containers.
fn member() -> String {
    format!("signalbook-{}-{:016x}", std::process::id(), RandomState::new().hash_one(0_u8))
}

fn parse_start(text: &str) -> Result<Start, String> {
    Ok(match text {
        "earliest" => Start::Earliest,
        "latest" => Start::Latest,
        _ if is_offset(text) => Start::Offset(text.into()),
        _ => {
            let time: Time = text.parse().map_err(|error| {
                format!("{error}; nor `earliest`, `latest` or the offset of a message, such as `42`")
            })?;
            Start::Time(time.to_system_time())
        }
    })
}

/// Whether it is an offset in the notation of some backend: a number, or two with a hyphen.
fn is_offset(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (first, second) = text.split_once('-').unwrap_or((text, "0"));
    is_number(first) && is_number(second)
}
