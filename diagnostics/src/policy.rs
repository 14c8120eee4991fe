use std::collections::BTreeMap;

use crate::{Date, Finding, Level, Rule, Severity, Waiver};

static WAIVER_EXPIRED: Rule = Rule::lint(
    "waiver-expired",
    Level::Warn,
    "A waiver still applies after its `until` date, but is reported so that it is reviewed.",
)
.explained(
    r#"[[waivers]]
rule   = "missing-doc"
on     = "com.example.shop.*"
reason = "To be written."
until  = 2020-01-01"#,
    "resolve the waived findings, or set a new date and give the reason",
);

/// The rule that a waiver must match a finding.
pub static WAIVER_UNUSED: Rule = Rule::lint(
    "waiver-unused",
    Level::Warn,
    "A waiver must match a finding. One that matches none is no longer needed, or has a wrong path.",
)
.explained(
    r#"[[waivers]]
rule   = "missing-doc"
on     = "com.example.shpo.*"    # means: shop
reason = "To be written.""#,
    "remove it, or correct its path",
);

/// The rules about waivers.
pub static RULES: &[&Rule] = &[&WAIVER_EXPIRED, &WAIVER_UNUSED];

/// The levels of rules, and the waivers.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The levels that differ from the defaults, by the id of the rule.
    pub levels: BTreeMap<String, Level>,
    /// The waivers.
    pub waivers: Vec<Waiver>,
    /// The current date, for waivers with an end. Without it, no waiver has ended.
    pub today: Option<Date>,
}

/// The result of applying a policy to findings.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PolicyReport {
    /// The findings that are not waived, in the order of their locations.
    pub findings: Vec<Finding>,
    /// The waived findings, each with the index of its waiver.
    pub waived: Vec<(Finding, usize)>,
}

impl Policy {
    /// Applies the policy to all `findings` of a tool with the given `rules`. Waivers of other rules are
    /// ignored.
    pub fn apply(&self, findings: Vec<Finding>, rules: &[&'static Rule]) -> PolicyReport {
        let mut report = PolicyReport::default();
        for finding in findings {
            self.add(finding, &mut report);
        }
        for (index, waiver) in self.waivers.iter().enumerate() {
            if rules.iter().any(|rule| rule.adjustable && rule.id == waiver.rule) {
                let used = report.waived.iter().filter(|(_, by)| *by == index).count();
                if let Some(finding) = self.about(waiver, used) {
                    self.add(finding, &mut report);
                }
            }
        }
        report.findings.sort_by_cached_key(sort_key);
        report
    }

    /// Returns the level of an adjustable rule.
    pub fn level(&self, rule: &Rule) -> Level {
        self.levels.get(rule.id).copied().unwrap_or(rule.level)
    }

    fn add(&self, mut finding: Finding, report: &mut PolicyReport) {
        if finding.rule.adjustable {
            finding.severity = match self.level(finding.rule) {
                Level::Allow => return,
                Level::Warn => Severity::Warning,
                Level::Deny => Severity::Error,
            }
            .min(finding.at_most);
            if let Some(by) = self.waivers.iter().position(|waiver| waiver.accepts(&finding)) {
                report.waived.push((finding, by));
                return;
            }
        }
        report.findings.push(finding);
    }

    /// Returns a finding about a waiver if it is not used or has ended.
    fn about(&self, waiver: &Waiver, used: usize) -> Option<Finding> {
        let (rule, on) = (&waiver.rule, waiver.on.as_str());
        let expired = waiver.until.filter(|until| self.today.is_some_and(|today| today > *until));
        let (finding, label) = if used == 0 {
            let title = format!("the waiver of `{rule}` on `{on}` matches no finding");
            (
                Finding::new(&WAIVER_UNUSED, title).help("remove it, or correct its path"),
                "not needed".to_owned(),
            )
        } else {
            let until = expired?;
            let title = format!("the waiver of `{rule}` on `{on}` ended on {until}");
            let help = "resolve the waived findings, or set a new date and give the reason";
            let findings = if used == 1 { "one finding depends" } else { "several findings depend" };
            (Finding::new(&WAIVER_EXPIRED, title).help(help), format!("{findings} on it"))
        };
        Some(match waiver.span {
            Some(span) => finding.at(span, label),
            None => finding,
        })
    }
}

fn sort_key(finding: &Finding) -> impl Ord + use<> {
    let span = finding.primary.as_ref().map(|label| label.span);
    (span, finding.path.clone(), finding.rule.id, finding.title.clone())
}
