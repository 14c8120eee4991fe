use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::{self, File},
    hash::{BuildHasher as _, RandomState},
    io::{BufWriter, IntoInnerError},
    path::{Path, PathBuf},
    rc::Rc,
};

use signalbook::{Shutdown, backend::Delivery};
use signalbook_data::{
    container::{Codec, Header, Writer},
    decode,
};
use signalbook_model::Schema;

use crate::{
    Exit,
    bus::{
        close,
        export_row::{EventRow, message_row},
        member::ConsumerArgs,
        shutdown_on_ctrl_c,
        unread_messages::Unread,
        versions::Versions,
    },
    failure::Failure,
    terminal::{self, Terminal, count, progress::Progress},
};

/// Write the events of a topic to Avro container files
///
/// Writes one file for each event type and minor version, DIR/EVENT TYPE/MINOR.avro, because a container file
/// has one schema. Its rows are {metadata, key, headers, data}. Any Avro library can read them, and `import`
/// restores the messages from them. A message that cannot be read as an event (for example, if the registry
/// does not have its version) is written to DIR/messages.avro with the reason. It is also reported, and the
/// exit code is 100.
///
/// If the bus has deleted messages that were not read, before the export or during it, this is reported as
/// well, with the exit code 100.
///
/// The headers of dead letters give the reason why each message is in the dead-letter topic.
///
/// The folder is created only if the export succeeds. Then the exported messages are acknowledged for the
/// group, so the next run continues after them. The group must have no other live members.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook export --bus sqlite:shop.db --topic orders --group archive \\
      --out orders-2026-01
  signalbook export --bus sqlite:shop.db --topic orders --group archive \\
      --out jan --from 2026-01-01T00:00:00Z
  signalbook export --bus sqlite:shop.db --topic orders-dlq --group archive \\
      --out failed --codec null")]
pub(crate) struct Args {
    #[command(flatten)]
    consumer: ConsumerArgs,
    /// The folder to create; it must not exist
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    out: PathBuf,
    /// The compression of the files
    #[arg(long, value_enum, default_value_t = Compression::Deflate)]
    codec: Compression,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Compression {
    /// Supported by all Avro libraries
    Deflate,
    /// No compression
    Null,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    if args.out.exists() {
        return Err(Failure::new(format!("`{}` already exists", args.out.display()))
            .help("pass a new folder: an export does not overwrite files"));
    }
    let registry = Versions::registry(&args.consumer.bus.registry)?;
    let shutdown = shutdown_on_ctrl_c()?;
    let bus = args.consumer.bus.connect_to_what_is_there()?;
    let folder = Unfinished::next_to(&args.out)?;
    let mut unread = Unread::begin(&bus, &args.consumer)?;
    let codec = match args.codec {
        Compression::Deflate => Codec::Deflate,
        Compression::Null => Codec::Null,
    };
    let versions = Versions::new(registry.as_ref(), &bus);
    let mut export = Export { versions, codec, folder, files: BTreeMap::new(), events: 0, kept: 0 };
    let ended = export.run(&mut unread, &shutdown, terminal).and_then(|()| export.finish(&args.out));
    let left = if ended.is_ok() { unread.acknowledge() } else { unread.leave().map(|()| Vec::new()) };
    let left = left.and_then(|gaps| close(&bus).map(|()| gaps));
    let (events, kept) = ended?;
    let gaps = left?;
    for gap in &gaps {
        terminal::problem(gap);
    }
    let kept_too = match kept {
        0 => String::new(),
        kept => format!("; wrote {} to `messages.avro`", count(kept, "unreadable message")),
    };
    let lost_too = if gaps.is_empty() { "" } else { "; events were lost" };
    terminal.summary(format_args!(
        "exported {} to `{}`{kept_too}{lost_too}",
        count(events, "event"),
        args.out.display()
    ))?;
    Ok(if kept == 0 && gaps.is_empty() { Exit::Clean } else { Exit::Findings })
}

struct Export<'a> {
    versions: Versions<'a>,
    codec: Codec,
    folder: Unfinished,
    /// The files by event type and minor version; `None` is the file of messages that are kept as they are.
    files: BTreeMap<Option<Version>, Writer<BufWriter<File>>>,
    events: usize,
    kept: usize,
}

impl Export<'_> {
    /// Writes all messages.
    fn run(
        &mut self,
        unread: &mut Unread<'_>,
        shutdown: &Shutdown,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let progress = Progress::bytes(terminal, None);
        while let Some(deliveries) = unread.read()? {
            if shutdown.has_begun() {
                return Err(Failure::new("interrupted: nothing was exported or acknowledged"));
            }
            for delivery in deliveries {
                match self.event(&delivery)? {
                    Ok(event) => {
                        self.write(Some(event.version), || EventRow::schema(&event.schema), &event.row)?;
                        self.events += 1;
                    }
                    Err(reason) => {
                        progress.aside(|| terminal::problem(format_args!("{}: {reason}", delivery.position)));
                        let row = message_row::to_bytes(&delivery.message, &reason);
                        self.write(None, message_row::schema, &row)?;
                        self.kept += 1;
                    }
                }
                progress.advance(delivery.message.payload.as_ref().map_or(0, Vec::len) as u64);
            }
        }
        Ok(())
    }

    /// Makes the row of an event, or returns the reason why it has none.
    ///
    /// # Errors
    /// The bus failed.
    fn event(&mut self, delivery: &Delivery) -> Result<Result<Event, String>, Failure> {
        let row = match EventRow::of(delivery) {
            Ok(row) => row,
            Err(reason) => return Ok(Err(reason)),
        };
        let (event_type, minor) = (&row.metadata.event_type, row.metadata.minorversion);
        Ok(self.versions.find(event_type, minor)?.and_then(|version| {
            let schema = Rc::clone(&version.schema);
            EventRow::can_hold(&schema)?;
            let payload = delivery.message.payload.as_deref().unwrap_or_default();
            decode(&schema, payload).map_err(|error| error.to_string())?;
            Ok(Event { version: (event_type.to_string(), minor), row: row.to_bytes(payload), schema })
        }))
    }

    fn write(
        &mut self,
        version: Option<Version>,
        schema: impl FnOnce() -> Schema,
        row: &[u8],
    ) -> Result<(), Failure> {
        let path = self.folder.path.join(match &version {
            Some((event_type, minor)) => Path::new(event_type).join(format!("{minor}.avro")),
            None => PathBuf::from("messages.avro"),
        });
        let failed = |error| Failure::file("write", &path, error);
        let writer = match self.files.entry(version) {
            Entry::Occupied(file) => file.into_mut(),
            Entry::Vacant(file) => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(failed)?;
                }
                let out = BufWriter::new(File::create(&path).map_err(failed)?);
                let header = Header { codec: self.codec, ..Header::new(schema(), marker()) };
                file.insert(Writer::new(out, &header).map_err(failed)?)
            }
        };
        writer.append(row).map_err(failed)
    }

    /// Renames the folder to `out`. Returns the number of events and of messages that are not events.
    fn finish(self, out: &Path) -> Result<(usize, usize), Failure> {
        let failed = |error| Failure::file("write", out, error);
        for writer in self.files.into_values() {
            let file = writer.finish().and_then(|out| out.into_inner().map_err(IntoInnerError::into_error));
            file.and_then(|file| file.sync_all()).map_err(failed)?;
        }
        if self.events + self.kept > 0 {
            fs::rename(&self.folder.path, out).map_err(failed)?;
        }
        Ok((self.events, self.kept))
    }
}

/// An event that can be read.
struct Event {
    version: Version,
    schema: Rc<Schema>,
    row: Vec<u8>,
}

/// An event type and a minor version.
type Version = (String, u32);

/// A folder that is removed unless it was renamed.
struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    fn next_to(out: &Path) -> Result<Self, Failure> {
        let mut path = out.as_os_str().to_owned();
        path.push(format!(".{}.new", std::process::id()));
        let path = PathBuf::from(path);
        fs::create_dir_all(&path).map_err(|error| Failure::file("create the folder", &path, error))?;
        Ok(Self { path })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // The folder does not exist if it was renamed. Other errors are ignored.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Sixteen random bytes: the hasher of the standard library has a random key.
fn marker() -> [u8; 16] {
    let mut marker = [0; 16];
    for half in marker.chunks_exact_mut(8) {
        half.copy_from_slice(&RandomState::new().hash_one(0_u8).to_le_bytes());
    }
    marker
}
