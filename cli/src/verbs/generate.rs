use std::path::PathBuf;

use signalbook_codegen::emit::{self, SchemaText};
#[cfg(feature = "json-schema")]
use signalbook_codegen::{registry_schema, settings_schema};
use signalbook_diagnostics::{Sources, render};

use crate::{
    Outcome,
    failure::Failure,
    registry::{Loaded, RegistryArgs, files::Outputs, history::Ledger},
    terminal::{Terminal, count, print},
};

/// Write Avro schemas, Rust code, or the JSON Schemas of the registry format
///
/// Without a kind it writes what [outputs] of signalbook.toml says. Files are written beside and renamed, and only those
/// that change.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook generate                            what [outputs] says
  signalbook generate --check                    in CI: fails where a file is out of date
  signalbook generate avro --out avro            avro/<event type>.avsc for each event that travels
  signalbook generate rust --out src/events.rs
  signalbook generate json-schema --out .        for editors that check and complete TOML")]
pub(crate) struct Args {
    #[command(subcommand)]
    kind: Option<Kind>,
    #[command(flatten)]
    registry: RegistryArgs,
    /// Write nothing; exit with 100 where a file is not what would be written, or a schema is of no event
    #[arg(long, global = true)]
    check: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// A schema for each event that travels, as `<event type>.avsc` in DIR
    Avro {
        /// The folder; what [outputs] says by default
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Rust types of all events, in one file
    Rust {
        /// The file; what [outputs] says by default
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The JSON Schemas of registry files and of signalbook.toml, made from the parser's own types
    #[cfg(feature = "json-schema")]
    JsonSchema {
        /// The folder; without it the schema of registry files goes to stdout
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

const LEFT_OVER: &str = "of no event in the registry; delete it if it is left over";

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome, Failure> {
    #[cfg(feature = "json-schema")]
    if let Some(Kind::JsonSchema { out: None }) = &args.kind {
        crate::terminal::write(&registry_schema())?;
        return Ok(Outcome::Clean);
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
            "{}: {written} written, {} as before",
            count(outputs.len(), "file"),
            outputs.len() - written
        ))?;
        return Ok(Outcome::Clean);
    }
    if stale.is_empty() && left_over.is_empty() {
        terminal.summary(format_args!("{}: up to date", count(outputs.len(), "file")))?;
        return Ok(Outcome::Clean);
    }
    for file in &stale {
        print(format_args!("{file}"))?;
    }
    for path in &left_over {
        print(format_args!("{}: {LEFT_OVER}", path.display()))?;
    }
    if !stale.is_empty() {
        terminal.summary(format_args!("\nto write {}: {}", count(stale.len(), "file"), command(args)))?;
    }
    Ok(Outcome::Findings)
}

/// What is to be written where.
fn outputs(args: &Args) -> Result<Outputs, Failure> {
    let mut outputs = Outputs::default();
    #[cfg(feature = "json-schema")]
    if let Some(Kind::JsonSchema { out: Some(out) }) = &args.kind {
        outputs.add(out.join("signalbook.schema.json"), registry_schema());
        outputs.add(out.join("signalbook.settings.schema.json"), settings_schema());
        return Ok(outputs);
    }
    let contract = Loaded::load(&args.registry)?;
    let settings = &contract.contract.settings.outputs;
    let configured = |path: &Option<String>| path.as_ref().map(|path| contract.root.join(path));
    let (avro, rust) = match &args.kind {
        None => (configured(&settings.avro), configured(&settings.rust)),
        Some(Kind::Avro { out }) => (out.clone().or_else(|| configured(&settings.avro)), None),
        Some(Kind::Rust { out }) => (None, out.clone().or_else(|| configured(&settings.rust))),
        #[cfg(feature = "json-schema")]
        Some(Kind::JsonSchema { .. }) => (None, None),
    };
    if avro.is_none() && rust.is_none() {
        return Err(Failure::new("nothing says what to write, and where")
            .help("name it, as in `signalbook generate avro --out DIR`, or say it under [outputs] in signalbook.toml"));
    }
    if let Some(folder) = avro {
        for schema in avro_schemas(&contract.contract)? {
            outputs.add(folder.join(format!("{}.avsc", schema.event_type)), schema.text);
        }
    }
    if let Some(file) = rust {
        outputs.add(file, rust_code(&contract)?);
    }
    Ok(outputs)
}

fn avro_schemas(contract: &signalbook_codegen::Contract) -> Result<Vec<SchemaText>, Failure> {
    let schemas =
        emit::avro(contract).map_err(|error| Failure::new("an event has no schema").caused_by(error))?;
    #[cfg(feature = "verify")]
    verify(&schemas)?;
    Ok(schemas)
}

/// Somebody else's library reads each schema that is legal Avro, before anyone relies on it.
#[cfg(feature = "verify")]
fn verify(schemas: &[SchemaText]) -> Result<(), Failure> {
    for SchemaText { event_type, text } in schemas {
        // A name that Avro forbids is for the lint to say; what it accepted, no library can judge.
        if signalbook_model::Schema::parse(text).is_ok() {
            apache_avro::Schema::parse_str(text).map_err(|error| {
                Failure::new(format!(
                    "apache-avro does not read the schema of `{event_type}`; nothing is written"
                ))
                .caused_by(error)
            })?;
        }
    }
    Ok(())
}

fn rust_code(contract: &Loaded) -> Result<String, Failure> {
    // What is wrong with the accepted versions is for `check` to say.
    let ledger = Ledger::find(&contract.root, &mut Sources::new())?;
    let history = ledger.map(|ledger| ledger.history).unwrap_or_default();
    emit::rust(&contract.contract, &history).map_err(|findings| {
        let report = render::human(&findings, &contract.sources, false);
        Failure::new(format!("the registry has no Rust form\n\n{report}"))
    })
}

/// What to run for the files to be as `--check` wants them.
fn command(args: &Args) -> String {
    let (kind, out) = match &args.kind {
        None => ("", None),
        Some(Kind::Avro { out }) => (" avro", out.as_ref()),
        Some(Kind::Rust { out }) => (" rust", out.as_ref()),
        #[cfg(feature = "json-schema")]
        Some(Kind::JsonSchema { out }) => (" json-schema", out.as_ref()),
    };
    let out = out.map(|out| format!(" --out {}", out.display())).unwrap_or_default();
    let registry = args.registry.unless_default();
    let registry = registry.map(|registry| format!(" --registry {}", registry.display())).unwrap_or_default();
    format!("signalbook generate{kind}{out}{registry}")
}
