//! Changes of a registry with the report of the gate. Each case is a folder in `gate/tests/evolution`.
//!
//! The name of a folder is the rule that the change violates, or `a+b` for two rules. A suffix `--word`
//! distinguishes cases of the same rule. The cases `none--…` violate no rule. `new.toml` is the new version
//! of the registry; `new.types.toml` is an optional second file. `old.toml` is the accepted version; several
//! versions are `old-0.toml`, `old-1.toml`, …. The file `signalbook.toml` has the settings;
//! `old.signalbook.toml` those of one version. `UPDATE_EXPECT=1` writes the reports.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use signalbook_codegen::tool::edit::{TomlWording, apply};
use signalbook_codegen::tool::emit::registry_rust_types;
use signalbook_codegen::tool::{CheckedRegistry, Options, Sources, check};
use signalbook_diagnostics::{Policy, Severity, render};
use signalbook_gate::{EventVersions, Gate, Report, Side, rules};

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evolution");
    let entries = fs::read_dir(root).expect("the cases exist");
    let mut cases: Vec<_> = entries.map(|entry| entry.expect("the cases can be listed").path()).collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> &str {
    case.file_name().and_then(|name| name.to_str()).expect("cases have names in UTF-8")
}

fn checked(case: &Path, version: &str) -> Option<(Sources, CheckedRegistry)> {
    let file = format!("{version}.toml");
    let mut sources = Sources::new();
    sources.add(file.as_str(), fs::read_to_string(case.join(&file)).ok()?);
    let types = format!("{version}.types.toml");
    if let Ok(text) = fs::read_to_string(case.join(&types)) {
        sources.add(types, text);
    }
    let own = case.join(format!("{version}.signalbook.toml"));
    if let Ok(text) = fs::read_to_string(own).or_else(|_| fs::read_to_string(case.join("signalbook.toml"))) {
        sources.add("signalbook.toml", text);
    }
    let report = check(&sources, &Options::default());
    let Some(checked) = report.registry else {
        panic!("{}/{file}:\n{}", case.display(), render::human(&report.findings, &sources, false));
    };
    Some((sources, checked))
}

/// Returns the new version of the registry, and the report of the gate.
fn report(case: &Path) -> (Sources, Report) {
    let (sources, checked) = checked(case, "new").expect("a new version");
    let report = judge(&checked, &baseline(case), &TomlWording::without_files());
    (sources, report)
}

fn judge(checked: &CheckedRegistry, baseline: &Side, wording: &TomlWording<'_>) -> Report {
    Gate::new(&side(checked), baseline, wording, &Policy::default())
        .registry(&checked.registry)
        .mode(&|_| checked.settings.compatibility)
        .locate(checked)
        .report(Vec::new())
}

fn baseline(case: &Path) -> Side {
    let mut baseline = Side::default();
    for version in std::iter::once("old".to_owned()).chain((0..9).map(|number| format!("old-{number}"))) {
        let Some((_, old)) = self::checked(case, &version) else { continue };
        for (event_type, event) in side(&old).events {
            let known = baseline.events.entry(event_type).or_insert_with(EventVersions::default);
            known.declared = true;
            known.versions.extend(event.versions);
        }
    }
    baseline
}

/// The rules and paths of findings.
fn found(report: &Report) -> BTreeSet<(&'static str, Option<signalbook_model::Path>)> {
    report.findings.iter().map(|finding| (finding.rule.id, finding.path.clone())).collect()
}

fn side(checked: &CheckedRegistry) -> Side {
    let types = registry_rust_types(checked).expect("valid Rust");
    let side = Side::of_registry(&checked.registry).expect("a checked registry has schemas");
    side.with_registry_rust(&checked.registry, &types)
}

fn text(sources: &Sources, report: Report) -> String {
    let mut text = render::human(&report.findings, sources, false);
    for outcome in report.events {
        let rollout = outcome.rollout_text().unwrap_or_else(|| "none".to_owned());
        writeln!(text, "\n{}: rollout: {rollout}", outcome.event_type).expect("a text");
    }
    text
}

#[test]
fn reports_are_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (sources, report) = report(&case);
        let text = text(&sources, report);
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
fn every_rule_finds_only_its_own_cases() {
    let mut shown = BTreeSet::new();
    let mut wrong = Vec::new();
    for case in cases() {
        let (_, report) = report(&case);
        let found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
        let rules = name(&case).split("--").next().unwrap();
        let expected: BTreeSet<&str> = rules.split('+').filter(|rule| *rule != "none").collect();
        if found != expected {
            wrong.push(format!("{}: {found:?}", name(&case)));
        }
        shown.extend(found);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let silent: Vec<_> = rules().iter().map(|rule| rule.id).filter(|rule| !shown.contains(rule)).collect();
    assert!(silent.is_empty(), "no case for {silent:?}");
}

/// Following a suggestion resolves its finding, and leads to no finding that was not there.
#[test]
fn suggested_edits_do_no_harm() {
    // The alias makes the gate see a rename, which other readers or Rust code do not know.
    let follow_ups = [
        ("field-renamed-without-alias", "rename-unknown-to-old-readers"),
        ("name-changed", "rust-type-changed"),
    ];
    let mut suggested = BTreeSet::new();
    let mut harmful = Vec::new();
    for case in cases() {
        let (sources, checked) = checked(&case, "new").expect("a new version");
        let baseline = baseline(&case);
        let report = judge(&checked, &baseline, &TomlWording::of(&sources, &checked));
        let before = found(&report);
        for finding in &report.findings {
            let rule = finding.rule.id;
            for suggestion in &finding.suggestions {
                suggested.insert(rule);
                let edited = apply(&sources, suggestion);
                let again = check(&edited, &Options::default());
                let errors = again.findings.iter().filter(|finding| finding.severity == Severity::Error);
                let mut harm: Vec<_> = errors.map(|finding| finding.rule.id).collect();
                if let Some(fixed) = again.registry {
                    let after = found(&judge(&fixed, &baseline, &TomlWording::without_files()));
                    harm.extend(after.difference(&before).map(|(rule, _)| *rule));
                    harm.extend(after.contains(&(rule, finding.path.clone())).then_some(rule));
                }
                harm.retain(|harm| !follow_ups.contains(&(rule, *harm)));
                if !harm.is_empty() {
                    harmful.push(format!("{}: {}: {harm:?}", name(&case), suggestion.message));
                }
            }
        }
    }
    assert!(harmful.is_empty(), "suggestions that do not help:\n{}", harmful.join("\n"));
    let with_edits: Vec<_> =
        rules().iter().map(|rule| rule.id).filter(|rule| suggested.contains(rule)).collect();
    let expected = [
        "field-added-without-default",
        "field-removed-without-default",
        "enum-symbol-removed",
        "name-changed",
        "field-renamed-without-alias",
    ];
    assert_eq!(with_edits, expected, "a rule that suggests edits needs a case, and is named here");
}
