//! `docs/corner-cases.md`: what the tools say of the cases of `tests/data/corner-cases.jsonl`, made by asking
//! them.
//!
//! A new case is a new line there. `UPDATE_EXPECT=1` writes the page anew.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema_compatibility::SchemaCompatibility;
use apache_avro::writer::datum::GenericDatumWriter;
use serde::Deserialize;
use serde_json::{Value, json};
use signalbook_data::{avro_json, decode, encode, read};
use signalbook_evolve::{changes, check, incompatibilities};
use signalbook_model::{Direction, Json, Schema};

use crate::reference::ask;
use crate::resolution::{bytes, hex};

const PAGE: &str = "../docs/corner-cases.md";

const HEAD: &str = "\
<!-- Made by asking the tools; do not edit. UPDATE_EXPECT=1 cargo test -p signalbook-evolve corner_cases -- --ignored -->
# Corner cases

What tools say of changes that many of them get wrong: Apache Avro for Java 1.12 (its checker and its reader, both the reference),
for Rust (`apache-avro` 0.22) and for Python (`avro` 1.12), and Signalbook. Each row is a direction: the schema on the left wrote
the event, the one on the right is to read it. What is read is shown as Avro JSON; *fails* is an error, *refused* a schema that the
tool does not parse. Beside its verdict on the wire, which is the reference's, Signalbook says by its own rules what is the cause, and
what a change means that can be read.
";

#[derive(Deserialize)]
struct Case {
    title: String,
    /// The schema before, perhaps steps between, and the schema after.
    versions: Vec<Value>,
    /// An event of each version, unless it has none.
    events: Vec<Value>,
}

/// One version's event in the hands of another.
struct Reading {
    /// `1 to 2`
    name: String,
    writer: Schema,
    reader: Schema,
    /// The event on the wire.
    datum: Option<Vec<u8>>,
    /// What Signalbook's rules say of this direction, each with its title.
    findings: Vec<(&'static str, String)>,
}

#[derive(Deserialize)]
struct Answer {
    refused: Option<String>,
    verdict: Option<String>,
    #[serde(default)]
    incompatibilities: Vec<Reason>,
    #[serde(default)]
    data: Vec<Datum>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(rename = "type")]
    kind: String,
    location: String,
}

#[derive(Deserialize)]
struct Datum {
    hex: Option<String>,
}

/// What a tool says.
struct Said {
    verdict: String,
    read: String,
}

fn readings(case: &Case) -> Vec<Reading> {
    let parse = |json: &Value| Schema::parse_lenient(&json.to_string()).expect("a schema").0;
    let versions: Vec<Schema> = case.versions.iter().map(parse).collect();
    let datum = |version: usize| {
        let event = &case.events[version];
        let json = Json::parse(&event.to_string()).expect("JSON");
        (!event.is_null() || case.versions[version] == "null").then(|| {
            let value = avro_json::read(&versions[version], &json).expect("an event of its version");
            encode(&versions[version], &value).expect("an event of its version")
        })
    };
    let last = versions.len() - 1;
    let mut readings = Vec::new();
    for earlier in 0..last {
        let changes = changes(&versions[last], &versions[earlier]);
        for (writer, reader, direction) in
            [(earlier, last, Direction::Backward), (last, earlier, Direction::Forward)]
        {
            let found = incompatibilities(&versions[reader], &versions[writer]);
            let found = found.into_iter().map(|finding| (finding.rule.id, finding.title));
            let changes = changes.iter().filter(|change| change.directions.contains(&direction));
            let changes = changes.map(|change| (change.rule.id, change.title.clone()));
            readings.push(Reading {
                name: format!("{} to {}", writer + 1, reader + 1),
                writer: versions[writer].clone(),
                reader: versions[reader].clone(),
                datum: datum(writer),
                findings: found.chain(changes).collect(),
            });
        }
    }
    readings
}

fn verdict<'r>(verdict: &str, reasons: impl Iterator<Item = (String, &'r str)>) -> String {
    let reasons: Vec<String> = reasons
        .map(|(kind, place)| match place {
            "" => format!("{kind} at the root"),
            place => format!("{kind} at `{place}`"),
        })
        .collect();
    if reasons.is_empty() { verdict.to_owned() } else { format!("{verdict}: {}", reasons.join(", ")) }
}

/// A datum of the reader's as Avro JSON.
fn shown(reader: &Schema, datum: Option<&[u8]>) -> String {
    let Some(datum) = datum else { return "*fails*".to_owned() };
    let Ok(value) = decode(reader, datum) else {
        return format!("*no datum of its schema*, hex {}", hex(datum));
    };
    let json = avro_json::write(reader, &value).expect("a value of the reader's").to_text();
    format!("`{json}`")
}

fn asked(reading: &Reading, answer: &Answer, read: Option<&Datum>) -> Said {
    if answer.refused.is_some() {
        return Said { verdict: "*refused*".to_owned(), read: String::new() };
    }
    let reasons =
        answer.incompatibilities.iter().map(|reason| (reason.kind.clone(), reason.location.as_str()));
    let said = verdict(answer.verdict.as_deref().unwrap_or_default(), reasons);
    let read = reading.datum.as_ref().and(read);
    let read = read.map(|datum| shown(&reading.reader, datum.hex.as_deref().map(bytes).as_deref()));
    Said { verdict: said, read: read.unwrap_or_default() }
}

fn rust(reading: &Reading) -> Said {
    let parse = |schema: &Schema| apache_avro::Schema::parse_str(&schema.to_json());
    let (Ok(writer), Ok(reader)) = (parse(&reading.writer), parse(&reading.reader)) else {
        return Said { verdict: "*refused*".to_owned(), read: String::new() };
    };
    let verdict = match SchemaCompatibility::can_read(&writer, &reader) {
        Ok(compatibility) => format!("{compatibility:?}").to_lowercase(),
        Err(_) => "incompatible".to_owned(),
    };
    let read = reading.datum.as_ref().map(|datum| {
        let resolve = || {
            let input = GenericDatumReader::builder(&writer).reader_schema(&reader).build().ok()?;
            let value = input.read_value(&mut &datum[..]).ok()?;
            let output = GenericDatumWriter::builder(&reader).build().ok()?;
            output.write_value_to_vec(value).ok()
        };
        shown(&reading.reader, resolve().as_deref())
    });
    Said { verdict, read: read.unwrap_or_default() }
}

fn signalbook(reading: &Reading) -> Said {
    let found = check(&reading.reader, &reading.writer);
    let reasons = found.incompatibilities.iter();
    let mut said =
        verdict(&found.to_string(), reasons.map(|reason| (reason.kind.to_string(), reason.pointer.as_str())));
    for (rule, title) in &reading.findings {
        write!(said, "<br>[{rule}](evolution.md#{rule}): {}", title.replace('|', "\\|")).expect("a text");
    }
    let read = reading.datum.as_ref().map(|datum| {
        let value = read(&reading.writer, &reading.reader, datum).ok();
        let datum = value.map(|value| encode(&reading.reader, &value).expect("what was read"));
        shown(&reading.reader, datum.as_deref())
    });
    Said { verdict: said, read: read.unwrap_or_default() }
}

/// The answers of `tests/oracles/python/resolve.py`, a line each.
fn ask_python(lines: &[String]) -> Vec<Answer> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = Command::new(root.join("tests/oracles/python/setup"))
        .output()
        .expect("tests/oracles/python/setup runs");
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    let python = String::from_utf8(python.stdout).expect("UTF-8");
    let mut child = Command::new(python.trim())
        .arg(root.join("tests/oracles/python/resolve.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Python runs");
    // Fewer than a pipe holds, so that nobody waits for the other.
    child.stdin.take().expect("a pipe").write_all(lines.join("\n").as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let output = String::from_utf8(output.stdout).expect("UTF-8");
    output.lines().map(|line| serde_json::from_str(line).expect("an answer")).collect()
}

#[test]
#[ignore = "needs Java and Python: scripts/test runs it"]
fn the_page_says_what_the_tools_say() {
    let cases: Vec<Case> = include_str!("../data/corner-cases.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a case"))
        .collect();
    let readings: Vec<(usize, Reading)> = cases
        .iter()
        .enumerate()
        .flat_map(|(number, case)| readings(case).into_iter().map(move |reading| (number, reading)))
        .collect();
    let questions: Vec<String> = readings
        .iter()
        .map(|(_, reading)| {
            let data: Vec<String> = reading.datum.iter().map(|datum| hex(datum)).collect();
            let (reader, writer) = (reading.reader.to_json(), reading.writer.to_json());
            format!(r#"{{"reader": {reader}, "writer": {writer}, "data": {}}}"#, json!(data))
        })
        .collect();
    let checked: Vec<Answer> = ask("Compat", &questions);
    let resolved: Vec<Answer> = ask("Resolve", &questions);
    let python = ask_python(&questions);
    assert_eq!(
        (checked.len(), resolved.len(), python.len()),
        (readings.len(), readings.len(), readings.len())
    );

    let mut page = HEAD.to_owned();
    let mut last = None;
    for (place, (number, reading)) in readings.iter().enumerate() {
        if last != Some(*number) {
            last = Some(*number);
            head(&mut page, *number, &cases[*number]);
        }
        let said = [
            ("Java", asked(reading, &checked[place], resolved[place].data.first())),
            ("Rust", rust(reading)),
            ("Python", asked(reading, &python[place], python[place].data.first())),
            ("Signalbook", signalbook(reading)),
        ];
        for (tool, Said { verdict, read }) in said {
            writeln!(page, "| {} | {tool} | {verdict} | {read} |", reading.name).expect("a text");
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "{PAGE} is old: set UPDATE_EXPECT=1");
}

fn head(page: &mut String, number: usize, case: &Case) {
    write!(page, "\n## {}. {}\n\n```jsonc\n", number + 1, case.title).expect("a text");
    for (version, schema) in case.versions.iter().enumerate() {
        writeln!(page, "// {}\n{schema}", version + 1).expect("a text");
    }
    page.push_str("```\n\n| | | verdict | reads the event as |\n|---|---|---|---|\n");
}
