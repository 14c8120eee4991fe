use std::path::PathBuf;

use signalbook_codegen::tool::emit::{self, SchemaText};
#[cfg(feature = "json-schema")]
use signalbook_codegen::tool::{registry_schema, settings_schema};
use signalbook_diagnostics::{Sources, render};

use crate::{
    Exit,
    failure::Failure,
    registry::{Loaded, RegistryArgs, history::Ledger, output_files::Outputs},
    terminal::{Terminal, count, print},
};

/// Write Avro schemas, Rust code, or the JSON Schemas of the registry format
///
/// Without a kind, writes the outputs that [outputs] in signalbook.toml names. Only files that change are
/// written, and each file is replaced as a whole.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook generate                      write the outputs of signalbook.toml
  signalbook generate --check              in CI: fail if a file is out of date
  signalbook generate avro --out avro      write avro/<event type>.avsc
  signalbook generate rust --out src/events.rs
  signalbook generate json-schema --out .  for completion and checks in editors")]
pub(crate) struct Args {
    #[command(subcommand)]
    output: Option<Output>,
    #[command(flatten)]
    registry: RegistryArgs,
    /// Write nothing; exit with 100 if a file is out of date or a schema belongs to no event
    #[arg(long, global = true)]
    check: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Output {
    /// Write the Avro schema of each event to `<event type>.avsc` in DIR
    Avro {
        /// The folder; by default the one in [outputs]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Write Rust types of all events to one file
    Rust {
        /// The file; by default the one in [outputs]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write the JSON Schemas of registry files and of signalbook.toml
    #[cfg(feature = "json-schema")]
    JsonSchema {
        /// The folder; without it, the schema of registry files goes to stdout
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

const LEFT_OVER: &str = "belongs to no event of the registry; delete it if it is no longer needed";

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    #[cfg(feature = "json-schema")]
    if let Some(Output::JsonSchema { out: None }) = &args.output {
        crate::terminal::write(&registry_schema())?;
        return Ok(Exit::Clean);
    }
    let outputs = outputs(args)?;
    let stale = outputs.stale()?;
    let left_over = outputs.left_over()?;
    if !args.check {
        for path in &left_over {
            terminal.note(format_args!("{}: {LEFT_OVER}", path.display()));
        }
        let written = outputs.write()?;
        terminal.summary(format_args!(
            "{}: {written} written, {} unchanged",
            count(outputs.len(), "file"),
            outputs.len() - written
        ))?;
        return Ok(Exit::Clean);
    }
    if stale.is_empty() && left_over.is_empty() {
        terminal.summary(format_args!("{}: up to date", count(outputs.len(), "file")))?;
        return Ok(Exit::Clean);
    }
    for file in &stale {
        print(format_args!("{file}"))?;
    }
    for path in &left_over {
        print(format_args!("{}: {LEFT_OVER}", path.display()))?;
    }
    if !stale.is_empty() {
        terminal.summary(format_args!(
            "\nto write {}, run: {}",
            count(stale.len(), "file"),
            command(args)
        ))?;
    }
    Ok(Exit::Findings)
}

/// Returns the files to write.
fn outputs(args: &Args) -> Result<Outputs, Failure> {
    let mut outputs = Outputs::default();
    #[cfg(feature = "json-schema")]
    if let Some(Output::JsonSchema { out: Some(out) }) = &args.output {
        outputs.add(out.join("signalbook.schema.json"), registry_schema());
        outputs.add(out.join("signalbook.settings.schema.json"), settings_schema());
        return Ok(outputs);
    }
    let registry = Loaded::load(&args.registry)?;
    let settings = &registry.checked.settings.outputs;
    let configured = |path: &Option<String>| path.as_ref().map(|path| registry.root.join(path));
    let (avro, rust) = match &args.output {
        None => (configured(&settings.avro), configured(&settings.rust)),
        Some(Output::Avro { out }) => (out.clone().or_else(|| configured(&settings.avro)), None),
        Some(Output::Rust { out }) => (None, out.clone().or_else(|| configured(&settings.rust))),
        #[cfg(feature = "json-schema")]
        Some(Output::JsonSchema { .. }) => (None, None),
    };
    if avro.is_none() && rust.is_none() {
        return Err(Failure::new("no output is given")
            .help("pass one, as in `signalbook generate avro --out DIR`, or set [outputs] in the settings"));
    }
    if let Some(folder) = avro {
        for schema in avro_schemas(&registry.checked)? {
            outputs.add(folder.join(format!("{}.avsc", schema.event_type)), schema.text);
        }
    }
    if let Some(file) = rust {
        outputs.add(file, rust_code(&registry)?);
    }
    Ok(outputs)
}

fn avro_schemas(checked: &signalbook_codegen::tool::CheckedRegistry) -> Result<Vec<SchemaText>, Failure> {
    let schemas = emit::avro(checked)
        .map_err(|error| Failure::new("cannot make the Avro schema of an event").caused_by(error))?;
    #[cfg(feature = "verify")]
    verify(&schemas)?;
    Ok(schemas)
}

/// Checks that another library, apache-avro, reads each schema.
#[cfg(feature = "verify")]
fn verify(schemas: &[SchemaText]) -> Result<(), Failure> {
    for SchemaText { event_type, text } in schemas {
        // A name that Avro forbids is reported by a lint. If it is waived, no other library can read the
        // schema.
        if signalbook_model::Schema::parse(text).is_ok() {
            apache_avro::Schema::parse_str(text).map_err(|error| {
                Failure::new(format!(
                    "apache-avro cannot read the schema of `{event_type}`; nothing was written"
                ))
                .caused_by(error)
            })?;
        }
    }
    Ok(())
}

fn rust_code(registry: &Loaded) -> Result<String, Failure> {
    // `check` reports the errors of the accepted versions.
    let ledger = Ledger::find(&registry.root, &mut Sources::new())?;
    let history = ledger.map(|ledger| ledger.history).unwrap_or_default();
    emit::rust(&registry.checked, &history).map_err(|findings| {
        let report = render::human(&findings, &registry.sources, false);
        Failure::new(format!("cannot generate Rust code from the registry\n\n{report}"))
    })
}

/// The command that updates the files that `--check` reports.
fn command(args: &Args) -> String {
    let (kind, out) = match &args.output {
        None => ("", None),
        Some(Output::Avro { out }) => (" avro", out.as_ref()),
        Some(Output::Rust { out }) => (" rust", out.as_ref()),
        #[cfg(feature = "json-schema")]
        Some(Output::JsonSchema { out }) => (" json-schema", out.as_ref()),
    };
    let out = out.map(|out| format!(" --out {}", out.display())).unwrap_or_default();
    let registry = args.registry.unless_default();
    let registry = registry.map(|registry| format!(" --registry {}", registry.display())).unwrap_or_default();
    format!("signalbook generate{kind}{out}{registry}")
}
