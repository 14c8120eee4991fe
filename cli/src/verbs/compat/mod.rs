mod compat_report;
mod located_findings;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use signalbook_diagnostics::render::Format;

use self::{
    compat_report::{CompatReport, Verdict},
    located_findings::Pair,
};
use crate::{
    Exit,
    failure::Failure,
    input::jsonl_mode::{self, Answer as _, Question},
    shared_args::FormatArgs,
    terminal::{self, Terminal, findings_report},
};

/// Check whether one Avro schema can read the data of another
///
/// The verdict and the incompatibilities are those of Apache Avro for Java; the pointer of the root is the
/// empty string. The findings show more: the root cause of each incompatibility with an event that shows it,
/// changes of meaning, and irregularities of the schemas. With --format json, everything is one object. No
/// registry is needed.
///
/// With --jsonl, each line `{"id", "reader", "writer"}` on stdin contains two schemas as JSON. It is answered
/// with a line `{"id", "verdict": "compatible" | "incompatible" | "error", "incompatibilities", "findings"}`
/// on stdout, in the same order. The exit code is 0 if all pairs are compatible, and 100 otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook compat --reader new.avsc --writer old.avsc  backward compatible?
  signalbook compat --reader old.avsc --writer new.avsc  forward compatible?
  signalbook compat --jsonl < pairs.jsonl | jq .verdict")]
#[command(group = clap::ArgGroup::new("input").required(true))]
pub(crate) struct Args {
    /// The reader schema
    #[arg(long, value_name = "AVSC", group = "input", requires = "writer")]
    reader: Option<PathBuf>,
    /// The writer schema
    #[arg(long, value_name = "AVSC", requires = "reader")]
    writer: Option<PathBuf>,
    /// Check one pair for each line of stdin
    #[arg(long, group = "input", conflicts_with_all = ["writer", "format"])]
    jsonl: bool,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let (Some(reader), Some(writer)) = (&args.reader, &args.writer) else {
        return jsonl_mode::answer(|question: &Question<'_>| {
            CompatReport::of(question.reader()?, question.writer()?)
        });
    };
    let texts = (read(reader)?, read(writer)?);
    let report = CompatReport::of(&texts.0, &texts.1).unwrap_or_else(CompatReport::error);
    let exit = if report.is_good() { Exit::Clean } else { Exit::Findings };
    let summary = match report.verdict {
        Some(Verdict::Compatible) => "compatible: the reader can read all data of the writer",
        Some(Verdict::Incompatible) => "incompatible: the reader cannot read all data of the writer",
        None => "no verdict",
    };
    match (args.format.format, &report.error) {
        (Format::Json, _) => {
            let mut out = io::stdout().lock();
            serde_json::to_writer(&mut out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        (_, Some(error)) => terminal::problem(error),
        (format, None) => {
            let pair = Pair::new((reader, &texts.0), (writer, &texts.1));
            findings_report::print(format, &pair.findings(&report), &pair.sources, summary, terminal)?;
        }
    }
    Ok(exit)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::file("read", path, error))
}
