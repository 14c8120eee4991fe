mod fix;

use std::collections::{BTreeMap, BTreeSet};

use signalbook_diagnostics::{Finding, Severity};
use signalbook_evolve::Rollout;
use signalbook_gate::{EventReport, Report};
use signalbook_history::MINOR_NOT_RAISED;

use self::fix::fix;
use crate::{
    Exit,
    baseline::comparison::{Comparison, ComparisonArgs},
    failure::Failure,
    shared_args::{Deny, FormatArgs},
    terminal::{Terminal, count, findings_report},
};

/// Show which changes of the registry break consumers or producers, and what to do
///
/// Compares each event with its accepted versions, or with another baseline. The exit code is 100 if there
/// are errors. Warnings and waived findings do not change it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook breaking                                compare with the history
  signalbook breaking --against git:origin/main      with the merge base
  signalbook breaking --against git:v1.2!            with the tag itself
  signalbook breaking --against git:v1.2!:contracts  with its folder contracts
  signalbook breaking --fix                          apply the safe fixes
  signalbook breaking --against release-1.2.tar.gz
  signalbook breaking --against https://registry.example.com

The credentials of a schema registry are read from its URL, or from
SIGNALBOOK_REGISTRY_AUTH as `user:password`.")]
pub(crate) struct Args {
    #[command(flatten)]
    comparison: ComparisonArgs,
    /// Exit with 100 if there are warnings
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// Apply the safe fixes to the registry, and report the remaining findings
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut comparison = Comparison::open(&args.comparison, terminal)?;
    let mut report = comparison.report();
    let mut is_fixed = false;
    // A fix can reveal further findings. The loop ends, because each fix adds something to the registry.
    while args.fix && fix(&comparison.registry.root, &report.findings, terminal)? {
        is_fixed = true;
        comparison = Comparison::open(&args.comparison, terminal)?;
        report = comparison.report();
    }
    let findings = &report.findings;
    let summary = summary(&comparison.baseline.name, &report);
    findings_report::print(args.format.format, findings, &comparison.registry.sources, &summary, terminal)?;
    let has_errors = findings.iter().any(|finding| finding.severity == Severity::Error);
    if is_fixed {
        let rest = if has_errors { "fix the remaining errors, then run" } else { "run" };
        terminal.note(format_args!("next: {rest} `signalbook accept`, which accepts the fixed registry"));
    }
    let fails = has_errors || (args.deny.is_some() && !findings.is_empty());
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// `1 breaking change in 1 of 12 events against `schemas/history`. Rollout of this change: producers first`
fn summary(name: &str, report: &Report) -> String {
    let events = count(report.events.len(), "event");
    let breaking: Vec<_> = report.breaking().collect();
    let aside = aside(report, breaking.len());
    if breaking.is_empty() {
        let has_changes = report.events.iter().any(|event| event.has_changed);
        let what = if has_changes || history_errors(report) > 0 {
            format!("no breaking changes{aside}. Rollout: {}", rollout(report))
        } else {
            format!("no changes{aside}")
        };
        return format!("{events} against {name}: {what}");
    }
    let evidence = breaking.iter().filter_map(|finding| finding.evidence.as_ref());
    let broken: BTreeSet<_> = evidence.map(|evidence| &evidence.event).collect();
    let changes = count(breaking.len(), "breaking change");
    let has_none = |event: &&EventReport| broken.contains(&event.event_type) && event.rollout.is_none();
    let rollout = match report.events.iter().filter(has_none).count() {
        0 => format!("Rollout of this change: {}", rollout(report)),
        _ => "Resolve them before a rollout".to_owned(),
    };
    let broken = broken.len();
    format!("{changes} in {broken} of {events} against {name}{aside}. {rollout}")
}

/// The other findings, in parentheses.
fn aside(report: &Report, breaking: usize) -> String {
    let numbers = report.findings.iter().filter(|finding| is_number(finding)).count();
    let faults = history_errors(report);
    let warnings = report.findings.len() - breaking - numbers - faults;
    let mut aside = Vec::new();
    if faults > 0 {
        aside.push(format!("{} in the history", count(faults, "error")));
    }
    if numbers > 0 {
        aside.push(format!("{} to raise", count(numbers, "minor version")));
    }
    if warnings > 0 {
        aside.push(count(warnings, "warning"));
    }
    if !report.waived.is_empty() {
        aside.push(format!("{} waived", count(report.waived.len(), "finding")));
    }
    if aside.is_empty() { String::new() } else { format!(" ({})", aside.join(", ")) }
}

/// The number of errors in the files of the history.
fn history_errors(report: &Report) -> usize {
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.filter(|finding| !is_number(finding)).count() - report.breaking().count()
}

fn is_number(finding: &Finding) -> bool {
    finding.rule.id == MINOR_NOT_RAISED.id
}

/// The order in which services adopt all changes together.
fn rollout(report: &Report) -> String {
    let mut events: BTreeMap<String, usize> = BTreeMap::new();
    let mut any_order = Rollout::AnyOrder.to_string();
    for event in &report.events {
        match (event.rollout, event.rollout_text()) {
            (Some(Rollout::AnyOrder), Some(text)) if event.has_other_encoding => any_order = text,
            (None | Some(Rollout::AnyOrder), _) | (_, None) => {}
            (Some(_), Some(text)) => *events.entry(text).or_default() += 1,
        }
    }
    match events.len() {
        0 => any_order,
        1 => events.into_keys().collect(),
        _ => {
            let each =
                events.into_iter().map(|(rollout, number)| format!("{} {rollout}", count(number, "event")));
            each.collect::<Vec<_>>().join("; ")
        }
    }
}
