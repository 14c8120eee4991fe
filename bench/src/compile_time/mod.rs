//! What derives cost the compiler: a throw-away crate of structs for each peer, built in the ways that its owner would.

mod clock;
mod peer;
mod phase;
mod sample;

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _, Write as _},
};

use serde::Serialize;

use self::{
    clock::Clock,
    peer::{PEERS, Peer},
    phase::Phase,
    sample::Sample,
};
use crate::report::Row;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many structs: eight fields each, every other one with one before it as a ninth.
    #[arg(long, default_value_t = 100)]
    structs: usize,
    /// How often each build is timed; the fastest counts. A build from nothing is timed once.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Only these kinds of build.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Phase::ALL.to_vec())]
    phases: Vec<Phase>,
    /// Count the processor's seconds in place of those that pass: steady on a shared machine, but Linux alone tells them.
    #[arg(long)]
    processor: bool,
    /// Only peers whose name contains one of these; `prost`, which ratios refer to, always.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// What a peer costs.
#[derive(Debug, Serialize)]
pub(crate) struct Cost {
    derives: &'static str,
    /// Whether each struct is also encoded and decoded once, so that what is generic is compiled.
    uses: bool,
    /// How many crates the build from nothing compiles, if there was one.
    crates: Option<usize>,
    clock: Clock,
    seconds: BTreeMap<Phase, f64>,
    /// The time over that of prost, with uses where this has.
    ratio_to_prost: BTreeMap<Phase, f64>,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What the ratios refer to.
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

/// Builds all peers' crates, each build of each peer in turn.
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

/// One line of progress, over the last; none where nobody watches.
fn note(text: &str) -> io::Result<()> {
    let mut err = io::stderr();
    if !err.is_terminal() {
        return Ok(());
    }
    write!(err, "\r\x1b[2K{text}")?;
    err.flush()
}
