//! Every incompatibility has a witness that the other side cannot read.

use serde_json::Value;
use signalbook_data::{decode, plain, read};
use signalbook_diagnostics::Fix;
use signalbook_evolve::{Graph, VersionPair, check, incompatibilities};
use signalbook_model::{Direction, Schema};

use crate::generate::{Choices, pair};

/// The notes of incompatibilities that have no witness.
const INFINITE: &str = "no witness: every event that shows it is infinite or too large";
const NEVER_COMPARED: &str =
    "no witness: resolution never compares the two records, but Java's checker does and throws";
const SAME_SCHEMA: &str = concat!(
    "no witness: data of the same schema are read unchanged, ",
    "but Java's checker compares the aliases and throws"
);

fn schema(json: &Value) -> Schema {
    let (schema, _) =
        Schema::parse_lenient(&json.to_string()).unwrap_or_else(|error| panic!("{error}: {json}"));
    schema
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
    (0..hex.len()).step_by(2).map(digits).collect()
}

/// Checks the witness of every incompatibility of a pair. Returns how many have no witness because every such
/// event is infinite or too large.
fn prove(name: &str, reader: &Schema, writer: &Schema) -> usize {
    let mut infinite = 0;
    let incompatibilities = incompatibilities(reader, writer);
    assert_eq!(incompatibilities.is_empty(), check(reader, writer).is_compatible(), "{name}");
    for finding in incompatibilities {
        let Some(witness) = &finding.witness else {
            let has = |note: &str| finding.notes.iter().any(|known| known == note);
            if has(INFINITE) {
                infinite += 1;
            } else {
                let is_same = reader.without_docs() == writer.without_docs();
                assert!(has(if is_same { SAME_SCHEMA } else { NEVER_COMPARED }), "{name}: {finding:?}");
                assert_eq!(finding.rule.id, "ambiguous-alias", "{name}: {}", finding.title);
            }
            continue;
        };
        let datum = bytes(&witness.hex);
        assert!(
            decode(writer, &datum).is_ok(),
            "{name}: {} is not a datum of the writer \
                                                 schema",
            witness.hex
        );
        assert!(read(writer, reader, &datum).is_err(), "{name}: {} is read", witness.hex);
    }
    infinite
}

#[test]
fn every_kind_of_change_has_a_witness() {
    for line in include_str!("../data/change-kinds.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let name = case["id"].as_str().expect("a name");
        assert_eq!(prove(name, &schema(&case["reader"]), &schema(&case["writer"])), 0, "{name}");
    }
}

#[test]
fn generated_pairs_have_witnesses() {
    let mut choices = Choices::new(7);
    let infinite = (0..1000).map(|index| {
        let (reader, writer) = pair(&mut choices);
        prove(&format!("pair {index}"), &reader, &writer)
    });
    // The number is that of this seed. If it grows, witnesses are no longer found.
    assert_eq!(infinite.sum::<usize>(), 128);
}

#[test]
fn the_same_schema_has_no_witness() {
    let schema = Schema::parse(
        r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "aliases": ["a"]}]}"#,
    );
    let schema = schema.expect("a schema");
    let findings = incompatibilities(&schema, &schema);
    let [finding] = &findings[..] else { panic!("one finding: {findings:?}") };
    assert_eq!((finding.rule.id, &finding.witness), ("ambiguous-alias", &None));
    assert_eq!(finding.notes, [SAME_SCHEMA]);
}

#[test]
fn changes_of_meaning_are_read_as_in_their_witnesses() {
    let mut choices = Choices::new(13);
    let mut shown = 0;
    for index in 0..1500 {
        let (new, old) = pair(&mut choices);
        let (new_graph, old_graph) = (Graph::new(&new), Graph::new(&old));
        let pair = VersionPair::new((&new, &new_graph), (&old, &old_graph));
        let witnesses = pair.witnesses();
        for witness in pair.changes().iter().filter_map(|change| witnesses.of(change)) {
            let (writer, reader) = match witness.direction {
                Direction::Backward => (&old, &new),
                Direction::Forward => (&new, &old),
            };
            let datum = bytes(&witness.hex);
            let written = decode(writer, &datum).expect("a datum of the writer's");
            let json = plain::write(writer, &written).expect("a value of the writer's").to_text();
            assert_eq!(json, witness.json, "pair {index}");
            let outcome = match read(writer, reader, &datum) {
                Ok(value) => plain::write(reader, &value).expect("a value of the reader's").to_text(),
                Err(error) => error.to_string(),
            };
            assert!(witness.outcome.starts_with(&outcome), "pair {index}: {outcome}: {witness:?}");
            shown += 1;
        }
    }
    assert!(shown > 20, "only {shown} events were shown");
}

#[test]
fn an_alias_is_suggested_only_if_it_helps() {
    let record = |name: &str, aliases: &str| {
        let text = format!(r#"{{"type": "record", "name": "{name}", "aliases": [{aliases}], "fields": []}}"#);
        Schema::parse(&text).expect("a schema")
    };
    for (new, old) in [("a.b.New", "a.b.Old"), ("a.b.New", "a.Old"), ("a.b.New", "Old"), ("New", "Old")] {
        let (reader, writer) = (record(new, ""), record(old, ""));
        let findings = incompatibilities(&reader, &writer);
        let [finding] = &findings[..] else { panic!("one finding for {new} and {old}: {findings:?}") };
        let suggested = finding.fixes.iter().find_map(|fix| match fix {
            Fix::AddAlias { alias, .. } => Some(alias),
            _ => None,
        });
        match suggested {
            Some(alias) => {
                let reader = record(new, &format!("\"{alias}\""));
                assert!(check(&reader, &writer).is_compatible(), "`{alias}` for {new} and {old}");
            }
            None => assert_eq!((new, old), ("a.b.New", "Old"), "{}", finding.title),
        }
    }
}
