mod container_rows;

use std::{
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

use signalbook_data::container::Reader;

use self::container_rows::Rows;
use crate::{
    Exit,
    bus::{BusArgs, close, line_sealer::Sealer, outbox::Outbox},
    failure::Failure,
    registry::Loaded,
    terminal::{BOLD, Terminal, count, print, progress::Progress},
};

/// Publish the events of Avro container files
///
/// Files of `export` become the original messages, with metadata, key, headers and payload, at new positions.
/// Events are checked against the registry: it must have their version, with the schema of the file.
///
/// The rows of other files must be the data of one event, which --event names. They are resolved to the
/// current version of the event, and their metadata is generated.
///
/// A row that does not match is refused and reported with its number. The other rows are published, and the
/// exit code is 100. Messages are published in the order of the files and of their rows.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook import --bus sqlite:copy.db --topic orders orders-2026-01
  signalbook import --bus sqlite:copy.db --topic orders failed/messages.avro
  signalbook import --bus sqlite:shop.db --topic orders \\
      --event com.example.shop.order.placed.v1 orders.avro
  signalbook import --bus memory: --topic orders orders-2026-01  only check")]
pub(crate) struct Args {
    #[command(flatten)]
    bus: BusArgs,
    /// The event type of files without metadata
    #[arg(long, value_name = "TYPE")]
    event: Option<String>,
    /// The source of events that do not name one
    #[arg(long, value_name = "SOURCE", default_value = "signalbook/cli")]
    source: String,
    /// The files; for a folder, all `.avro` files below it
    #[arg(value_name = "FILE|DIR", required = true, value_hint = clap::ValueHint::AnyPath)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let registry = Loaded::load(&args.bus.registry)?;
    let event = args.event.as_deref().map(|event| registry.event_type(event)).transpose()?;
    let mut files = Vec::new();
    for path in &args.files {
        find(path, &mut files)?;
    }
    let bus = args.bus.connect()?;
    let mut import = Import {
        sealer: Sealer::new(&registry, event, bus.publisher(args.source.as_str())),
        outbox: Outbox::new(&bus, &args.bus.topic, &registry),
        progress: Progress::bytes(terminal, total(&files)),
        refused: 0,
    };
    let ended = files.iter().try_for_each(|path| import.file(path)).and_then(|()| import.outbox.flush());
    let Import { outbox: Outbox { published, topic, .. }, refused, .. } = import;
    let closed = close(&bus);
    ended?;
    closed?;
    let refused_too = match refused {
        0 => String::new(),
        refused => format!("; {} refused", count(refused, "row")),
    };
    terminal.summary(format_args!("published {} to `{topic}`{refused_too}", count(published, "message")))?;
    Ok(if refused == 0 { Exit::Clean } else { Exit::Findings })
}

struct Import<'a> {
    sealer: Sealer<'a>,
    outbox: Outbox<'a>,
    progress: Progress,
    refused: usize,
}

impl Import<'_> {
    fn file(&mut self, path: &Path) -> Result<(), Failure> {
        let file = File::open(path).map_err(|error| Failure::file("read", path, error))?;
        let damaged = |error| Failure::new(format!("cannot read `{}`", path.display())).caused_by(error);
        let mut reader = Reader::new(BufReader::new(self.progress.reading(file))).map_err(damaged)?;
        let mut rows = Rows::of(&reader.header().schema, &self.sealer)
            .map_err(|failure| failure.about(format!("cannot import `{}`", path.display())))?;
        for number in 1_u64.. {
            let row = match reader.read() {
                Ok(Some(row)) => row,
                Ok(None) => break,
                Err(error) => {
                    self.outbox.flush()?;
                    let published = count(self.outbox.published, "message");
                    return Err(damaged(error).help(format!("{published} before the error were published")));
                }
            };
            match rows.message(row) {
                Ok(message) => self.outbox.push(message)?,
                Err(reason) => {
                    self.refused += 1;
                    let row = format_args!("{}, row {number}", path.display());
                    self.progress.aside(|| print(format_args!("{BOLD}{row}{BOLD:#}: {reason}")))?;
                }
            }
        }
        Ok(())
    }
}

/// Adds the files at a path. The files of a folder are sorted by name.
fn find(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let failed = |error| Failure::file("read the folder", path, error);
    let mut below = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        below.push(entry.map_err(failed)?.path());
    }
    below.sort();
    for path in below {
        if path.is_dir() || path.extension().is_some_and(|extension| extension == "avro") {
            find(&path, files)?;
        }
    }
    Ok(())
}

/// The total size in bytes. Returns `None` if a path is not a file.
fn total(files: &[PathBuf]) -> Option<u64> {
    let size = |path: &PathBuf| fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|file| file.len());
    files.iter().map(size).sum()
}
