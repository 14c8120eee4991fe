mod container;
mod jsonl;

use std::{
    fmt,
    fs::{self, File},
    io::{self, BufRead, BufReader, Cursor, Read as _, Write as _},
    path::{Path, PathBuf},
    rc::Rc,
};

use signalbook::single_object::MARKER;
use signalbook_data::{container::MAGIC, decode, plain};
use signalbook_model::{Json, Name, Schema, escape_controls};

use self::jsonl::Resolver;
use crate::{
    Exit,
    bus::{close, connect_to_what_is_there, versions::Versions},
    failure::Failure,
    input::{
        hex,
        jsonl_mode::{self, Question},
    },
    registry::{Loaded, RegistryArgs, Version},
    terminal::Terminal,
};

/// Decode the bytes of an event to JSON
///
/// The schema comes from --event or --schema. A single object names its schema by a fingerprint, which is
/// looked up in the registry and its history. A container file (`.avro`) contains its schema; each of its
/// rows is printed as one line of JSON.
///
/// With --bus, a version that the registry does not have is read from the log of the bus, where publishers
/// record the schemas of their events. Then no registry folder is needed.
///
/// With --jsonl, each line `{"id", "reader", "writer", "hex"}` on stdin contains two schemas as JSON and a
/// bare datum of the writer schema. It is answered with a line `{"id", "avro_json"}` or `{"id", "error"}` on
/// stdout, in the same order. `avro_json` is the datum resolved to the reader schema, in Avro's JSON
/// encoding. The exit code is 0 if all data were read, and 100 otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook decode --event com.example.shop.order.placed.v1 payload.bin
  signalbook decode --event com.example.shop.order.placed.v1 --hex '08 41 ...'
  signalbook decode --bus sqlite:shop.db \\
      --event com.example.shop.order.placed.v1 --minor 0 payload.bin
  xxd -r -p dump.txt | signalbook decode -
  signalbook decode --schema order.avsc --framing datum payload.bin
  signalbook decode orders-2026-01/com.example.shop.order.placed.v1/0.avro
  signalbook decode --jsonl < data.jsonl | jq 'select(.error)'")]
#[command(group = clap::ArgGroup::new("input").required(true))]
pub(crate) struct Args {
    /// The file with the bytes; `-` for stdin
    #[arg(group = "input", value_name = "FILE")]
    file: Option<PathBuf>,
    /// The bytes in hexadecimal; spaces, colons, commas and `0x` are allowed between bytes
    #[arg(long, group = "input", value_name = "HEX")]
    hex: Option<String>,
    /// Decode one datum for each line of stdin
    #[arg(long, group = "input", conflicts_with_all = ["event", "schema", "framing"])]
    jsonl: bool,
    /// The event type of the bytes
    #[arg(long, value_name = "TYPE", conflicts_with = "schema")]
    event: Option<String>,
    /// The minor version of the bytes, if it is an older one in the history
    #[arg(long, value_name = "N", requires = "event")]
    minor: Option<u32>,
    /// The URL of a bus, such as `sqlite:shop.db`: its log may have the version if the registry does not
    #[arg(long, value_name = "URL", requires = "minor")]
    bus: Option<String>,
    /// The prefix of all topics of the bus
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true, requires = "bus")]
    prefix: String,
    /// The Avro schema that the bytes were written with
    #[arg(long, value_name = "AVSC")]
    schema: Option<PathBuf>,
    /// The framing: what precedes the datum
    #[arg(long, value_enum, default_value_t = Framing::Auto)]
    framing: Framing,
    #[command(flatten)]
    registry: RegistryArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Framing {
    /// Detect the framing
    Auto,
    /// None, as on Redis and SQLite
    Datum,
    /// C3 01 and the CRC-64-AVRO fingerprint of the schema
    SingleObject,
    /// 00 and the id of the schema in a schema registry, as on Kafka
    Confluent,
    /// An object container file, which contains its schema
    Container,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    if args.jsonl {
        let mut resolver = Resolver::default();
        return jsonl_mode::answer(|question: &Question<'_>| resolver.read(question));
    }
    let unread = |error| Failure::file("read", args.path(), error);
    let (mut input, mut bytes) = (args.open()?, Vec::new());
    input.by_ref().take(MAGIC.len() as u64).read_to_end(&mut bytes).map_err(unread)?;
    if args.is_container(&bytes) {
        container::print(Cursor::new(bytes).chain(input), terminal)?;
        return Ok(Exit::Clean);
    }
    input.read_to_end(&mut bytes).map_err(unread)?;
    let writer = Writer::choose(args)?;
    let (frame, what, data) = decode_one(&writer, &bytes, Frame::possible(&bytes, args.framing)?)?;
    terminal.note(format_args!("{what}, {frame}"));
    print_json(&data)?;
    Ok(Exit::Clean)
}

/// Decodes the bytes in the only framing that they fit. Returns the framing, a description of the schema and
/// the data. The fingerprint of a single object is proof enough of its framing.
fn decode_one<'a>(
    writer: &Writer,
    bytes: &[u8],
    frames: Vec<Frame<'a>>,
) -> Result<(Frame<'a>, String, Json), Failure> {
    let (mut decoded, mut failures) = (Vec::new(), Vec::new());
    for frame in frames {
        match writer.decode(&frame) {
            Ok((what, data)) => {
                let is_proven = matches!(frame, Frame::SingleObject { .. });
                decoded.push((frame, what, data));
                if is_proven {
                    break;
                }
            }
            Err(reason) => failures.push(format!("{frame}: {reason}")),
        }
    }
    if let [_, _, ..] = decoded.as_slice() {
        let fitting: Vec<_> = decoded.iter().map(|(frame, ..)| format!("{frame}")).collect();
        let flags: Vec<_> =
            decoded.iter().map(|(frame, ..)| format!("`--framing {}`", frame.flag())).collect();
        let what = format!("these {} bytes fit two framings", bytes.len());
        return Err(Failure::new(format!("{what}\n  {}", fitting.join("\n  ")))
            .help(format!("choose the framing: {}", flags.join(" or "))));
    }
    decoded.pop().ok_or_else(|| {
        let what = format!("cannot decode these {} bytes", bytes.len());
        Failure::new(format!("{what}\n  {}", failures.join("\n  "))).help(
            "pass the event type with --event or the schema with --schema, and the framing with --framing",
        )
    })
}

impl Args {
    fn path(&self) -> &Path {
        self.file.as_deref().unwrap_or(Path::new("-"))
    }

    fn open(&self) -> Result<Box<dyn BufRead>, Failure> {
        if let Some(hex) = &self.hex {
            let bytes = hex::from_hex(hex).map_err(|reason| Failure::new(format!("--hex: {reason}")))?;
            return Ok(Box::new(Cursor::new(bytes)));
        }
        let path = self.path();
        if path == Path::new("-") {
            return Ok(Box::new(io::stdin().lock()));
        }
        let file = File::open(path).map_err(|error| Failure::file("read", path, error))?;
        Ok(Box::new(BufReader::new(file)))
    }

    /// Whether input that begins with `head` is a container file. If an event or a schema is given, only
    /// `--framing container` makes it one.
    fn is_container(&self, head: &[u8]) -> bool {
        match self.framing {
            Framing::Container => true,
            Framing::Auto => self.event.is_none() && self.schema.is_none() && head == MAGIC,
            Framing::Datum | Framing::SingleObject | Framing::Confluent => false,
        }
    }
}

fn print_json(data: &Json) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{}", escape_controls(data.to_text_pretty()))?)
}

/// A datum and its framing.
enum Frame<'a> {
    Datum(&'a [u8]),
    SingleObject { fingerprint: u64, datum: &'a [u8] },
    Confluent { id: u32, datum: &'a [u8] },
}

impl<'a> Frame<'a> {
    /// The possible framings of the bytes, the most likely first.
    fn possible(bytes: &'a [u8], framing: Framing) -> Result<Vec<Self>, Failure> {
        let datum = || Some(Self::Datum(bytes));
        let frames: Vec<_> = match framing {
            Framing::Datum => datum().into_iter().collect(),
            Framing::SingleObject => Self::single_object(bytes).into_iter().collect(),
            Framing::Confluent => Self::confluent(bytes).into_iter().collect(),
            Framing::Container => Vec::new(),
            Framing::Auto => {
                [Self::single_object(bytes), datum(), Self::confluent(bytes)].into_iter().flatten().collect()
            }
        };
        if frames.is_empty() {
            let begin = match framing {
                Framing::SingleObject => "C3 01 and eight bytes of fingerprint",
                Framing::Container => "`Obj` and 01",
                Framing::Auto | Framing::Datum | Framing::Confluent => "00 and four bytes of schema id",
            };
            return Err(Failure::new(format!("these {} bytes do not begin with {begin}", bytes.len()))
                .help("omit --framing to detect the framing"));
        }
        Ok(frames)
    }

    fn single_object(bytes: &'a [u8]) -> Option<Self> {
        let (fingerprint, datum) = bytes.strip_prefix(&MARKER)?.split_first_chunk()?;
        Some(Self::SingleObject { fingerprint: u64::from_le_bytes(*fingerprint), datum })
    }

    fn confluent(bytes: &'a [u8]) -> Option<Self> {
        let (id, datum) = bytes.strip_prefix(&[0])?.split_first_chunk()?;
        Some(Self::Confluent { id: u32::from_be_bytes(*id), datum })
    }

    /// Returns the value of `--framing`.
    fn flag(&self) -> &'static str {
        match self {
            Self::Datum(_) => "datum",
            Self::SingleObject { .. } => "single-object",
            Self::Confluent { .. } => "confluent",
        }
    }

    fn datum(&self) -> &'a [u8] {
        match self {
            Self::Datum(datum) | Self::SingleObject { datum, .. } | Self::Confluent { datum, .. } => datum,
        }
    }
}

impl fmt::Display for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Datum(_) => f.write_str("a bare datum"),
            Self::SingleObject { fingerprint, .. } => {
                write!(f, "a single object of the schema {fingerprint:016x}")
            }
            Self::Confluent { id, .. } => write!(f, "in Confluent framing, schema id {id}"),
        }
    }
}

/// How to find the writer schema of the bytes.
enum Writer {
    /// A schema of a version of an event, or of a file.
    Schema { name: String, schema: Rc<Schema> },
    /// A schema of the registry. If the framing does not name one, it is the current schema of the event, if
    /// an event is given.
    Registry(Box<Loaded>, Option<Name>),
}

impl Writer {
    fn choose(args: &Args) -> Result<Self, Failure> {
        if let Some(path) = &args.schema {
            let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, error))?;
            // Data can be read even if Avro forbids the names in the schema.
            let (schema, _irregularities) = Schema::parse_lenient(&text).map_err(|error| {
                Failure::new(format!("`{}` is not an Avro schema", path.display())).caused_by(error)
            })?;
            return Ok(Self::Schema { name: path.display().to_string(), schema: Rc::new(schema) });
        }
        if let (Some(url), Some(event_type), Some(minor)) = (&args.bus, &args.event, args.minor) {
            let registry = Versions::registry(&args.registry)?;
            let bus = connect_to_what_is_there(url, &args.prefix)?;
            let found = Versions::new(registry.as_ref(), &bus).find(event_type, minor);
            let closed = close(&bus);
            let version = found?.map_err(Failure::new)?;
            closed?;
            let schema = Rc::clone(&version.schema);
            return Ok(Self::Schema { name: format!("{event_type}, minor version {minor}"), schema });
        }
        let registry = Loaded::load(&args.registry)?;
        let event_type = args.event.as_ref().map(|event| registry.event_type(event).cloned()).transpose()?;
        if let (Some(event_type), Some(minor)) = (&event_type, args.minor) {
            let schema = registry.schema(event_type.as_str(), minor).map_err(Failure::new)?;
            return Ok(Self::Schema { name: format!("{event_type}, minor version {minor}"), schema });
        }
        Ok(Self::Registry(Box::new(registry), event_type))
    }

    /// Decodes the datum, and returns a description of its schema with it.
    fn decode(&self, frame: &Frame<'_>) -> Result<(String, Json), String> {
        match (self, frame) {
            (Self::Schema { name, schema }, Frame::SingleObject { fingerprint, datum }) => {
                let expected = schema.fingerprint();
                if *fingerprint != expected {
                    return Err(format!("`{name}` has the schema {expected:016x}"));
                }
                Ok((name.clone(), to_json(schema, datum)?))
            }
            (Self::Schema { name, schema }, Frame::Datum(_) | Frame::Confluent { .. }) => {
                Ok((name.clone(), to_json(schema, frame.datum())?))
            }
            (Self::Registry(registry, event_type), Frame::SingleObject { fingerprint, datum }) => {
                let found = registry.by_fingerprint(*fingerprint, event_type.as_ref());
                let Some(version) = found.map_err(|failure| failure.to_string())? else {
                    return Err(match event_type {
                        Some(event_type) => format!("no version of `{event_type}` has this schema"),
                        None => "no event of the registry or its history has this schema".to_owned(),
                    });
                };
                let Version { event_type, minor, schema } = version;
                Ok((format!("{event_type}, minor version {minor}"), to_json(&schema, datum)?))
            }
            (Self::Registry(registry, Some(event_type)), Frame::Datum(_) | Frame::Confluent { .. }) => {
                let minor = registry.event(event_type.as_str())?.minor;
                let schema = registry.schema(event_type.as_str(), minor)?;
                Ok((event_type.to_string(), to_json(&schema, frame.datum())?))
            }
            (Self::Registry(_, None), Frame::Datum(_) | Frame::Confluent { .. }) => {
                Err("the event type is not known".to_owned())
            }
        }
    }
}

fn to_json(schema: &Schema, datum: &[u8]) -> Result<Json, String> {
    let value = decode(schema, datum).map_err(|error| error.to_string())?;
    plain::write(schema, &value).map_err(|error| error.to_string())
}
