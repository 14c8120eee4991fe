use std::collections::{BTreeMap, BTreeSet};

use signalbook_diagnostics::{Finding, Severity, Verdict, WAIVER_UNUSED};
use signalbook_evolve::{RULES, Report, Rollout};
use signalbook_history::{MINOR_NOT_RAISED, RULES as RULES_OF_HISTORY};
use signalbook_model::Name;

use crate::{
    Outcome,
    args::{Deny, FormatArgs},
    comparison::{Comparison, ComparisonArgs},
    failure::Failure,
    fix::fix,
    report,
    terminal::{Terminal, count},
};

/// Say what a change of the registry breaks, for whom, and what to do
///
/// Each event is judged against the versions that were accepted of it, or another baseline. The exit code is 0 where nothing
/// breaks, or what does is waived or a warning; 100 where something does.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook breaking                                against the accepted versions, schemas/history
  signalbook breaking --against git:origin/main      against where this branch left main
  signalbook breaking --against git:v1.2!            against the tag itself
  signalbook breaking --against git:v1.2!:contracts  where the registry was in another folder then
  signalbook breaking --fix                          amend the registry where that is safe
  signalbook breaking --against release-1.2.tar.gz
  signalbook breaking --against https://registry.example.com

A schema registry's credentials are taken from SIGNALBOOK_REGISTRY_AUTH, `user:password`, or from its URL.")]
pub(crate) struct Args {
    #[command(flatten)]
    comparison: ComparisonArgs,
    /// Exit with 100 for warnings as well
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// Make the fixes in the registry that are said to be applied by it, and judge what is left
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut comparison = Comparison::open(&args.comparison, terminal)?;
    let (mut judged, mut verdict) = judge(&comparison);
    // A fix may bring to light what it hid. Each adds what was not there, so there is an end.
    while args.fix && fix(&comparison.dir, &verdict.findings, terminal)? {
        comparison = Comparison::open(&args.comparison, terminal)?;
        (judged, verdict) = judge(&comparison);
    }
    let findings = &verdict.findings;
    let summary = summary(&comparison, &judged, &verdict);
    report::print(args.format.format, findings, &comparison.sources, &summary, terminal)?;
    let fails = findings.iter().any(|finding| finding.severity == Severity::Error)
        || (args.deny.is_some() && !findings.is_empty());
    Ok(if fails { Outcome::Findings } else { Outcome::Clean })
}

/// What the gate says, and what the levels and waivers of the registry leave of it.
fn judge(comparison: &Comparison) -> (Report, Verdict) {
    let mut judged = comparison.judge();
    let mut findings = std::mem::take(&mut judged.findings);
    findings.extend(comparison.baseline.findings.iter().cloned());
    let mut verdict = comparison.policy.apply(findings, RULES);
    // What breaks is mended first, and may need no other number then.
    let broken: BTreeSet<_> = breaking(&verdict.findings).filter_map(event).cloned().collect();
    verdict
        .findings
        .retain(|finding| !is_number(finding) || event(finding).is_none_or(|event| !broken.contains(event)));
    verdict
        .findings
        .retain(|finding| finding.rule.id != WAIVER_UNUSED.id || comparison.shows_unused(finding));
    (judged, verdict)
}

/// `1 breaking change in 1 of 12 events against `schemas/history`. Rollout as it stands: producers first`
fn summary(comparison: &Comparison, report: &Report, verdict: &Verdict) -> String {
    let name = &comparison.baseline.name;
    let events = count(report.events.len(), "event");
    let errors: Vec<_> = breaking(&verdict.findings).collect();
    let numbers = verdict.findings.iter().filter(|finding| is_number(finding)).count();
    let faults = verdict.findings.iter().filter(|finding| is_fault(finding)).count();
    let warnings = verdict.findings.len() - errors.len() - numbers - faults;
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
    if !verdict.waived.is_empty() {
        aside.push(format!("{} waived", count(verdict.waived.len(), "finding")));
    }
    let aside = if aside.is_empty() { String::new() } else { format!(" ({})", aside.join(", ")) };
    if errors.is_empty() {
        let what = if comparison.has_changes() || faults > 0 {
            format!("nothing breaks{aside}. Rollout: {}", rollout(report))
        } else {
            format!("nothing changed{aside}")
        };
        return format!("{events} against {name}: {what}");
    }
    let broken: BTreeSet<_> = errors.iter().copied().filter_map(event).collect();
    let changes = count(errors.len(), "breaking change");
    let (broken, rollout) = (broken.len(), rollout(report));
    format!("{changes} in {broken} of {events} against {name}{aside}. Rollout as it stands: {rollout}")
}

/// The errors, but for numbers that must rise and faults of the history: those break nothing.
fn breaking(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    let breaks = |finding: &&Finding| !is_number(finding) && !is_fault(finding);
    findings.iter().filter(|finding| finding.severity == Severity::Error).filter(breaks)
}

/// Whether it is an error about the files of the history.
fn is_fault(finding: &Finding) -> bool {
    let about_files =
        finding.evidence.is_none() && RULES_OF_HISTORY.iter().any(|rule| rule.id == finding.rule.id);
    about_files && finding.severity == Severity::Error
}

fn is_number(finding: &Finding) -> bool {
    finding.rule.id == MINOR_NOT_RAISED.id
}

fn event(finding: &Finding) -> Option<&Name> {
    Some(&finding.evidence.as_ref()?.event)
}

/// In which order services take all changes up together.
fn rollout(report: &Report) -> String {
    let mut events: BTreeMap<String, usize> = BTreeMap::new();
    for rollout in report.events.iter().filter_map(|event| event.rollout) {
        if rollout != Rollout::AnyOrder {
            *events.entry(rollout.to_string()).or_default() += 1;
        }
    }
    match events.len() {
        0 => Rollout::AnyOrder.to_string(),
        1 => events.into_keys().collect(),
        _ => {
            let each =
                events.into_iter().map(|(rollout, number)| format!("{} {rollout}", count(number, "event")));
            each.collect::<Vec<_>>().join("; ")
        }
    }
}
