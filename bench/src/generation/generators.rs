//! The tools that are compared. Each reads the files of its language and writes one Rust file.

use std::{
    fs,
    time::{Duration, Instant},
};

use rsgen_avro::{Generator, Source};
use signalbook_codegen::tool::{Options, check, emit, read};
use signalbook_history::History;

use super::{
    Result, floor,
    registry::{Registry, files},
};

/// A tool and how to time it.
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) generate: fn(&Registry) -> Result<Duration>,
}

/// The tool that ratios refer to.
pub(super) const FLOOR: &str = "floor";

pub(super) const TOOLS: &[Tool] = &[
    Tool { name: FLOOR, generate: |registry| timed(|| floor::generate(registry)) },
    Tool { name: "signalbook", generate: |registry| timed(|| signalbook(registry)) },
    Tool { name: "rsgen-avro", generate: |registry| timed(|| rsgen_avro(registry)) },
    Tool { name: "prost-build", generate: prost_build },
    Tool { name: "protox, prost-build", generate: |registry| timed(|| protox_and_prost_build(registry)) },
];

fn timed(generate: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let begin = Instant::now();
    generate()?;
    Ok(begin.elapsed())
}

/// What `signalbook_codegen::compile` does in a build script, including lints and the layout of the code.
fn signalbook(registry: &Registry) -> Result<()> {
    let report = check(&read(&registry.toml)?, &Options::default());
    assert_eq!(report.findings, [], "the registry has no findings");
    let checked = report.registry.ok_or("the registry has errors")?;
    let code = emit::rust(&checked, &History::default()).map_err(|findings| format!("{findings:?}"))?;
    fs::write(registry.out.join("signalbook.rs"), code)?;
    Ok(())
}

/// With the default settings of its builder, which leave the layout to rustfmt.
fn rsgen_avro(registry: &Registry) -> Result<()> {
    let pattern = registry.avro.join("*.avsc");
    let mut code = Vec::new();
    Generator::new()?.generate(&Source::GlobPattern(&pattern.to_string_lossy()), &mut code)?;
    fs::write(registry.out.join("rsgen_avro.rs"), code)?;
    Ok(())
}

/// The descriptors are compiled before the timing starts; usually protoc makes them.
fn prost_build(registry: &Registry) -> Result<Duration> {
    let descriptors = protox::compile(files(&registry.proto)?, [&registry.proto])?;
    timed(|| Ok(prost_build::Config::new().out_dir(&registry.out).compile_fds(descriptors)?))
}

fn protox_and_prost_build(registry: &Registry) -> Result<()> {
    let descriptors = protox::compile(files(&registry.proto)?, [&registry.proto])?;
    Ok(prost_build::Config::new().out_dir(&registry.out).compile_fds(descriptors)?)
}
