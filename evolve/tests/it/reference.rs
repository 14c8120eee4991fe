//! Compares the verdicts for generated pairs with those of the reference.
//!
//! `EVOLVE_PAIRS` sets the number of pairs, `EVOLVE_SEED` the seed. A failure prints the seed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use signalbook_evolve::{Compatibility, IncompatibilityKind, check};
use signalbook_model::Schema;

use crate::generate::{Choices, pair, wide_pair};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase", untagged)]
enum Answer {
    Refused { refused: String },
    Judged { verdict: String, incompatibilities: Vec<Reason> },
}

#[derive(Debug, Deserialize)]
struct Reason {
    #[serde(rename = "type")]
    kind: String,
    location: String,
}

/// Counts the reasons by kind and location.
pub(crate) fn counted(
    reasons: impl IntoIterator<Item = (String, String)>,
) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    counts
}

pub(crate) fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

/// Returns the seed of the environment variable, or a new one each time.
pub(crate) fn seed() -> u64 {
    number("EVOLVE_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        u64::from(now.subsec_nanos()) ^ now.as_secs()
    })
}

/// Returns the class path of the reference.
fn class_path() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output =
        Command::new(root.join("tests/oracles/java/setup")).output().expect("tests/oracles/java/setup runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// Returns the answers of a program of `tests/oracles/java/`, one for each line.
pub(crate) fn ask<A: DeserializeOwned>(program: &str, lines: &[String]) -> Vec<A> {
    let mut java = Command::new("java")
        .args(["-cp", &class_path(), program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("java runs");
    let mut input = java.stdin.take().expect("a pipe");
    let answers = std::thread::scope(|scope| {
        scope.spawn(move || {
            for line in lines {
                writeln!(input, "{line}").expect("the reference reads");
            }
        });
        let output = BufReader::new(java.stdout.take().expect("a pipe"));
        output.lines().map(|line| serde_json::from_str(&line.expect("UTF-8")).expect("an answer")).collect()
    });
    assert!(java.wait().expect("java ends").success());
    answers
}

/// Whether the reference returned `compatible` because of a cached answer for a pair that later was
/// incompatible. See [`check`].
fn is_unsound(ours: &Compatibility, verdict: &str) -> bool {
    verdict == "compatible" && !ours.is_compatible()
}

/// Describes the difference between our answer and the reference's, if there is one.
fn difference(ours: &Compatibility, reference: &Answer) -> Option<String> {
    let (verdict, reasons) = match reference {
        Answer::Refused { refused } => return Some(format!("the reference refuses the pair: {refused}")),
        Answer::Judged { verdict, incompatibilities } => (verdict, incompatibilities),
    };
    if verdict == "throws" {
        let kinds: Vec<IncompatibilityKind> =
            ours.incompatibilities.iter().map(|reason| reason.kind).collect();
        return (kinds != [IncompatibilityKind::AmbiguousAlias])
            .then(|| format!("the reference throws, we say {ours:?}"));
    }
    if is_unsound(ours, verdict) {
        return None;
    }
    if ours.to_string() != *verdict {
        return Some(format!("the reference says {verdict}, we say {ours:?}"));
    }
    let ours = counted(ours.incompatibilities.iter().map(|reason| {
        let pointer = if reason.pointer.is_empty() { "/" } else { &reason.pointer };
        (reason.kind.to_string(), pointer.to_owned())
    }));
    let theirs = counted(reasons.iter().map(|reason| (reason.kind.clone(), reason.location.clone())));
    (ours != theirs).then(|| format!("the reference lists {theirs:#?}, we list {ours:#?}"))
}

#[test]
#[ignore = "needs Java: scripts/test runs it"]
fn generated_pairs_have_the_verdict_of_the_reference() {
    let pairs = usize::try_from(number("EVOLVE_PAIRS").unwrap_or(10_000)).expect("a small number");
    let seed = seed();
    println!("EVOLVE_SEED={seed} EVOLVE_PAIRS={pairs}");
    let mut choices = Choices::new(seed);
    let lines: Vec<[String; 2]> = (0..pairs)
        .map(|_| {
            let wide = choices.one_in(8);
            let (reader, writer) = if wide { wide_pair(&mut choices) } else { pair(&mut choices) };
            [reader.to_json(), writer.to_json()]
        })
        .collect();
    let questions: Vec<String> = lines
        .iter()
        .map(|[reader, writer]| format!(r#"{{"reader": {reader}, "writer": {writer}}}"#))
        .collect();
    let answers: Vec<Answer> = ask("Compat", &questions);
    assert_eq!(answers.len(), questions.len(), "seed {seed}");

    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for ([reader, writer], answer) in lines.iter().zip(&answers) {
        let (reader, _) = Schema::parse_lenient(reader).expect("a schema");
        let (writer, _) = Schema::parse_lenient(writer).expect("a schema");
        let ours = check(&reader, &writer);
        let verdict = match answer {
            Answer::Refused { .. } => "refused",
            Answer::Judged { verdict, .. } if is_unsound(&ours, verdict) => "unsound",
            Answer::Judged { verdict, .. } => verdict,
        };
        *counts.entry(verdict).or_default() += 1;
        if let Some(difference) = difference(&ours, answer) {
            differences.push(format!(
                "reader {}\nwriter {}\n{difference}",
                reader.to_json(),
                writer.to_json()
            ));
        }
    }
    println!("{counts:?}");
    let unsound = counts.get("unsound").copied().unwrap_or_default();
    assert!(unsound <= 1 + pairs / 500, "seed {seed}: {unsound} of {pairs} pairs are incompatible only here");
    differences.sort_by_key(String::len);
    assert!(
        differences.is_empty(),
        "seed {seed}: {} of {pairs} pairs differ; the shortest:\n{}",
        differences.len(),
        differences[0]
    );
    for verdict in ["compatible", "incompatible", "throws"] {
        assert!(counts.contains_key(verdict), "seed {seed}: no pair was {verdict}: {counts:?}");
    }
}
