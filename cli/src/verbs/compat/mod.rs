mod judgement;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use self::judgement::{Found, Judgement, Verdict, Witness};
use crate::{
    Outcome,
    failure::Failure,
    jsonl::{self, Answer as _, Question},
    terminal::{self, BOLD, Terminal},
};

/// Say whether one Avro schema reads what another wrote
///
/// The verdict, and the list of incompatibilities, are those of Apache Avro's reference for Java; the root's pointer is the
/// empty text. Findings are beside it: the true cause of each incompatibility with an event that shows it, what the reader
/// makes of the data that it reads, and what is irregular in the schemas. No registry is needed.
///
/// With --jsonl, lines `{"id", "reader", "writer"}` on stdin, with the schemas as JSON, become lines
/// `{"id", "verdict": "compatible" | "incompatible" | "error", "incompatibilities", "findings"}` on stdout, one for one and
/// in order. The exit code is 0 where all are compatible, else 100.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook compat --reader new.avsc --writer old.avsc        is the change backward compatible?
  signalbook compat --reader old.avsc --writer new.avsc        is it forward compatible?
  signalbook compat --jsonl < pairs.jsonl | jq 'select(.verdict != \"compatible\")'")]
#[command(group = clap::ArgGroup::new("input").required(true))]
pub(crate) struct Args {
    /// The schema that reads
    #[arg(long, value_name = "AVSC", group = "input", requires = "writer")]
    reader: Option<PathBuf>,
    /// The schema that wrote
    #[arg(long, value_name = "AVSC", requires = "reader")]
    writer: Option<PathBuf>,
    /// Judge a pair for each line of stdin
    #[arg(long, group = "input", conflicts_with_all = ["writer", "format"])]
    jsonl: bool,
    /// How to print the verdict
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object
    Json,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome, Failure> {
    let (Some(reader), Some(writer)) = (&args.reader, &args.writer) else {
        return jsonl::answer(|question: &Question<'_>| {
            Judgement::of(question.reader()?, question.writer()?)
        });
    };
    let judgement = Judgement::of(&read(reader)?, &read(writer)?).unwrap_or_else(Judgement::error);
    match args.format {
        Format::Json => {
            let mut out = io::stdout().lock();
            serde_json::to_writer(&mut out, &judgement).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Format::Human => print(&judgement, terminal)?,
    }
    Ok(if judgement.is_good() { Outcome::Clean } else { Outcome::Findings })
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::file("read", path, error))
}

fn print(judgement: &Judgement, terminal: &Terminal) -> Result<(), Failure> {
    for reason in &judgement.incompatibilities {
        terminal::print(format_args!("{BOLD}error{BOLD:#}: {reason}"))?;
    }
    for Found { rule, severity, title, reader, writer, witness, notes, help, .. } in &judgement.findings {
        let place = |side, pointer: &Option<String>| {
            pointer.as_ref().map(|pointer| format!(", {side} `{pointer}`")).unwrap_or_default()
        };
        let places = format!("{}{}", place("reader", reader), place("writer", writer));
        terminal::print(format_args!("{BOLD}{severity}[{rule}]{BOLD:#}: {title}{places}"))?;
        if let Some(Witness { json, hex, error }) = witness {
            let hex = if hex.is_empty() { "empty" } else { hex };
            terminal::print(format_args!("  = witness: {json} (hex {hex}); the reader says: {error}"))?;
        }
        for note in notes {
            terminal::print(format_args!("  = note: {note}"))?;
        }
        for help in help {
            terminal::print(format_args!("  = help: {help}"))?;
        }
    }
    match (judgement.verdict, &judgement.error) {
        (Verdict::Compatible, _) => {
            terminal.summary("compatible: the reader reads all that the writer wrote")
        }
        (Verdict::Incompatible, _) => {
            terminal.summary("incompatible: the reader does not read all that the writer wrote")
        }
        (Verdict::Error, error) => {
            terminal::print(format_args!("{BOLD}error{BOLD:#}: {}", error.as_deref().unwrap_or_default()))
        }
    }
}
