//! How the time of the command line grows with its input. Each case runs the binary on an input, and on a
//! quarter of it.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde::Serialize;

use crate::report::Row;

const EVENTS: u32 = 2000;
const MESSAGES: u32 = 300_000;
const ROUNDS: usize = 3;

/// The arguments of the benchmark.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The binary, from `cargo build --release -p signalbook-cli`
    #[arg(long, value_name = "FILE", default_value = "target/release/signalbook")]
    signalbook: PathBuf,
}

/// The fastest round of a case.
#[derive(Debug, Serialize)]
pub(crate) struct Growth {
    case: &'static str,
    size: u32,
    seconds: f64,
    ratio_to_a_quarter: f64,
}

impl Row for Growth {
    const HEADS: &'static [&'static str] = &["case", "size", "s", "ratio to a quarter"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.case.to_owned(),
            self.size.to_string(),
            format!("{:.2}", self.seconds),
            format!("{:.1}", self.ratio_to_a_quarter),
        ]
    }
}

type Measured = Result<Duration, Box<dyn Error>>;

/// A case: its name, its largest size, and what measures it.
type Case = (&'static str, u32, fn(&Path, u32) -> Measured);

/// Measures all cases.
pub(crate) fn run(args: &Args) -> Result<Vec<Growth>, Box<dyn Error>> {
    let binary = args.signalbook.canonicalize().map_err(|error| {
        format!("{}: {error}; build it: `cargo build --release -p signalbook-cli`", args.signalbook.display())
    })?;
    let cases: [Case; 5] = [
        ("breaking: a shared type, one file", EVENTS, |binary, size| breaking(binary, size, false)),
        ("breaking: a shared type, a file for each event", EVENTS, |binary, size| {
            breaking(binary, size, true)
        }),
        ("accept: new events", EVENTS, |binary, size| accept(binary, size, false)),
        ("accept: new minor versions", EVENTS, |binary, size| accept(binary, size, true)),
        ("export: messages of 1 KB", MESSAGES, export),
    ];
    let mut rows = Vec::new();
    for (case, size, measure) in cases {
        let mut fastest = [f64::INFINITY; 2];
        for _ in 0..ROUNDS {
            for (fastest, size) in fastest.iter_mut().zip([size / 4, size]) {
                *fastest = fastest.min(measure(&binary, size)?.as_secs_f64());
            }
        }
        let [quarter, seconds] = fastest;
        rows.push(Growth { case, size, seconds, ratio_to_a_quarter: seconds / quarter });
    }
    Ok(rows)
}

/// A type that all events share gets a field without a default.
fn breaking(binary: &Path, events: u32, own_files: bool) -> Measured {
    let folder = tempfile::tempdir()?;
    write_registry(&folder.path().join("old"), events, "", own_files)?;
    write_registry(&folder.path().join("new"), events, "country = \"string\"\n", own_files)?;
    time(binary, folder.path(), &["breaking", "new", "--against", "old"], 100)
}

/// Either all events are new, or a type that all events share gets an optional field.
fn accept(binary: &Path, events: u32, again: bool) -> Measured {
    let folder = tempfile::tempdir()?;
    let registry = folder.path().join("schemas");
    write_registry(&registry, events, "", false)?;
    if again {
        time(binary, folder.path(), &["accept"], 0)?;
        write_registry(&registry, events, "country = \"string?\"\n", false)?;
    }
    time(binary, folder.path(), &["accept"], 0)
}

fn export(binary: &Path, messages: u32) -> Measured {
    let folder = tempfile::tempdir()?;
    write_registry(&folder.path().join("schemas"), 1, "", false)?;
    let mut lines = String::new();
    for message in 0..messages {
        let words =
            (0..80_u32).map(|word| format!("item{} ", message.wrapping_mul(2_654_435_761 + word) % 9973));
        let note: String = words.collect();
        let price = format!(r#"{{"amount":{message},"currency":"EUR"}}"#);
        writeln!(lines, r#"{{"data":{{"id":"{message}","price":{price},"note":"{note}"}}}}"#)?;
    }
    fs::write(folder.path().join("lines"), lines)?;
    let on_the_bus = ["--bus", "sqlite:shop.db", "--topic", "orders"];
    let publish = ["publish", "--event", "com.example.shop.order.placed0.v1", "--data", "lines"];
    time(binary, folder.path(), &[&publish[..], &on_the_bus].concat(), 0)?;
    time(
        binary,
        folder.path(),
        &[&["export", "--group", "archive", "--out", "out"][..], &on_the_bus].concat(),
        0,
    )
}

fn write_registry(folder: &Path, events: u32, more: &str, own_files: bool) -> Result<(), Box<dyn Error>> {
    const NAMESPACE: &str = "namespace = \"com.example.shop\"\n\n";
    let ty = format!(
        "{NAMESPACE}[types.Money]\ndoc = \"An amount.\"\n[types.Money.fields]\namount = \"long\"\n\
         currency = \"string\"\n{more}\n"
    );
    let event = |event: u32| {
        format!(
            "[events.\"order.placed{event}.v1\"]\ndoc = \"A customer placed an order.\"\nkey = \"id\"\n\
             topics = [\"orders\"]\ndata = {{ id = \"string\", price = \"Money\", note = \"string\" }}\n\n"
        )
    };
    fs::create_dir_all(folder)?;
    let types = folder.join("shop.toml");
    if own_files {
        fs::write(types, ty)?;
        for number in 0..events {
            fs::write(folder.join(format!("order{number}.toml")), NAMESPACE.to_owned() + &event(number))?;
        }
    } else {
        fs::write(types, ty + &(0..events).map(event).collect::<String>())?;
    }
    Ok(())
}

fn time(binary: &Path, folder: &Path, arguments: &[&str], expected: i32) -> Measured {
    let mut command = Command::new(binary);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    let started = Instant::now();
    let output = command.output()?;
    let elapsed = started.elapsed();
    if output.status.code() != Some(expected) {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{arguments:?} ends with {}: {errors}", output.status).into());
    }
    Ok(elapsed)
}
