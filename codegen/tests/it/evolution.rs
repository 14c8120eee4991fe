//! Changes of a registry, one folder each in `tests/evolution`, with what the gate says of them.
//!
//! A folder is called after the rule that its change breaks, `a+b` where it cannot break one alone, with `--` and a word
//! where there are several; those called `none--…` break none. `new.toml` is the registry under the gate, with
//! `new.types.toml` where it takes two files, `old.toml` what was accepted, or `old-0.toml`, `old-1.toml`, … where there are
//! several versions. `signalbook.toml` has the mode. The report is made anew with
//! `UPDATE_EXPECT=1`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use signalbook_codegen::{Contract, Options, Sources, check};
use signalbook_diagnostics::{Finding, render};
use signalbook_evolve::{Candidate, RULES, Report, Version, gate};
use signalbook_model::{Facts, Name, Schema};

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/evolution");
    let entries = fs::read_dir(root).expect("the cases are there");
    let mut cases: Vec<_> = entries.map(|entry| entry.expect("the cases can be listed").path()).collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> &str {
    case.file_name().and_then(|name| name.to_str()).expect("cases have names in UTF-8")
}

fn contract(case: &Path, version: &str) -> Option<(Sources, Contract)> {
    let file = format!("{version}.toml");
    let mut sources = Sources::new();
    sources.add(file.as_str(), fs::read_to_string(case.join(&file)).ok()?);
    for file in [format!("{version}.types.toml"), "signalbook.toml".to_owned()] {
        if let Ok(text) = fs::read_to_string(case.join(&file)) {
            sources.add(file, text);
        }
    }
    let checked = check(&sources, &Options::default());
    let Some(contract) = checked.contract else {
        panic!("{}/{file}:\n{}", case.display(), render::human(&checked.findings, &sources, false));
    };
    Some((sources, contract))
}

/// An event of a registry, as the gate wants it.
struct Event {
    minor: u32,
    schema: Schema,
    facts: Option<Facts>,
}

impl Event {
    fn of(contract: &Contract, event_type: &Name) -> Option<Self> {
        let minor = contract.registry.events.get(event_type)?.minor;
        let schema = contract.registry.schema(event_type.as_str()).expect("a checked registry has schemas");
        Some(Self { minor, schema, facts: Facts::of(&contract.registry, event_type.as_str()) })
    }

    fn version(&self) -> Version<'_> {
        let label = format!("minor {}", self.minor);
        Version { minor: self.minor, label, schema: &self.schema, facts: self.facts.as_ref() }
    }
}

/// The registry under the gate, and what the gate says of it.
fn judge(case: &Path) -> (Sources, Contract, Report) {
    let (sources, new) = contract(case, "new").expect("a new version");
    let one = contract(case, "old");
    let many = (0..).map_while(|number| contract(case, &format!("old-{number}")));
    let old: Vec<Contract> = one.into_iter().chain(many).map(|(_, contract)| contract).collect();
    let names: BTreeSet<&Name> =
        old.iter().chain([&new]).flat_map(|contract| contract.registry.events.keys()).collect();
    let events: Vec<_> = names
        .into_iter()
        .map(|name| {
            let accepted: Vec<Event> = old.iter().filter_map(|old| Event::of(old, name)).collect();
            (name, Event::of(&new, name), accepted)
        })
        .collect();
    let candidates: Vec<Candidate<'_>> = events
        .iter()
        .map(|(event_type, event, accepted)| Candidate {
            event_type,
            mode: new.settings.compatibility,
            registry: Some(&new.registry),
            new: event.as_ref().map(Event::version),
            accepted: accepted.iter().map(Event::version).collect(),
        })
        .collect();
    let report = gate(&candidates);
    (sources, new, report)
}

fn text(sources: &Sources, contract: &Contract, report: Report) -> String {
    let findings: Vec<Finding> =
        report.findings.into_iter().map(|finding| finding.located(contract)).collect();
    let mut text = render::human(&findings, sources, false);
    for outcome in report.events {
        let rollout = outcome.rollout.map_or("none".to_owned(), |rollout| rollout.to_string());
        writeln!(text, "\n{}: rollout: {rollout}; crate: {}", outcome.event_type, outcome.bump)
            .expect("a text");
    }
    text
}

#[test]
fn reports_are_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (sources, contract, report) = judge(&case);
        let text = text(&sources, &contract, report);
        let path = case.join("report.txt");
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &text).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            wrong.push(format!("{}:\n{text}", name(&case)));
        }
    }
    assert!(wrong.is_empty(), "not the expected reports:\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_finds_its_own_cases_and_no_others() {
    let mut shown = BTreeSet::new();
    let mut wrong = Vec::new();
    for case in cases() {
        let (_, _, report) = judge(&case);
        let found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
        let rules = name(&case).split("--").next().unwrap();
        let expected: BTreeSet<&str> = rules.split('+').filter(|rule| *rule != "none").collect();
        if found != expected {
            wrong.push(format!("{}: {found:?}", name(&case)));
        }
        shown.extend(found);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let silent: Vec<_> = RULES.iter().map(|rule| rule.id).filter(|rule| !shown.contains(rule)).collect();
    assert!(silent.is_empty(), "no case for {silent:?}");
}
