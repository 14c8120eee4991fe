//! Generating Rust from a registry, compared with generators for other schema languages.

mod floor;
mod generators;
mod registry;

use std::time::Duration;

use serde::Serialize;

use self::{
    generators::{FLOOR, TOOLS},
    registry::{Registry, Shape},
};
use crate::report::Row;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The number of events of the registries.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 1000, 10_000])]
    events: Vec<usize>,
    /// The number of rounds for a registry of a thousand events; a smaller one has more, a larger one fewer.
    /// The result is the fastest.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Run only tools whose name contains one of these, and the floor, which ratios refer to.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// How long a tool takes for a registry.
#[derive(Debug, Serialize)]
pub(crate) struct Generated {
    shape: Shape,
    events: usize,
    tool: &'static str,
    ms: f64,
    ratio_to_floor: f64,
}

impl Row for Generated {
    const HEADS: &'static [&'static str] = &["shape", "events", "tool", "ms", "ratio to the floor"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.shape.name().to_owned(),
            self.events.to_string(),
            self.tool.to_owned(),
            format!("{:.1}", self.ms),
            format!("{:.1}", self.ratio_to_floor),
        ]
    }
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Measures all tools in turn, one registry after the other.
pub(crate) fn run(args: &Args) -> Result<Vec<Generated>> {
    let mut rows = Vec::new();
    for shape in Shape::ALL {
        for &events in &args.events {
            rows.extend(measure(&Registry::write(shape, events)?, args)?);
        }
    }
    Ok(rows)
}

fn measure(registry: &Registry, args: &Args) -> Result<Vec<Generated>> {
    let is_wanted = |name: &str| {
        args.only.is_empty() || name == FLOOR || args.only.iter().any(|part| name.contains(part.as_str()))
    };
    let tools: Vec<_> = TOOLS.iter().filter(|tool| is_wanted(tool.name)).collect();
    let mut fastest = vec![Duration::MAX; tools.len()];
    let rounds = match registry.events {
        ..500 => args.rounds * 3,
        500..5000 => args.rounds,
        5000.. => args.rounds.div_ceil(2),
    };
    for _ in 0..rounds {
        for (tool, fastest) in tools.iter().zip(&mut fastest) {
            *fastest = (tool.generate)(registry)?.min(*fastest);
        }
    }
    let floor = tools.iter().zip(&fastest).find(|(tool, _)| tool.name == FLOOR);
    let floor = floor.map_or(f64::NAN, |(_, time)| time.as_secs_f64());
    let row = |(tool, time): (&&generators::Tool, &Duration)| Generated {
        shape: registry.shape,
        events: registry.events,
        tool: tool.name,
        ms: time.as_secs_f64() * 1e3,
        ratio_to_floor: time.as_secs_f64() / floor,
    };
    Ok(tools.iter().zip(&fastest).map(row).collect())
}
