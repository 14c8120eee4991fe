mod redaction;

use std::{
    collections::HashMap,
    io::{self, BufWriter, Write},
    num::NonZeroUsize,
};

use self::redaction::Redaction;
use signalbook::{
    Metadata, Shutdown, Text,
    backend::Delivery,
    envelope::{self, Strictness},
};
use signalbook_data::{decode, plain};
use signalbook_diagnostics::Sources;
use signalbook_history::History;
use signalbook_model::{Json, Name};

use crate::{
    Exit,
    bus::{
        close, json_line,
        key_and_headers::key_to_json,
        member::{ConsumerArgs, Member},
        shutdown_on_ctrl_c,
        versions::{KnownVersion, Versions},
    },
    failure::Failure,
    registry::{Loaded, history::Ledger},
    terminal::{self, Terminal, count},
};

/// Print the events of a topic as JSON lines or as text
///
/// A line is `{"metadata": {...}, "data": {...}, "key": ..., "headers": {...}, "position":
/// ...}`, in the format that `publish` reads. Printed events are acknowledged for the group, so the next run
/// continues after them. Without --follow, the command ends when there are no more events.
///
/// A message that cannot be read is reported on stderr and printed as `{"unreadable": {"position": ...,
/// "error": ..., "headers": {...}, "payload": HEX}}`. The exit code is then 100.
///
/// If the bus has deleted events that the group had not read, this is reported on stderr, and the exit code
/// is 100 as well.
///
/// With --format human, each event is a block of lines, personal data is replaced by `<redacted: CLASS>`, and
/// unreadable messages are only reported on stderr.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook consume --bus sqlite:shop.db --topic orders --group audit
  signalbook consume --bus sqlite:shop.db --topic orders --group look \\
      --format human
  signalbook consume --bus sqlite:shop.db --topic orders --group audit \\
      --from 2026-01-31T12:00:00Z
  signalbook consume --bus sqlite:shop.db --topic orders --group copy --follow |
      signalbook publish --bus sqlite:other.db --topic orders --data -")]
pub(crate) struct Args {
    #[command(flatten)]
    consumer: ConsumerArgs,
    /// Stop after N messages
    #[arg(long, value_name = "N")]
    max: Option<NonZeroUsize>,
    /// Wait for more events until Ctrl-C
    #[arg(short, long)]
    follow: bool,
    /// How to print events
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// One JSON object per line
    Json,
    /// Text without personal data
    Human,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let registry = Versions::registry(&args.consumer.bus.registry)?;
    let shutdown = shutdown_on_ctrl_c()?;
    let bus = &args.consumer.bus;
    let bus = if args.follow { bus.connect()? } else { bus.connect_to_what_is_there()? };
    let history = match (args.format, &registry) {
        (Format::Human, Some(registry)) => Ledger::find(&registry.root, &mut Sources::new())?,
        (Format::Human | Format::Json, _) => None,
    };
    let member = Member::join(&bus, &args.consumer)?;
    let mut reading = Reading {
        registry: registry.as_ref(),
        versions: Versions::new(registry.as_ref(), &bus),
        history: history.map(|ledger| ledger.history).unwrap_or_default(),
        redactions: HashMap::new(),
        printed: 0,
        unreadable: 0,
        gaps: 0,
    };
    let ended = reading.run(args, &member, &shutdown);
    // Leave the group even if reading failed.
    let left = member.leave().and_then(|()| close(&bus));
    ended?;
    left?;
    terminal.note(match reading.unreadable {
        0 if reading.printed == 0 => {
            format!("0 events: topic `{}` has no new events for the group", args.consumer.bus.topic)
        }
        0 => count(reading.printed, "event"),
        unreadable => format!("{}, {unreadable} of them unreadable", count(reading.printed, "message")),
    });
    Ok(if reading.unreadable + reading.gaps == 0 { Exit::Clean } else { Exit::Findings })
}

struct Reading<'a> {
    registry: Option<&'a Loaded>,
    versions: Versions<'a>,
    /// Empty unless events are redacted.
    history: History,
    /// By event type and minor version.
    redactions: HashMap<(Text, u32), Redaction>,
    printed: usize,
    unreadable: usize,
    gaps: usize,
}

impl Reading<'_> {
    fn run(&mut self, args: &Args, member: &Member, shutdown: &Shutdown) -> Result<(), Failure> {
        while !shutdown.has_begun() {
            let left = args.max.map_or(usize::MAX, NonZeroUsize::get) - self.printed;
            let Some(max) = NonZeroUsize::new(left) else {
                return Ok(());
            };
            let batch = member.receive(max)?;
            if batch.is_empty() && !args.follow {
                return Ok(());
            }
            for gap in &batch.gaps {
                terminal::problem(gap);
                self.gaps += 1;
            }
            self.print(&batch.deliveries, args.format)?;
            let positions = batch.deliveries.into_iter().map(|delivery| delivery.position).collect();
            member.acknowledge(positions)?;
        }
        Ok(())
    }

    /// Prints the messages, and flushes the output.
    fn print(&mut self, deliveries: &[Delivery], format: Format) -> Result<(), Failure> {
        let mut out = BufWriter::new(io::stdout().lock());
        for delivery in deliveries {
            match (self.read(delivery, format)?, format) {
                (Ok(event), Format::Json) => {
                    let ReadEvent { metadata, data, key } = event;
                    json_line::write(&mut out, delivery, &metadata, &data, &key)?;
                }
                (Ok(event), Format::Human) => block(&mut out, delivery, &event.metadata, &event.data)?,
                (Err(reason), format) => {
                    terminal::problem(format_args!("{}: {reason}", delivery.position));
                    // The human format reports it on stderr only.
                    if format == Format::Json {
                        json_line::write_unreadable(&mut out, delivery, &reason)?;
                    }
                    self.unreadable += 1;
                }
            }
            self.printed += 1;
        }
        Ok(out.flush()?)
    }

    /// Reads a message, or returns the reason why it cannot be read.
    ///
    /// # Errors
    /// The bus failed.
    fn read(&mut self, delivery: &Delivery, format: Format) -> Result<Result<ReadEvent, String>, Failure> {
        let metadata = match envelope::open(delivery, Strictness::Lenient) {
            Ok(opened) => opened.metadata,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let found = self.versions.find(&metadata.event_type, metadata.minorversion)?;
        Ok(found.and_then(|version| {
            let data = match &delivery.message.payload {
                None => Json::Null,
                Some(payload) => self.data(&metadata, &version, payload, format)?,
            };
            let key = delivery.message.key.as_deref().filter(|_| format == Format::Json);
            let key = key.map_or(Json::Null, |key| {
                let path = version.key_path.as_deref();
                key_to_json(key, path.and_then(|path| version.schema.key(path)).as_ref())
            });
            Ok(ReadEvent { metadata, data, key })
        }))
    }

    fn data(
        &mut self,
        metadata: &Metadata,
        version: &KnownVersion,
        payload: &[u8],
        format: Format,
    ) -> Result<Json, String> {
        let value = decode(&version.schema, payload).map_err(|error| error.to_string())?;
        let data = match format {
            Format::Json => plain::write(&version.schema, &value),
            Format::Human => self.redaction(metadata, version).write(value),
        };
        data.map_err(|error| error.to_string())
    }

    fn redaction(&mut self, metadata: &Metadata, version: &KnownVersion) -> &Redaction {
        let key = (metadata.event_type.clone(), metadata.minorversion);
        self.redactions.entry(key).or_insert_with(|| {
            let event_type = Name::new(&*metadata.event_type);
            let accepted = self.history.version(&event_type, metadata.minorversion);
            let accepted = accepted.map(|accepted| &accepted.entry.facts.pii);
            let registry = self.registry.map(|registry| &registry.checked.registry);
            Redaction::new(&version.schema, registry, &event_type, accepted.unwrap_or(&version.pii))
        })
    }
}

/// An event that was read from a message.
struct ReadEvent {
    metadata: Metadata,
    data: Json,
    /// Null if there is no key, or if the format does not show it.
    key: Json,
}

/// Writes an event for people: a line with its metadata, a line for each field of its data, and a line that
/// says why it is in a dead-letter topic.
fn block(out: &mut impl Write, delivery: &Delivery, metadata: &Metadata, data: &Json) -> io::Result<()> {
    let Metadata { event_type, id, minorversion, source, sourcehost, time, .. } = metadata;
    // Escaped, because they come from other services and may contain control characters.
    let (id, source, host) = (id.escape_debug(), source.escape_debug(), sourcehost.escape_debug());
    writeln!(out, "{time}  {event_type} minor {minorversion}, {id} from {source} on {host}")?;
    if *data == Json::Null {
        writeln!(out, "  a tombstone, without data")?;
    }
    if let Json::Object(fields) = data {
        for (name, value) in fields {
            writeln!(out, "  {name} = {}", value.to_line())?;
        }
    }
    let headers = &delivery.message.headers;
    if let Some(reason) = headers.get("dlq_reason") {
        let text = |value: Option<&[u8]>| {
            String::from_utf8_lossy(value.unwrap_or_default()).escape_debug().to_string()
        };
        let [error, topic, partition, offset] =
            ["dlq_error", "dlq_topic", "dlq_partition", "dlq_offset"].map(|name| text(headers.get(name)));
        let reason = text(Some(reason));
        writeln!(out, "  dead letter of {topic}[{partition}]@{offset} ({reason}): {error}")?;
    }
    Ok(())
}
