//! The compile time of derives: for each peer, a temporary crate of structs is built in several ways.

mod clock;
mod peer;
mod phase;
mod sample_crate;

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _, Write as _},
};

use serde::Serialize;

use self::{
    clock::Clock,
    peer::{PEERS, Peer},
    phase::Phase,
    sample_crate::Sample,
};
use crate::report::Row;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The number of structs. Each has eight fields; every second one has an earlier struct as a ninth.
    #[arg(long, default_value_t = 100)]
    structs: usize,
    /// How often each build is timed; the result is the fastest. A full build is timed once.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Run only these kinds of build.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Phase::ALL.to_vec())]
    phases: Vec<Phase>,
    /// Measure processor time instead of wall-clock time: stable on a shared machine, but only on Linux.
    #[arg(long)]
    processor: bool,
    /// Run only peers whose name contains one of these, and `prost`, which ratios refer to.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// The compile times of a peer.
#[derive(Debug, Serialize)]
pub(crate) struct Cost {
    derives: &'static str,
    /// Whether the crate also encodes and decodes each struct, so that generic code is compiled.
    uses: bool,
    /// The number of crates that the full build compiles, if it was run.
    crates: Option<usize>,
    clock: Clock,
    seconds: BTreeMap<Phase, f64>,
    /// The time divided by that of prost, with uses if this has uses.
    ratio_to_prost: BTreeMap<Phase, f64>,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The peer that ratios refer to.
const REFERENCE: &str = "prost";

impl Row for Cost {
    const HEADS: &'static [&'static str] =
        &["derives", "crates", "full", "check", "debug", "release", "touch", "edit"];

    fn cells(&self) -> Vec<String> {
        let name = if self.uses { format!("{} + use", self.derives) } else { self.derives.to_owned() };
        let times =
            Phase::ALL.iter().map(|phase| match (self.seconds.get(phase), self.ratio_to_prost.get(phase)) {
                (Some(seconds), Some(ratio)) => format!("{seconds:.2} ({ratio:.2})"),
                (Some(seconds), None) => format!("{seconds:.2}"),
                (None, _) => String::new(),
            });
        [name, self.crates.map(|crates| crates.to_string()).unwrap_or_default()]
            .into_iter()
            .chain(times)
            .collect()
    }
}

/// Times all builds of all peers, with the peers in turn.
pub(crate) fn run(args: &Args) -> Result<Vec<Cost>> {
    let folder = tempfile::tempdir()?;
    let clock = if args.processor { Clock::Processor } else { Clock::Wall };
    let is_wanted = |peer: &&Peer| {
        args.only.is_empty()
            || peer.name == REFERENCE
            || args.only.iter().any(|part| peer.name.contains(part))
    };
    let mut samples = Vec::new();
    for peer in PEERS.iter().filter(is_wanted) {
        for uses in [false, true] {
            if !uses || peer.uses.is_some() {
                samples.push(Sample::write(folder.path(), peer, uses, args.structs)?);
            }
        }
    }
    for phase in &args.phases {
        for run in 0..if *phase == Phase::Full { 1 } else { args.runs } {
            for sample in &mut samples {
                note(&format!("{}: {phase:?}, run {}", sample.name(), run + 1))?;
                sample.time(*phase, clock)?;
            }
        }
    }
    note("")?;
    let reference = |uses: bool, phase: Phase| {
        let prost = samples.iter().find(|sample| sample.peer.name == REFERENCE && sample.uses == uses)?;
        prost.seconds.get(&phase).copied()
    };
    Ok(samples
        .iter()
        .map(|sample| Cost {
            derives: sample.peer.name,
            uses: sample.uses,
            crates: sample.crates,
            clock,
            seconds: sample.seconds.clone(),
            ratio_to_prost: sample
                .seconds
                .iter()
                .filter_map(|(phase, seconds)| Some((*phase, seconds / reference(sample.uses, *phase)?)))
                .collect(),
        })
        .collect())
}

/// Prints a line of progress over the last one, if standard error is a terminal.
fn note(text: &str) -> io::Result<()> {
    let mut err = io::stderr();
    if !err.is_terminal() {
        return Ok(());
    }
    write!(err, "\r\x1b[2K{text}")?;
    err.flush()
}
