use std::io::{self, Write};

use anstream::AutoStream;
use serde_json::json;
use signalbook_diagnostics::{Level, RULES, Rule};
use signalbook_model::similar;

use crate::{
    Exit,
    failure::Failure,
    terminal::{self, BOLD, DIM},
};

/// Explain a rule, with an example and what to do
///
/// The page also shows how settings change the rule. Without a rule, lists all rules.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook explain
  signalbook explain field-added-without-default
  signalbook explain --format markdown > rules.md")]
pub(crate) struct Args {
    /// The id of the rule, as in findings
    #[arg(value_name = "RULE")]
    rule: Option<String>,
    /// How to print the page
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// One JSON object per rule
    Json,
    /// One section per rule
    Markdown,
}

/// A group of rules.
struct Group {
    name: &'static str,
    about: &'static str,
    rules: Vec<&'static Rule>,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let groups = groups();
    let mut out = terminal::stdout();
    let Some(id) = &args.rule else {
        all(&groups, args.format, &mut out)?;
        return Ok(Exit::Clean);
    };
    let mut rules = groups.iter().flat_map(|group| group.rules.iter().map(move |rule| (group, *rule)));
    let (group, rule) = rules.find(|(_, rule)| rule.id == id).ok_or_else(|| unknown(id, &groups))?;
    match args.format {
        Format::Human => page(rule, &mut out)?,
        Format::Json => writeln!(out, "{}", as_json(group, rule))?,
        Format::Markdown => section(rule, "#", &mut out)?,
    }
    Ok(Exit::Clean)
}

/// All rules, without duplicates.
fn groups() -> [Group; 5] {
    let registry = signalbook_codegen::tool::rules().into_iter();
    let of_waivers = |rule: &&'static Rule| RULES.iter().any(|of_waivers| of_waivers.id == rule.id);
    let (waivers, registry): (Vec<_>, Vec<_>) = registry.partition(of_waivers);
    let (lints, language) = registry.into_iter().partition(|rule| rule.adjustable);
    [
        Group { name: "language", about: "Errors of the registry language", rules: language },
        Group { name: "lint", about: "Lints of a registry", rules: lints },
        Group { name: "waiver", about: "Waivers", rules: waivers },
        Group { name: "history", about: "Accepted versions", rules: signalbook_history::RULES.to_vec() },
        Group { name: "evolution", about: "The evolution gate", rules: signalbook_gate::rules() },
    ]
}

fn unknown(id: &str, groups: &[Group]) -> Failure {
    let ids = groups.iter().flat_map(|group| &group.rules).map(|rule| rule.id);
    Failure::new(format!("no rule `{id}`")).help(match similar(id, ids) {
        Some(similar) => format!("a rule with a similar name exists: `{similar}`"),
        None => "`signalbook explain` lists the rules".to_owned(),
    })
}

fn all(groups: &[Group], format: Format, out: &mut impl Write) -> io::Result<()> {
    let widest = groups.iter().flat_map(|group| &group.rules).map(|rule| rule.id.len()).max().unwrap_or(0);
    for (index, group) in groups.iter().enumerate() {
        match format {
            Format::Human => {
                let blank = if index == 0 { "" } else { "\n" };
                writeln!(out, "{blank}{BOLD}{}{BOLD:#}", group.about)?;
                for rule in &group.rules {
                    writeln!(
                        out,
                        "  {:widest$}  {DIM}{:5}{DIM:#}  {}",
                        rule.id,
                        rule.level,
                        first(rule.doc)
                    )?;
                }
            }
            Format::Json => {
                for rule in &group.rules {
                    writeln!(out, "{}", as_json(group, rule))?;
                }
            }
            Format::Markdown => {
                let blank = if index == 0 { "" } else { "\n" };
                writeln!(out, "{blank}# {}", group.about)?;
                for rule in &group.rules {
                    writeln!(out)?;
                    section(rule, "##", out)?;
                }
            }
        }
    }
    Ok(())
}

fn page(rule: &Rule, out: &mut AutoStream<io::StdoutLock<'static>>) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}: {}", rule.id, level(rule))?;
    writeln!(out, "\n{}", wrapped(rule.doc))?;
    if !rule.example.is_empty() {
        writeln!(out, "\n{BOLD}Example{BOLD:#}\n\n{}", indented(rule.example))?;
    }
    if !rule.fix.is_empty() {
        writeln!(out, "\n{BOLD}What to do{BOLD:#}\n\n{}", indented(&wrapped(rule.fix)))?;
    }
    if rule.adjustable {
        writeln!(out, "\n{BOLD}In signalbook.toml{BOLD:#}\n\n{}", indented(&settings(rule)))?;
    }
    Ok(())
}

fn section(rule: &Rule, heading: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{heading} `{}`\n\n*{}*\n\n{}", rule.id, level(rule), rule.doc)?;
    if !rule.example.is_empty() {
        writeln!(out, "\n```toml\n{}\n```", rule.example)?;
    }
    if !rule.fix.is_empty() {
        writeln!(out, "\nWhat to do: {}", rule.fix)?;
    }
    Ok(())
}

fn as_json(group: &Group, rule: &Rule) -> serde_json::Value {
    json!({
        "id": rule.id,
        "group": group.name,
        "level": rule.level.to_string(),
        "adjustable": rule.adjustable,
        "doc": rule.doc,
        "example": rule.example,
        "fix": rule.fix,
    })
}

/// The level of a rule, and whether settings can change it.
fn level(rule: &Rule) -> &'static str {
    match (rule.level, rule.adjustable) {
        (Level::Deny, false) => "an error that settings cannot change",
        (Level::Warn, false) => "a warning that settings cannot change",
        (Level::Allow, false) => "never reported",
        (Level::Deny, true) => "an error, unless settings or a waiver change it",
        (Level::Warn, true) => "a warning, unless settings or a waiver change it",
        (Level::Allow, true) => "not reported, unless settings enable it",
    }
}

fn settings(rule: &Rule) -> String {
    let other = match rule.level {
        Level::Allow | Level::Deny => Level::Warn,
        Level::Warn => Level::Deny,
    };
    let id = rule.id;
    format!(
        "[lint]\n{id} = \"{other}\"\n\n[[waivers]]\nrule   = \"{id}\"\non     = \"com.example.shop.*\"\n\
         reason = \"Why this is acceptable.\"\nuntil  = 2030-12-31    # optional: after this date, a warning"
    )
}

fn first(doc: &str) -> &str {
    doc.split_once(". ").map_or(doc, |(first, _)| first).trim_end_matches('.')
}

fn indented(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("    {line}") };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Wraps the text at `WIDTH` characters.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 96;
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
