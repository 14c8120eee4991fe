use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use signalbook_codegen::tool::type_expression;
use signalbook_diagnostics::Wording;
use signalbook_evolve::Rollout;
use signalbook_gate::Candidate;
use signalbook_model::{
    Definition, DefinitionMatches, Facts, Field, Mode, Name, Order, Schema, Stability, Type, plain_default,
};

use crate::{
    Exit,
    baseline::comparison::{Comparison, ComparisonArgs},
    failure::Failure,
    terminal::{self, BOLD, DIM, Terminal, count},
};

/// Show all changes of the registry, and whether each event stays compatible
///
/// Changes of documentation are not shown. The exit code is 0 even if a change is incompatible; use
/// `breaking` to fail.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook diff                              changes since the last accept
  signalbook diff --against git:origin/main    changes of this branch
  signalbook diff --against release-1.2.tar.gz")]
pub(crate) struct Args {
    #[command(flatten)]
    comparison: ComparisonArgs,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let comparison = Comparison::open(&args.comparison, terminal)?;
    for finding in &comparison.baseline.findings {
        terminal.note(format_args!("note: {}", finding.title));
    }
    comparison.with_gate(|gate| {
        let candidates = gate.candidates();
        let diffs: Vec<_> =
            candidates.iter().filter_map(|candidate| EventDiff::of(candidate, gate.wording)).collect();
        for diff in &diffs {
            terminal::print(diff)?;
        }
        let events = count(candidates.len(), "event");
        let (number, baseline) = (diffs.len(), &comparison.baseline.name);
        terminal.summary(format_args!("{number} of {events} changed against {baseline}"))?;
        Ok(Exit::Clean)
    })
}

/// The changes of an event.
struct EventDiff<'a> {
    event_type: &'a Name,
    summary: String,
    /// What to do if no rollout order works or the mode is violated.
    steps: Vec<String>,
    /// The changed parts of the schema and the facts.
    lines: Vec<String>,
}

impl<'a> EventDiff<'a> {
    fn of(candidate: &Candidate<'a>, wording: &dyn Wording) -> Option<Self> {
        let event_type = candidate.event_type;
        let (summary, steps, lines) = match (candidate.new, candidate.accepted.last()) {
            (Some(new), None) => (format!("new, {}", new.label), Vec::new(), Vec::new()),
            (None, _) => ("removed".to_owned(), Vec::new(), Vec::new()),
            (Some(new), Some(old)) => {
                let labels = Labels::new(&old.schema, &new.schema);
                let (mut was, mut is) = (labels.describe_old(), labels.describe_new());
                if let (Some(before), Some(now)) = (&old.facts, &new.facts) {
                    was.extend(describe_facts(before));
                    is.extend(describe_facts(now));
                }
                let lines = compare(&was, &is);
                if lines.is_empty() {
                    return None;
                }
                let report = candidate.report(wording);
                let compatibility = compatibility(candidate.mode, report.rollout?, &report.rollout_text()?);
                let summary = format!("{} to minor {}: {compatibility}", old.label, candidate.minor());
                (summary, report.steps, lines)
            }
        };
        Some(Self { event_type, summary, steps, lines })
    }
}

/// `keeps FORWARD, breaks BACKWARD (the mode is FULL); rollout: producers first`
fn compatibility(mode: Mode, rollout: Rollout, text: &str) -> String {
    let kept = match rollout {
        Rollout::AnyOrder => "keeps FULL",
        Rollout::ConsumersFirst => "keeps BACKWARD, breaks FORWARD",
        Rollout::ProducersFirst => "keeps FORWARD, breaks BACKWARD",
        Rollout::NotInOneStep => "breaks BACKWARD and FORWARD",
    };
    let mode = if mode == Mode::None {
        "compatibility is not required".to_owned()
    } else {
        format!("the mode is {mode}")
    };
    format!("{kept} ({mode}); rollout: {text}")
}

impl fmt::Display for EventDiff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}", self.event_type, self.summary)?;
        for line in &self.lines {
            writeln!(f, "  {line}")?;
        }
        match self.steps.as_slice() {
            [step] => writeln!(f, "  {step}")?,
            steps => {
                for (number, step) in (1..).zip(steps) {
                    writeln!(f, "  {number}. {step}")?;
                }
            }
        }
        Ok(())
    }
}

/// The differences between two descriptions, sorted by key.
fn compare(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let line = |key: &String| match (old.get(key), new.get(key)) {
        (None, Some(now)) => Some(format!("+ {key}: {now}")),
        (Some(was), None) => Some(format!("- {key}: {was}")),
        (Some(was), Some(now)) if was != now => Some(format!("~ {key}: {was} -> {now}")),
        (Some(_) | None, _) => None,
    };
    keys.into_iter().filter_map(line).collect()
}

/// The labels of the definitions of two versions: the same for definitions that match.
struct Labels<'a> {
    old: &'a Schema,
    new: &'a Schema,
    matches: DefinitionMatches<'a>,
    /// The simple names that several definitions have. Their labels are their full names.
    shared: BTreeSet<&'a str>,
}

impl<'a> Labels<'a> {
    fn new(old: &'a Schema, new: &'a Schema) -> Self {
        let matches = DefinitionMatches::find(&old.definitions, &new.definitions);
        let old_names = old.definitions.keys().map(|name| matches.new_of(name).unwrap_or(name));
        let names: BTreeSet<&Name> = old_names.chain(new.definitions.keys()).collect();
        let mut seen = BTreeSet::new();
        let shared = names.into_iter().map(Name::simple).filter(|simple| !seen.insert(*simple)).collect();
        Self { old, new, matches, shared }
    }

    fn of_new(&self, name: &Name) -> String {
        let is_shared = self.shared.contains(name.simple());
        if is_shared { name.as_str() } else { name.simple() }.to_owned()
    }

    fn describe_old(&self) -> BTreeMap<String, String> {
        let is_renamed = |name: &Name| self.matches.new_of(name).is_some_and(|new| new != name);
        describe(self.old, |name| self.of_new(self.matches.new_of(name).unwrap_or(name)), is_renamed)
    }

    fn describe_new(&self) -> BTreeMap<String, String> {
        let is_renamed = |name: &Name| self.matches.old_of(name).is_some_and(|old| old != name);
        describe(self.new, |name| self.of_new(name), is_renamed)
    }
}

/// Describes each part of a schema in one line. The key of a field of the event is its name; the key of
/// another part starts with the label of its type.
fn describe(
    schema: &Schema,
    label: impl Fn(&Name) -> String,
    is_renamed: impl Fn(&Name) -> bool,
) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::new();
    for (name, definition) in &schema.definitions {
        let is_root = matches!(&schema.root, Type::Named(root) if root == name);
        let member =
            |member: &str| if is_root { member.to_owned() } else { format!("{}.{member}", label(name)) };
        let own =
            |what: &str| if is_root { format!("({what})") } else { format!("{} ({what})", label(name)) };
        if is_renamed(name) {
            parts.insert(own("name"), name.to_string());
        }
        if !definition.aliases().is_empty() {
            parts.insert(own("aliases"), definition.aliases().join(", "));
        }
        match definition {
            Definition::Record(record) => {
                let fields = record.fields.iter();
                parts
                    .extend(fields.map(|field| (member(&field.name), describe_field(schema, field, &label))));
            }
            Definition::Enum(definition) => {
                let symbols = definition.symbols.iter();
                parts.extend(symbols.map(|symbol| (member(symbol), "symbol".to_owned())));
                if let Some(fallback) = &definition.fallback {
                    parts.insert(own("fallback"), fallback.clone());
                }
            }
            Definition::Fixed(fixed) => {
                let logical =
                    fixed.logical.map(|logical| format!(", {}", logical.name())).unwrap_or_default();
                parts.insert(own("fixed"), format!("{}{logical}", count(fixed.size, "byte")));
            }
        }
    }
    parts
}

/// Describes each fact, which the schema does not contain, in one line.
fn describe_facts(facts: &Facts) -> BTreeMap<String, String> {
    let deprecation = facts.deprecation.as_ref().map(|deprecation| {
        let parts = [deprecation.replacement.as_deref(), deprecation.reason.as_deref()];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "yes".to_owned() } else { parts.join(": ") }
    });
    let stability = match facts.stability {
        Stability::Stable => "stable",
        Stability::Unstable => "unstable",
    };
    let known = [
        ("key", facts.key.as_ref().map(|key| format!("{}, a {}", key.path, key.ty))),
        ("topics", (!facts.topics.is_empty()).then(|| facts.topics.join(", "))),
        ("producer", facts.producer.clone()),
        ("stability", Some(stability.to_owned())),
        ("deprecated", deprecation),
    ];
    let known = known.into_iter().filter_map(|(fact, value)| Some((format!("({fact})"), value?)));
    let personal = facts.pii.iter().map(|(path, class)| (format!("{path} (personal data)"), class.clone()));
    known.chain(personal).collect()
}

fn describe_field(schema: &Schema, field: &Field, label: impl Fn(&Name) -> String) -> String {
    let order = match field.order {
        Order::Ascending => None,
        Order::Descending => Some("descending"),
        Order::Ignore => Some("ignored in sorting"),
    };
    let aliases = (!field.aliases.is_empty()).then(|| format!("aliases {}", field.aliases.join(", ")));
    let parts = [
        Some(type_expression(&field.ty, &mut |name| label(name))),
        field.default.as_ref().map(|default| {
            let default = plain_default(&schema.definitions, &field.ty, default);
            format!("default {}", default.to_line())
        }),
        aliases,
        order.map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
