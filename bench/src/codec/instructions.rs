//! Counts instructions instead of time, with callgrind: the program runs itself under callgrind for each
//! case.

use std::{env, process::Command};

use serde::Serialize;

use super::{
    case::{Case, Op, Payload},
    limit_of,
};
use crate::report::Row;

/// The number of operations, a multiple of every number of inputs.
const OPERATIONS: u32 = 256;

/// The result of a case.
#[derive(Debug, Serialize)]
pub(crate) struct Counted {
    payload: Payload,
    op: Op,
    lib: &'static str,
    /// Instructions per operation.
    instructions: f64,
    ratio_to_limit: f64,
}

impl Row for Counted {
    const HEADS: &'static [&'static str] = &["payload", "op", "lib", "instructions", "ratio to limit"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.payload.name().to_owned(),
            self.op.name().to_owned(),
            self.lib.to_owned(),
            format!("{:.0}", self.instructions),
            format!("{:.2}", self.ratio_to_limit),
        ]
    }
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Counts the instructions of all cases.
pub(super) fn count(cases: &[Case<'_>]) -> Result<Vec<Counted>> {
    let counts = cases.iter().map(under_callgrind).collect::<Result<Vec<f64>>>()?;
    let row = |(case, instructions): (&Case<'_>, &f64)| Counted {
        payload: case.payload,
        op: case.op,
        lib: case.lib,
        instructions: *instructions,
        ratio_to_limit: instructions / counts[limit_of(case, cases)],
    };
    Ok(cases.iter().zip(&counts).map(row).collect())
}

fn under_callgrind(case: &Case<'_>) -> Result<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*Case*repeat*"])
        .arg(env::current_exe()?)
        .args([
            "codec",
            "--under-callgrind",
            "--payloads",
            case.payload.name(),
            "--ops",
            case.op.name(),
            "--libs",
            case.lib,
        ])
        .output()
        .map_err(|error| format!("cannot run valgrind, which counts instructions: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let collected = log.lines().find_map(|line| line.split_once("Collected :"));
    let (_, collected) = collected.ok_or_else(|| format!("callgrind did not report a count: {log}"))?;
    Ok(collected.trim().parse::<f64>()? / f64::from(OPERATIONS))
}

/// Runs what callgrind counts: the case of the chosen library only.
pub(super) fn repeat(cases: &mut [Case<'_>], libs: &[String]) {
    for case in cases.iter_mut().filter(|case| libs.iter().any(|lib| lib == case.lib)) {
        case.repeat(OPERATIONS as usize);
    }
}
