//! The temporary crate of a peer.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Result,
    clock::Clock,
    peer::{Attributes, Peer},
    phase::Phase,
};

/// The fields of each struct: name, Rust type, and the attribute for prost.
const FIELDS: [(&str, &str, &str); 8] = [
    ("id", "String", "string"),
    ("name", "String", "string"),
    ("note", "Option<String>", "string, optional"),
    ("count", "i64", "int64"),
    ("size", "i32", "int32"),
    ("ratio", "f64", "double"),
    ("active", "bool", "bool"),
    ("tags", "Vec<String>", "string, repeated"),
];

/// A crate on the disk, and its compile times.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) peer: &'static Peer,
    pub(crate) uses: bool,
    /// The fastest build of each kind.
    pub(crate) seconds: BTreeMap<Phase, f64>,
    /// The number of crates that the full build compiled, if it was run.
    pub(crate) crates: Option<usize>,
    folder: PathBuf,
    /// The target folder: one for each peer, so that its dependencies are not built twice.
    target: PathBuf,
    structs: usize,
    /// Whether one struct has an additional field.
    is_edited: bool,
    /// Whether the last build was incremental.
    is_incremental: bool,
}

impl Sample {
    /// Writes the crate, and fetches its dependencies.
    pub(crate) fn write(root: &Path, peer: &'static Peer, uses: bool, structs: usize) -> Result<Self> {
        let root = root.join(peer.name.replace(|char: char| !char.is_ascii_alphanumeric(), "-"));
        let name = if uses { "sample-use" } else { "sample" };
        let folder = root.join(name);
        fs::create_dir_all(folder.join("src"))?;
        // A path as a TOML literal string. It must not contain a single quote.
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let dependencies = peer.dependencies.replace("\"{root}\"", &format!("'{}'", repository.display()));
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependencies}\n"
            ),
        )?;
        let sample = Self {
            peer,
            uses,
            seconds: BTreeMap::new(),
            crates: None,
            folder,
            target: root.join("target"),
            structs,
            is_edited: false,
            is_incremental: false,
        };
        sample.write_source()?;
        sample.cargo(&["fetch"], false)?;
        Ok(sample)
    }

    /// The name in messages.
    pub(crate) fn name(&self) -> String {
        if self.uses { format!("{} + use", self.peer.name) } else { self.peer.name.to_owned() }
    }

    /// Times a build.
    pub(crate) fn time(&mut self, phase: Phase, clock: Clock) -> Result<()> {
        if phase == Phase::Full && self.target.exists() {
            fs::remove_dir_all(&self.target)?;
        }
        let is_prepared = self.seconds.contains_key(&phase) && self.is_incremental == phase.is_incremental();
        if phase != Phase::Full && !is_prepared {
            // Builds the dependencies and the base of the incremental build. Cargo considers a build of the
            // other kind fresh unless the source is newer.
            self.write_source()?;
            self.cargo(phase.arguments(), phase.is_incremental())?;
        }
        self.is_edited ^= phase == Phase::Edit;
        self.write_source()?;
        let (compiled, seconds) = clock.time(|| self.cargo(phase.arguments(), phase.is_incremental()))?;
        self.is_incremental = phase.is_incremental();
        if phase == Phase::Full {
            self.crates = Some(compiled);
        }
        let fastest = self.seconds.entry(phase).or_insert(seconds);
        *fastest = fastest.min(seconds);
        Ok(())
    }

    /// Runs cargo. Returns the number of crates that it compiled.
    fn cargo(&self, arguments: &[&str], is_incremental: bool) -> Result<usize> {
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", if is_incremental { "1" } else { "0" })
            .output()?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            Ok(stderr.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count())
        } else {
            Err(format!("`cargo {}` failed for {}:\n{stderr}", arguments.join(" "), self.name()).into())
        }
    }

    fn write_source(&self) -> Result<()> {
        let mut source = String::new();
        for number in 0..self.structs {
            self.write_struct(&mut source, number)?;
            if self.uses
                && let Some(uses) = self.peer.uses
            {
                source.push_str(&uses.replace("{number}", &number.to_string()));
                source.push('\n');
            }
        }
        fs::write(self.folder.join("src/lib.rs"), source)?;
        Ok(())
    }

    fn write_struct(&self, source: &mut String, number: usize) -> Result<()> {
        writeln!(source, "#[derive({})]\npub struct Rec{number} {{", self.peer.derives)?;
        let mut fields: Vec<_> = FIELDS.map(|(name, r#type, prost)| (name, r#type.to_owned(), prost)).into();
        if number % 2 == 1 {
            let nested = format!("Rec{}", number - 1);
            fields.push(match self.peer.attributes {
                Attributes::None => ("nested", nested, ""),
                Attributes::Prost => ("nested", format!("Option<{nested}>"), "message, optional"),
            });
        }
        if self.is_edited && number == self.structs / 2 {
            fields.push(("added", "String".to_owned(), "string"));
        }
        for (tag, (name, r#type, prost)) in (1..).zip(fields) {
            match self.peer.attributes {
                Attributes::None => writeln!(source, "    pub {name}: {type},")?,
                Attributes::Prost => {
                    writeln!(source, "    #[prost({prost}, tag = \"{tag}\")]\n    pub {name}: {type},")?;
                }
            }
        }
        writeln!(source, "}}")?;
        Ok(())
    }
}
