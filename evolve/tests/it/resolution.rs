//! Compares the resolution of data with that of the reference: data of pairs with former differences
//! (`tests/data/resolution`), and generated data.
//!
//! `EVOLVE_PAIRS` sets the number of pairs, `EVOLVE_SEED` the seed. A failure prints the seed.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use signalbook_data::{ReadError, Value, decode, encode, read};
use signalbook_evolve::check;
use signalbook_model::{Definition, Primitive, Schema, Type};
use signalbook_resolve::{PlanError, ResolveProblem};

use crate::generate::{Choices, pair};
use crate::matched_names::MatchedNames;
use crate::reference::{ask, number, seed};

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Refused { refused: String },
    Read { data: Vec<Datum> },
}

impl Answer {
    /// Returns the results of the reference for the data of `case`.
    fn read(&self, case: &Case) -> Vec<Theirs> {
        let data = match self {
            Self::Refused { refused } => panic!("the reference refuses {}: {refused}", case.question()),
            Self::Read { data } => data,
        };
        let read = |datum: &Datum| {
            let hex = datum.hex.as_ref().filter(|_| datum.error.is_none());
            let value = hex.map(|hex| decode(&case.reader, &bytes(hex)).expect("the reference's datum"));
            Theirs { value, error: datum.error.clone() }
        };
        data.iter().map(read).collect()
    }
}

/// A datum of the reader schema, or an error.
#[derive(Deserialize)]
struct Datum {
    hex: Option<String>,
    error: Option<String>,
}

/// The result of the reference for a datum.
#[derive(Debug)]
struct Theirs {
    value: Option<Value>,
    error: Option<String>,
}

struct Case {
    reader: Schema,
    writer: Schema,
    data: Vec<Vec<u8>>,
}

impl Case {
    fn question(&self) -> String {
        let data: Vec<String> = self.data.iter().map(|datum| format!("\"{}\"", hex(datum))).collect();
        let (reader, writer) = (self.reader.to_json(), self.writer.to_json());
        format!(r#"{{"reader": {reader}, "writer": {writer}, "data": [{}]}}"#, data.join(", "))
    }

    /// Returns the case with the names that the comparison matched, if one name for each definition is
    /// enough.
    fn under_matched_names(&self) -> Option<Self> {
        let MatchedNames { writer, reader } = MatchedNames::new(&self.writer, &self.reader)?;
        Some(Self { reader, writer, data: self.data.clone() })
    }
}

#[derive(Deserialize)]
struct File {
    reader: serde_json::Value,
    writer: serde_json::Value,
    data: Vec<Datum>,
}

/// Returns the pairs with former differences, without those whose reader has an invalid default.
fn found() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/resolution");
    let files = std::fs::read_dir(folder).expect("the pairs").map(|file| file.expect("a file").path());
    let read = files.filter_map(|path| {
        let text = std::fs::read_to_string(&path).expect("a pair");
        let File { reader, writer, data } = serde_json::from_str(&text).expect("a pair");
        let (writer, _) = Schema::parse_lenient(&writer.to_string()).expect("a schema");
        let data = data.into_iter().filter_map(|datum| Some(bytes(&datum.hex?))).collect();
        Some(Case { reader: Schema::parse(&reader.to_string()).ok()?, writer, data })
    });
    read.collect()
}

fn cases(choices: &mut Choices, pairs: usize) -> Vec<Case> {
    let mut cases = Vec::new();
    while cases.len() < pairs {
        let (reader, writer) = pair(choices);
        // The reader is a new schema, and new schemas must have valid defaults.
        let Ok(reader) = Schema::parse(&reader.to_json()) else { continue };
        let (writer, _) = Schema::parse_lenient(&writer.to_json()).expect("a schema");
        let data = (0..4).filter_map(|_| value(choices, &writer, &writer.root, 6));
        let data: Vec<_> =
            data.map(|value| encode(&writer, &value).expect("a value of the writer's")).collect();
        cases.push(Case { reader, writer, data });
    }
    cases
}

/// Returns a value of `ty`, or `None` if it nests too deep. Bytes are UTF-8, because other bytes are a known
/// difference.
pub(crate) fn value(choices: &mut Choices, schema: &Schema, ty: &Type, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let bits = choices.bits();
    Some(match ty.wire().as_ref() {
        Type::Primitive(Primitive::Null) => Value::Null,
        Type::Primitive(Primitive::Boolean) => Value::Boolean(bits.is_multiple_of(2)),
        Type::Primitive(Primitive::Int) => {
            Value::Int(i32::from_le_bytes([bits.to_le_bytes()[0], 1, 2, bits.to_le_bytes()[1]]))
        }
        Type::Primitive(Primitive::Long) => Value::Long(bits.cast_signed() >> (bits % 64)),
        Type::Primitive(Primitive::Float) => {
            Value::Float(f32::from(i16::from_le_bytes([bits.to_le_bytes()[0], 3])) / 7.0)
        }
        Type::Primitive(Primitive::Double) => Value::Double(f64::from(bits.to_le_bytes()[0]) / 3.0),
        Type::Primitive(Primitive::Bytes) => Value::Bytes(vec![b'b'; choices.below(3)]),
        Type::Primitive(Primitive::String) => Value::String("é".repeat(choices.below(3))),
        Type::Array(items) => {
            let count = choices.below(3);
            let items: Option<_> = (0..count).map(|_| value(choices, schema, items, depth)).collect();
            Value::Array(items.unwrap_or_default())
        }
        Type::Map(values) => {
            let count = choices.below(3);
            let entries: Option<_> = (0..count)
                .map(|key| Some((format!("k{key}"), value(choices, schema, values, depth)?)))
                .collect();
            Value::Map(entries.unwrap_or_default())
        }
        Type::Union(branches) if branches.is_empty() => return None,
        Type::Union(branches) => {
            let first = choices.below(branches.len());
            (0..branches.len()).map(|turn| (first + turn) % branches.len()).find_map(|index| {
                let value = value(choices, schema, &branches[index], depth)?;
                Some(Value::Union(index, Box::new(value)))
            })?
        }
        Type::Named(name) => match schema.definitions.get(name)? {
            Definition::Enum(definition) if definition.symbols.is_empty() => return None,
            Definition::Enum(definition) => Value::Enum(choices.below(definition.symbols.len())),
            Definition::Fixed(fixed) => Value::Fixed(vec![b'f'; fixed.size]),
            Definition::Record(record) => {
                let fields = record.fields.iter().map(|field| value(choices, schema, &field.ty, depth));
                Value::Record(fields.collect::<Option<_>>()?)
            }
        },
        Type::Logical(_) | Type::Annotated(_) => return None,
    })
}

/// Returns the reason if the reference failed on valid schemas because of a known defect.
fn crash(theirs: &Theirs) -> Option<&'static str> {
    let error = theirs.error.as_ref()?;
    let crashes = [
        ("Schema fields not set yet", "it compares a record with itself while renaming it"),
        ("Invalid default for field", "it checks the writer's unused defaults under new names"),
        ("field\" is null", "it uses a recursive record after it discarded it"),
        ("StackOverflowError", "it evaluates an unused default that contains itself"),
        ("this.supplier\" is null", "it creates a recursive record before it is initialized"),
        ("Not an array", "it assumes that a union's default has the type of the first branch"),
    ];
    crashes.into_iter().find_map(|(message, why)| error.contains(message).then_some(why))
}

/// Whether the datum does not have a field whose default contains itself.
fn is_infinite(error: &ReadError) -> bool {
    let ReadError::Datum(error) = error else { return false };
    matches!(error.problem, ResolveProblem::InfiniteDefault { .. })
}

/// Describes how our result for a datum agrees with the reference's: `direct` with the original names,
/// `matched` with the names that the comparison matched, unless a definition has two such names. Returns
/// `None` if the results differ.
fn agreement(
    is_compatible: bool,
    ours: &Result<Value, ReadError>,
    direct: &Theirs,
    matched: Option<&Theirs>,
) -> Option<&'static str> {
    match ours {
        Ok(value) if direct.value.as_ref() == Some(value) => Some("read alike"),
        Ok(value) => match matched {
            Some(matched) if matched.value.as_ref() == Some(value) => {
                Some("read alike under the matched names")
            }
            Some(matched) => crash(matched),
            None => crash(direct).or(Some("matched under two names")),
        },
        // A default that contains itself is infinite.
        Err(error) if direct.value.is_none() && (!is_compatible || is_infinite(error)) => {
            Some("refused alike")
        }
        Err(ReadError::Datum(error)) if !is_compatible => match error.problem {
            // The reference's reader ignores the names of records, and applies aliases for which its checker
            // throws an exception.
            ResolveProblem::Types { .. }
            | ResolveProblem::NoBranch { .. }
            | ResolveProblem::AmbiguousAlias { .. } => Some("refused for its names"),
            _ if matched.is_none_or(|matched| matched.value.is_none()) => {
                Some("refused alike under the matched names")
            }
            _ => None,
        },
        Err(_) => None,
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("digits"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("digits")).collect()
}

#[test]
#[ignore = "needs Java: scripts/test runs it"]
fn generated_data_are_read_as_by_the_reference() {
    let pairs = usize::try_from(number("EVOLVE_PAIRS").unwrap_or(5_000)).expect("a small number");
    let seed = seed();
    println!("EVOLVE_SEED={seed} EVOLVE_PAIRS={pairs}");
    let mut cases = cases(&mut Choices::new(seed), pairs);
    cases.extend(found());
    let matched: Vec<Option<Case>> = cases.iter().map(Case::under_matched_names).collect();
    let questions: Vec<String> = cases.iter().chain(matched.iter().flatten()).map(Case::question).collect();
    let answers: Vec<Answer> = ask("Resolve", &questions);
    assert_eq!(answers.len(), questions.len(), "seed {seed}");
    let (answers, mut matched_answers) = answers.split_at(cases.len());

    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for ((case, matched), answer) in cases.iter().zip(&matched).zip(answers) {
        let direct = answer.read(case);
        let matched = matched.as_ref().map(|matched| {
            let (answer, rest) = matched_answers.split_first().expect("an answer for each question");
            matched_answers = rest;
            answer.read(matched)
        });
        let is_compatible = check(&case.reader, &case.writer).is_compatible();
        for (index, datum) in case.data.iter().enumerate() {
            let ours = read(&case.writer, &case.reader, datum);
            let (direct, matched) = (&direct[index], matched.as_ref().map(|matched| &matched[index]));
            match agreement(is_compatible, &ours, direct, matched) {
                Some(agreement) => *counts.entry(agreement).or_default() += 1,
                None => differences.push(format!(
                    "compatible {is_compatible}\nquestion {}\ndatum {}\nthey {direct:?}\nunder the matched \
                     names {matched:?}\nwe {ours:?}",
                    case.question(),
                    hex(datum),
                )),
            }
        }
    }
    println!("{counts:?}");
    differences.sort_by_key(String::len);
    let mut shown = HashSet::new();
    differences.retain(|difference| shown.insert(difference.lines().nth(1).map(str::to_owned)));
    assert!(
        differences.is_empty(),
        "seed {seed}: {} data differ; the shortest:\n{}",
        differences.len(),
        differences[..differences.len().min(5)].join("\n\n")
    );
    let unknown = counts.get("matched under two names").copied().unwrap_or_default();
    assert!(unknown <= 1 + pairs / 200, "seed {seed}: {unknown} data of {pairs} pairs are not compared");
    for agreement in ["read alike", "read alike under the matched names", "refused alike"] {
        assert!(counts.contains_key(agreement), "seed {seed}: {counts:?}");
    }
}

#[test]
fn every_datum_of_a_compatible_writer_is_read() {
    let pairs = usize::try_from(number("EVOLVE_PAIRS").unwrap_or(10_000)).expect("a small number");
    let seed = seed();
    println!("EVOLVE_SEED={seed} EVOLVE_PAIRS={pairs}");
    let mut count = 0;
    for case in cases(&mut Choices::new(seed), pairs) {
        if check(&case.reader, &case.writer).is_compatible() {
            for datum in &case.data {
                let found = read(&case.writer, &case.reader, datum);
                // Defaults that are invalid or contain themselves cannot be used.
                let is_read = found.as_ref().map_or_else(
                    |error| is_infinite(error) || matches!(error, ReadError::Plan(PlanError::Default { .. })),
                    |_| true,
                );
                assert!(is_read, "seed {seed}: {found:?} of {} in {}", hex(datum), case.question());
                count += 1;
            }
        }
    }
    assert!(count > pairs / 4, "seed {seed}: only {count} data of {pairs} pairs");
}
