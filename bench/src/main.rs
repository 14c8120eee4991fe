//! Benchmarks of Signalbook and its peers. Each subcommand prints a table or, with `--json`, one object for
//! each row.

mod allocations;
mod bus;
mod codec;
mod compat;
mod compile_time;
mod evolution_gate;
mod generation;
mod growth;
mod path;
mod report;
mod timing;

use clap::{Parser, Subcommand};

/// Benchmarks of Signalbook and its peers.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Print one JSON object for each row instead of a table.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Debug, Subcommand)]
enum Benchmark {
    /// Publish through a bus, compared with its bare client.
    Bus(bus::Args),
    /// Encode and decode, compared with the peers and a hand-written codec.
    Codec(codec::Args),
    /// Check whether one schema can read data of another.
    Compat,
    /// Compile derives.
    CompileTime(compile_time::Args),
    /// Run the gate for a thousand events with ten accepted versions each.
    Gate,
    /// Generate Rust from a registry, compared with other generators.
    Generation(generation::Args),
    /// Run the command line on an input and on a quarter of it.
    Growth(growth::Args),
    /// Publish and consume typed events: the time and the allocations of each step.
    Path(path::Args),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cli = Cli::parse();
    match cli.benchmark {
        Benchmark::Bus(args) => report::print(&bus::run(&args)?, cli.json),
        Benchmark::Codec(args) => codec::run(&args, cli.json),
        Benchmark::Compat => report::print(&compat::run(), cli.json),
        Benchmark::Gate => report::print(&evolution_gate::run()?, cli.json),
        Benchmark::Generation(args) => report::print(&generation::run(&args)?, cli.json),
        Benchmark::Growth(args) => report::print(&growth::run(&args)?, cli.json),
        Benchmark::Path(args) => report::print(&path::run(&args)?, cli.json),
        Benchmark::CompileTime(args) => report::print(&compile_time::run(&args)?, cli.json),
    }
}
