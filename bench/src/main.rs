//! Benchmarks of Signalbook beside its peers: one subcommand each, a table or, with `--json`, one object a row.

mod bus;
mod codec;
mod compat;
mod compile_time;
mod gate;
mod generation;
mod report;
mod timing;

use clap::{Parser, Subcommand};

/// Benchmarks of Signalbook beside its peers.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Print one JSON object a row instead of a table.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Debug, Subcommand)]
enum Benchmark {
    /// Publishing through a bus beside its bare client.
    Bus(bus::Args),
    /// Encoding and decoding beside the peers and a codec written by hand.
    Codec(codec::Args),
    /// Judging whether one schema reads what another wrote.
    Compat,
    /// What derives cost the compiler.
    CompileTime(compile_time::Args),
    /// Judging a thousand events with ten accepted versions each.
    Gate,
    /// Generating Rust from a registry beside other generators.
    Generation(generation::Args),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cli = Cli::parse();
    match cli.benchmark {
        Benchmark::Bus(args) => report::print(&bus::run(&args)?, cli.json),
        Benchmark::Codec(args) => codec::run(&args, cli.json),
        Benchmark::Compat => report::print(&compat::run(), cli.json),
        Benchmark::Gate => report::print(&gate::run()?, cli.json),
        Benchmark::Generation(args) => report::print(&generation::run(&args)?, cli.json),
        Benchmark::CompileTime(args) => report::print(&compile_time::run(&args)?, cli.json),
    }
}
