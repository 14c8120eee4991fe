use std::{fs, io::ErrorKind, io::Write as _, path::Path, path::PathBuf};

use crate::{
    Exit,
    failure::Failure,
    terminal::{BOLD, DIM, Terminal},
};

/// Create a registry with one event, settings, a build script and a CI job
///
/// Existing files are not changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook init                 in the current folder
  signalbook init services/shop   in another folder")]
pub(crate) struct Args {
    /// The folder of the crate; created if it does not exist
    #[arg(default_value = ".")]
    dir: PathBuf,
}

/// A file that `init` writes.
struct Template {
    path: &'static str,
    purpose: &'static str,
    text: &'static str,
}

const TEMPLATES: [Template; 4] = [
    Template {
        path: "schemas/shop.toml",
        purpose: "an example event and its types",
        text: include_str!("init/shop.toml"),
    },
    Template {
        path: "schemas/signalbook.toml",
        purpose: "the settings of the registry",
        text: include_str!("init/signalbook.toml"),
    },
    Template {
        path: "build.rs",
        purpose: "generates Rust types for the events",
        text: include_str!("init/build.rs.txt"),
    },
    Template {
        path: ".github/workflows/signalbook.yml",
        purpose: "checks the registry on every change",
        text: include_str!("init/ci.yml"),
    },
];

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let shown = |template: &Template| {
        let path = args.dir.join(template.path);
        path.strip_prefix(".").unwrap_or(&path).display().to_string()
    };
    let width = TEMPLATES.iter().map(|template| shown(template).len()).max().unwrap_or_default();
    for template in &TEMPLATES {
        let (word, why) = if write_new(&args.dir.join(template.path), template.text)? {
            ("wrote", template.purpose)
        } else {
            ("kept ", "already exists")
        };
        let path = shown(template);
        terminal.summary(format_args!("{word} {BOLD}{path:<width$}{BOLD:#}  {DIM}{why}{DIM:#}"))?;
    }
    terminal.summary(next_steps(&args.dir, lacks_compile(&args.dir.join("build.rs"))))?;
    Ok(Exit::Clean)
}

/// Writes a new file. Returns `false` if the file exists; it is not changed.
fn write_new(path: &Path, text: &str) -> Result<bool, Failure> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| Failure::file("create the folder", parent, error))?;
    }
    let mut file = match fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(Failure::file("write", path, error)),
    };
    file.write_all(text.as_bytes()).map_err(|error| Failure::file("write", path, error))?;
    Ok(true)
}

/// Whether the build script does not call `signalbook_codegen::compile` yet.
fn lacks_compile(build_script: &Path) -> bool {
    fs::read_to_string(build_script).is_ok_and(|text| !text.contains("signalbook_codegen::compile"))
}

fn next_steps(dir: &Path, lacks_compile: bool) -> String {
    let enter = if dir == Path::new(".") { String::new() } else { format!("  cd {}\n", dir.display()) };
    let build = if lacks_compile {
        "\nadd this to the existing build.rs:\n  signalbook_codegen::compile(\"schemas\")?;\n"
    } else {
        ""
    };
    format!(
        "
next steps:
{enter}  signalbook check
  signalbook show com.example.shop.order.placed.v1
  signalbook accept
  cargo add signalbook
  cargo add --build signalbook-codegen
{build}
then use the events in your code:
  signalbook::include_events!();
  use events::shop::OrderPlaced;"
    )
}
