mod report;

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use crate::{
    Exit,
    bus::{BusArgs, close, json_line::Refusal, line_sealer::Sealer, outbox::Outbox},
    failure::Failure,
    input::line::Line,
    registry::Loaded,
    terminal::{Terminal, progress::Progress},
};

/// How many bytes are read at once.
const READ_AHEAD: usize = 1 << 20;

/// Publish events from JSON lines
///
/// A line is `{"metadata": {...}, "data": {...}}`, as `consume` prints it. Missing metadata is generated. The
/// event type comes from the line or from --event. With --event, a line may also be only the data: an object
/// without a member `data`.
///
/// A line `{"unreadable": {...}}`, as `consume` prints it, has all parts of a message. It is published as it
/// is, without a check. With --event, such a line is the data of an event.
///
/// Each line is checked against the registry. A line that does not match is refused and reported with its
/// number and the path of the error. The other lines are published, and the exit code is 100.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook publish --bus sqlite:shop.db --topic orders --data events.jsonl
  echo '{\"order\": {...}}' |
      signalbook publish --bus sqlite:shop.db --topic orders \\
      --event com.example.shop.order.placed.v1 --data -
  signalbook publish --bus memory: --topic orders --data -  only check stdin")]
pub(crate) struct Args {
    #[command(flatten)]
    bus: BusArgs,
    /// The event type of lines that do not name one
    #[arg(long, value_name = "TYPE")]
    event: Option<String>,
    /// The file with the lines; `-` for stdin
    #[arg(long, value_name = "FILE|-")]
    data: PathBuf,
    /// The source of events that do not name one
    #[arg(long, value_name = "SOURCE", default_value = "signalbook/cli")]
    source: String,
    /// How to print refused lines
    #[arg(long, value_enum, default_value_t = report::Format::Human)]
    format: report::Format,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let registry = Loaded::load(&args.bus.registry)?;
    let event = args.event.as_deref().map(|event| registry.event_type(event)).transpose()?;
    let (input, size) = open(&args.data)?;
    let bus = args.bus.connect()?;
    let mut publishing = Publishing {
        sealer: Sealer::new(&registry, event, bus.publisher(args.source.as_str())),
        outbox: Outbox::new(&bus, &args.bus.topic, &registry),
        format: args.format,
        progress: Progress::bytes(terminal, size),
        refused: 0,
    };
    let ended = publishing.run(&mut BufReader::with_capacity(READ_AHEAD, input), &args.data);
    let Publishing { outbox: Outbox { published, topic, .. }, refused, .. } = publishing;
    let closed = close(&bus);
    ended?;
    closed?;
    report::summary(terminal, args.format, published, refused, &topic)?;
    Ok(if refused == 0 { Exit::Clean } else { Exit::Findings })
}

/// Publishes lines to the bus.
struct Publishing<'a> {
    sealer: Sealer<'a>,
    outbox: Outbox<'a>,
    format: report::Format,
    progress: Progress,
    refused: usize,
}

impl Publishing<'_> {
    fn run(&mut self, input: &mut BufReader<Box<dyn Read>>, path: &Path) -> Result<(), Failure> {
        let mut text = Vec::new();
        for number in 1_u64.. {
            // Send what there is before waiting for more input.
            if !input.buffer().contains(&b'\n') {
                self.outbox.flush()?;
            }
            let line = Line::read(input, &mut text).map_err(|error| Failure::file("read", path, error))?;
            let Some(line) = line else { break };
            self.progress.advance(line.size);
            if line.too_long {
                self.refuse(number, &[Refusal::new("$", Line::TOO_LONG)])?;
            } else {
                self.line(number, text.trim_ascii())?;
            }
        }
        self.outbox.flush()
    }

    fn line(&mut self, number: u64, line: &[u8]) -> Result<(), Failure> {
        if line.is_empty() {
            return Ok(());
        }
        match self.sealer.seal(line) {
            Ok(message) => self.outbox.push(message)?,
            Err(refusals) => self.refuse(number, &refusals)?,
        }
        Ok(())
    }

    fn refuse(&mut self, number: u64, refusals: &[Refusal]) -> Result<(), Failure> {
        self.refused += 1;
        self.progress.aside(|| report::refused(self.format, number, refusals))
    }
}

/// Opens the input. Also returns its size in bytes, if it is known.
fn open(path: &Path) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(path).map_err(|error| Failure::file("read", path, error))?;
    let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len());
    Ok((Box::new(file), size))
}
