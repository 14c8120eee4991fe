use std::{fs, time::Instant};

use serde::Serialize;

use super::Result;

/// What is measured.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Clock {
    /// Wall-clock time.
    Wall,
    /// Processor time of cargo and all processes that it starts.
    Processor,
}

impl Clock {
    /// Runs `work`. Returns its result and the seconds that it took.
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

/// The processor time of all exited descendants of this process: the fields `cutime` and `cstime` of proc(5).
fn children_seconds() -> Result<f64> {
    /// `USER_HZ`, which is 100 on every architecture of Rust's standard library.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| {
        format!("cannot measure processor time on this system ({error}): run without `--processor`")
    })?;
    // The second field is the name of the program in parentheses, which may contain any character.
    let (_, fields) = stat.rsplit_once(')').ok_or("/proc/self/stat has no second field")?;
    let ticks = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .map(str::parse::<f64>)
        .sum::<std::result::Result<f64, _>>();
    Ok(ticks? / TICKS_A_SECOND)
}
