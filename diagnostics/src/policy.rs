use std::collections::BTreeMap;

use crate::{Date, Finding, Level, Rule, Severity, Waiver};

static WAIVER_EXPIRED: Rule = Rule::lint(
    "waiver-expired",
    Level::Warn,
    "A waiver whose day has passed still holds, and says so until somebody looks at it again.",
)
.explained(
    r#"[[waivers]]
rule   = "missing-doc"
on     = "com.example.shop.*"
reason = "To be written."
until  = 2020-01-01"#,
    "settle what it waives, or give it a new day and say why",
);

/// Says that a waiver matches nothing.
pub static WAIVER_UNUSED: Rule = Rule::lint(
    "waiver-unused",
    Level::Warn,
    "A waiver that matches no finding is left over, or its path has a slip.",
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

/// What becomes of findings: which rules count, and what is accepted.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The levels of rules that are not at their default, by id.
    pub levels: BTreeMap<String, Level>,
    /// The findings that are known and accepted.
    pub waivers: Vec<Waiver>,
    /// The day, for waivers that end; without one none has ended.
    pub today: Option<Date>,
}

/// What became of findings.
#[derive(Clone, Debug, Default)]
pub struct PolicyReport {
    /// What there is to say, in the order of the places.
    pub findings: Vec<Finding>,
    /// What was waived, each with the index of its waiver.
    pub waived: Vec<(Finding, usize)>,
}

impl Policy {
    /// Judges all `findings` of a tool that knows `rules`. Waivers of other rules are somebody else's.
    pub fn apply(&self, findings: Vec<Finding>, rules: &[&'static Rule]) -> PolicyReport {
        let mut report = PolicyReport::default();
        for finding in findings {
            self.judge(finding, &mut report);
        }
        for (index, waiver) in self.waivers.iter().enumerate() {
            if rules.iter().any(|rule| rule.adjustable && rule.id == waiver.rule) {
                let used = report.waived.iter().filter(|(_, by)| *by == index).count();
                if let Some(finding) = self.about(waiver, used) {
                    self.judge(finding, &mut report);
                }
            }
        }
        report.findings.sort_by_cached_key(place);
        report
    }

    /// The level of a rule that settings may change.
    pub fn level(&self, rule: &Rule) -> Level {
        self.levels.get(rule.id).copied().unwrap_or(rule.level)
    }

    fn judge(&self, mut finding: Finding, report: &mut PolicyReport) {
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

    /// What there is to say about a waiver that was used so often.
    fn about(&self, waiver: &Waiver, used: usize) -> Option<Finding> {
        let (rule, on) = (&waiver.rule, waiver.on.as_str());
        let expired = waiver.until.filter(|until| self.today.is_some_and(|today| today > *until));
        let (finding, label) = if used == 0 {
            let title = format!("the waiver of `{rule}` on `{on}` matches nothing");
            (
                Finding::new(&WAIVER_UNUSED, title).help("remove it, or correct its path"),
                "not needed".to_owned(),
            )
        } else {
            let until = expired?;
            let title = format!("the waiver of `{rule}` on `{on}` ended on {until}");
            let help = "settle what it waives, or give it a new day and say why in its reason";
            let findings = if used == 1 { "one finding leans" } else { "findings lean" };
            (Finding::new(&WAIVER_EXPIRED, title).help(help), format!("{findings} on it"))
        };
        Some(match waiver.span {
            Some(span) => finding.at(span, label),
            None => finding,
        })
    }
}

fn place(finding: &Finding) -> impl Ord + use<> {
    let span = finding.primary.as_ref().map(|label| label.span);
    (span, finding.path.clone(), finding.rule.id, finding.title.clone())
}
