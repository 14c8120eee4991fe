use std::collections::BTreeMap;

use signalbook_diagnostics::{Date, Finding, Level, Pattern, Policy, RULES, Rule, Severity, Sources};
use signalbook_model::{Name, similar};

use crate::contract::Contract;
use crate::lint::{self, LINTS};
use crate::lower::lower;
use crate::rules::ERRORS;
use crate::syntax::{self, File, SettingsDocument};

static UNKNOWN_RULE: Rule = Rule::lint(
    "unknown-rule",
    Level::Warn,
    "Settings and waivers name rules that exist, and that are not errors which nothing can overrule.",
)
.explained(
    r#"[lint]
missing-docs = "deny"    # means: missing-doc"#,
    "correct the name; `signalbook explain` lists the rules",
);

static COMPATIBILITY_UNUSED: Rule = Rule::lint(
    "compatibility-unused",
    Level::Warn,
    "A mode in `[compatibility]` that matches no event is left over, or its pattern has a slip: the event that it means is \
     judged by another mode.",
)
.explained(
    r#"[compatibility]
"com.example.shpo.*" = "NONE"    # means: shop"#,
    "remove it, or correct its pattern",
);

/// What a check goes by beside the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The day, for waivers that end.
    pub today: Option<Date>,
    /// The rules of other tools that read the same settings. Without them, nobody can say that a rule does not exist.
    pub other_rules: Option<Vec<&'static Rule>>,
    /// The event types that are declared elsewhere, by hand in Rust. Without them, nobody can say that a pattern of the
    /// settings matches no event.
    pub other_events: Option<Vec<Name>>,
}

/// What came of reading a registry.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The contract, unless errors leave none.
    pub contract: Option<Contract>,
    /// All that there is to say, in the order of the files and of the places in them.
    pub findings: Vec<Finding>,
    /// What `signalbook.toml` accepts, each with the index of its waiver in the policy.
    pub waived: Vec<(Finding, usize)>,
    /// The levels and waivers of `signalbook.toml`; other tools judge by them too.
    pub policy: Policy,
}

impl Checked {
    /// Whether there are errors.
    pub fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Every rule that [`check`] knows.
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

/// Reads `sources` as one registry: the settings from the file called `signalbook.toml`, declarations from all others.
///
/// All errors are found at once. What one of them leaves unclear is not held against anything else.
pub fn check(sources: &Sources, options: &Options) -> Checked {
    let mut findings = Vec::new();
    let mut documents = Vec::new();
    let mut settings = SettingsDocument::default();
    for (id, source) in sources.iter() {
        match syntax::read(id, source, &mut findings) {
            File::Registry(document) => documents.push(document),
            File::Settings(document) => settings = *document,
        }
    }
    let contract = lower(&documents, settings.settings(), &mut findings);
    let whole = findings.is_empty();
    let known = rules();
    if let Some(others) = &options.other_rules {
        find_unknown_rules(&settings, &[known.as_slice(), others].concat(), &mut findings);
    }
    if let Some(others) = options.other_events.as_ref().filter(|_| whole) {
        find_unused_modes(&settings, &contract, others, &mut findings);
    }
    let levels: BTreeMap<_, _> = settings.lint.into_iter().map(|(rule, level)| (rule.value, level)).collect();
    let policy = Policy { levels, waivers: settings.waivers, today: options.today };
    lint::run(&contract, whole, &policy, &mut findings);
    let verdict = policy.apply(findings, &known);
    Checked {
        contract: whole.then_some(contract),
        findings: verdict.findings,
        waived: verdict.waived,
        policy,
    }
}

fn find_unused_modes(
    settings: &SettingsDocument,
    contract: &Contract,
    others: &[Name],
    findings: &mut Vec<Finding>,
) {
    for (on, _) in &settings.compatibility {
        let pattern = Pattern::new(on.value.as_str());
        let mut events = contract.events.iter().map(|event| &event.name).chain(others);
        if !events.any(|event| pattern.matches(event.as_str())) {
            let title = format!("no event matches `{}`", on.value);
            findings.push(
                Finding::new(&COMPATIBILITY_UNUSED, title)
                    .at(on.span, "its mode holds for nothing")
                    .help("remove it, or correct its pattern"),
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
                let title = format!("rule `{id}` cannot be overruled");
                (
                    Finding::new(&UNKNOWN_RULE, title).help("correct what it finds").note(rule.doc),
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
