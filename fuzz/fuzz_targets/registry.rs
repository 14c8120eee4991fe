//! The registry language: any text is parsed, checked and reported on; a registry without errors has schemas
//! and code.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbook_codegen::tool::{Options, check, emit};
use signalbook_diagnostics::{Sources, render};
use signalbook_history::History;

/// Separates the files of an input. The first file is the settings.
const NEXT_FILE: &str = "\n#---\n";

fuzz_target!(|text: &str| {
    let mut sources = Sources::new();
    match text.split_once(NEXT_FILE) {
        Some((settings, rest)) => {
            sources.add("signalbook.toml", settings);
            for (number, text) in rest.split(NEXT_FILE).enumerate() {
                sources.add(format!("{number}.toml"), text);
            }
        }
        None => drop(sources.add("registry.toml", text)),
    }
    let report = check(&sources, &Options::default().other_rules(Vec::new()));
    render::human(&report.findings, &sources, true);
    render::short(&report.findings, &sources);
    if let Some(checked) = report.registry {
        for event in checked.registry.events.keys() {
            checked.registry.schema(event.as_str()).expect("a registry without errors has schemas");
        }
        let _ = emit::rust(&checked, &History::default());
    }
});
