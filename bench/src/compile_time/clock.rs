use std::{fs, time::Instant};

use serde::Serialize;

use super::Result;

/// What is counted.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Clock {
    /// The seconds that pass.
    Wall,
    /// The seconds that processors spend on cargo and all that it starts.
    Processor,
}

impl Clock {
    /// What `work` gives, and the seconds that it took.
    pub(crate) fn time<T>(self, work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
        match self {
            Self::Wall => {
                let begin = Instant::now();
                Ok((work()?, begin.elapsed().as_secs_f64()))
            }
            Self::Processor => {
                let before = children_seconds()?;
                Ok((work()?, children_seconds()? - before))
            }
        }
    }
}

/// What all ended children of this process, and theirs, took so far: the fields `cutime` and `cstime` of proc(5).
fn children_seconds() -> Result<f64> {
    /// `USER_HZ`, which is the same on every architecture that Rust's standard library runs on.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| {
        format!("this system does not tell the processor's seconds ({error}): run without `--processor`")
    })?;
    // The second field is the program's name in parentheses, and may hold anything.
    let (_, fields) = stat.rsplit_once(')').ok_or("/proc/self/stat has no second field")?;
    let ticks = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .map(str::parse::<f64>)
        .sum::<std::result::Result<f64, _>>();
    Ok(ticks? / TICKS_A_SECOND)
}
