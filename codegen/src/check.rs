use std::collections::BTreeMap;

use signalbook_diagnostics::{Date, Finding, Level, Pattern, Policy, RULES, Rule, Severity, Sources};
use signalbook_model::{Name, similar};

use crate::checked_registry::CheckedRegistry;
use crate::lint::{self, LINTS};
use crate::lower::lower;
use crate::rules::ERRORS;
use crate::syntax::{self, File, SettingsDocument};

static UNKNOWN_RULE: Rule = Rule::lint(
    "unknown-rule",
    Level::Warn,
    "A rule in settings or waivers must exist, and must not be an error whose level is fixed.",
)
.explained(
    r#"[lint]
missing-docs = "deny"    # should be `missing-doc`"#,
    "correct the name; `signalbook explain` lists the rules",
);

static COMPATIBILITY_UNUSED: Rule = Rule::lint(
    "compatibility-unused",
    Level::Warn,
    "A pattern in `[compatibility]` should match an event. If the pattern is misspelled, the event has \
     another mode.",
)
.explained(
    r#"[compatibility]
"com.example.shpo.*" = "NONE"    # should be `shop`"#,
    "remove it, or correct the pattern",
);

/// What a check uses in addition to the files.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The current date, for waivers that end.
    pub today: Option<Date>,
    /// The rules of other tools that read the same settings. If `None`, unknown rules are not reported.
    pub other_rules: Option<Vec<&'static Rule>>,
    /// The event types that are declared elsewhere, in Rust code. If `None`, patterns in `[compatibility]`
    /// that match no event are not reported.
    pub other_events: Option<Vec<Name>>,
}

impl Options {
    /// Sets the current date.
    #[must_use]
    pub fn today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    /// Sets the rules of other tools.
    #[must_use]
    pub fn other_rules(mut self, rules: Vec<&'static Rule>) -> Self {
        self.other_rules = Some(rules);
        self
    }

    /// Sets the event types that are declared elsewhere.
    #[must_use]
    pub fn other_events(mut self, events: Vec<Name>) -> Self {
        self.other_events = Some(events);
        self
    }
}

/// The result of a check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckReport {
    /// The checked registry. `None` if there are errors.
    pub registry: Option<CheckedRegistry>,
    /// All findings, in the order of the files and of the locations in them.
    pub findings: Vec<Finding>,
    /// The waived findings, each with the index of its waiver in the policy.
    pub waived: Vec<(Finding, usize)>,
    /// The levels and waivers of `signalbook.toml`. Other tools use them too.
    pub policy: Policy,
}

impl CheckReport {
    /// Returns true if there are errors.
    pub fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Returns every rule that [`check`] applies.
pub fn rules() -> Vec<&'static Rule> {
    let lints = LINTS.iter().map(|lint| &lint.rule);
    ERRORS
        .iter()
        .copied()
        .chain(lints)
        .chain([&UNKNOWN_RULE, &COMPATIBILITY_UNUSED])
        .chain(RULES.iter().copied())
        .collect()
}

/// Reads `sources` as one registry: the settings from the file called `signalbook.toml`, declarations from
/// all others.
///
/// All errors are reported at once. An error does not cause further findings about the parts that it leaves
/// unclear.
pub fn check(sources: &Sources, options: &Options) -> CheckReport {
    let mut findings = Vec::new();
    let mut documents = Vec::new();
    let mut settings = SettingsDocument::default();
    for (id, source) in sources.iter() {
        match syntax::read(id, source, &mut findings) {
            File::Registry(document) => documents.push(document),
            File::Settings(document) => settings = *document,
        }
    }
    let checked = lower(&documents, settings.settings(), &mut findings);
    let whole = findings.is_empty();
    let known = rules();
    if let Some(others) = &options.other_rules {
        find_unknown_rules(&settings, &[known.as_slice(), others].concat(), &mut findings);
    }
    if let Some(others) = options.other_events.as_ref().filter(|_| whole) {
        find_unused_modes(&settings, &checked, others, &mut findings);
    }
    let levels: BTreeMap<_, _> = settings.lint.into_iter().map(|(rule, level)| (rule.value, level)).collect();
    let policy = Policy { levels, waivers: settings.waivers, today: options.today };
    lint::run(&checked, whole, &policy, &mut findings);
    let applied = policy.apply(findings, &known);
    CheckReport {
        registry: whole.then_some(checked),
        findings: applied.findings,
        waived: applied.waived,
        policy,
    }
}

fn find_unused_modes(
    settings: &SettingsDocument,
    checked: &CheckedRegistry,
    others: &[Name],
    findings: &mut Vec<Finding>,
) {
    for (on, _) in &settings.compatibility {
        let pattern = Pattern::new(on.value.as_str());
        let mut events = checked.events.iter().map(|event| &event.name).chain(others);
        if !events.any(|event| pattern.matches(event.as_str())) {
            let title = format!("no event matches `{}`", on.value);
            findings.push(
                Finding::new(&COMPATIBILITY_UNUSED, title)
                    .at(on.span, "this mode is not used")
                    .help("remove it, or correct the pattern"),
            );
        }
    }
}

fn find_unknown_rules(settings: &SettingsDocument, known: &[&Rule], findings: &mut Vec<Finding>) {
    let levels = settings.lint.iter().map(|(rule, _)| (rule.value.as_str(), Some(rule.span)));
    let waivers = settings.waivers.iter().map(|waiver| (waiver.rule.as_str(), waiver.span));
    for (id, span) in levels.chain(waivers) {
        let rule = known.iter().find(|rule| rule.id == id);
        let (finding, label) = match rule {
            Some(rule) if rule.adjustable => continue,
            Some(rule) => {
                let title = format!("the level of rule `{id}` cannot be changed");
                (
                    Finding::new(&UNKNOWN_RULE, title)
                        .help("correct its findings in the registry")
                        .note(rule.doc),
                    "always an error",
                )
            }
            None => (Finding::new(&UNKNOWN_RULE, format!("no rule `{id}`")), "not a rule"),
        };
        let finding = match span {
            Some(span) => finding.at(span, label),
            None => finding,
        };
        let adjustable = known.iter().filter(|rule| rule.adjustable).map(|rule| rule.id);
        findings.push(match (rule, similar(id, adjustable), span) {
            (None, Some(name), Some(span)) => finding.suggest(format!("did you mean `{name}`?"), span, name),
            _ => finding,
        });
    }
}
