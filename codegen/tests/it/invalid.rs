//! Invalid registries with their reports. Each case is a folder.
//!
//! The name of a folder is the rule that the registry violates. A suffix `--word` distinguishes cases of the
//! same rule. `UPDATE_EXPECT=1` writes the reports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use signalbook_codegen::tool::{Options, check, emit, files, rules};
use signalbook_diagnostics::{Date, Sources, render};
use signalbook_history::History;

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid");
    let entries = fs::read_dir(root).expect("the cases exist");
    let mut cases: Vec<_> = entries.map(|entry| entry.expect("the cases can be listed").path()).collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> &str {
    case.file_name().and_then(|name| name.to_str()).expect("cases have names in UTF-8")
}

fn report(case: &Path) -> String {
    let mut sources = Sources::new();
    for file in files(case).expect("the case exists") {
        sources.add_bytes(name(&file), fs::read(&file).expect("the case can be read"));
    }
    let options = Options::default()
        .today(Date { year: 2026, month: 6, day: 1 })
        .other_rules(Vec::new())
        .other_events(Vec::new());
    let report = check(&sources, &options);
    let mut findings = report.findings;
    if let Some(Err(emission)) =
        report.registry.as_ref().map(|checked| emit::rust(checked, &History::default()))
    {
        findings.extend(emission);
    }
    render::human(&findings, &sources, false)
}

#[test]
fn reports_are_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let report = report(&case);
        let path = case.join("report.txt");
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &report).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != report {
            wrong.push(format!("{}:\n{report}", name(&case)));
        }
    }
    assert!(wrong.is_empty(), "not the expected reports:\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case() {
    let mut shown = BTreeSet::new();
    for case in cases() {
        let report = report(&case);
        let rule = name(&case).split("--").next().unwrap();
        if rules().iter().any(|known| known.id == rule) {
            assert!(
                report.contains(&format!("[{rule}]")),
                "{} does not break its rule:\n{report}",
                name(&case)
            );
            shown.insert(rule.to_owned());
        }
    }
    let silent: Vec<_> = rules().iter().map(|rule| rule.id).filter(|rule| !shown.contains(*rule)).collect();
    assert!(silent.is_empty(), "no case for {silent:?}");
}
