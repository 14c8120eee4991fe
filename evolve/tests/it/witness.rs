//! What cannot be read is shown: by an event that the other side refuses, or by what Java's reader makes of it.

use serde_json::Value;
use signalbook_data::{decode, plain, read};
use signalbook_evolve::{Candidate, Version, check, gate};
use signalbook_model::{Mode, Name, Schema};

use crate::generate::{Choices, pair};

fn schema(json: &Value) -> Schema {
    let (schema, _) =
        Schema::parse_lenient(&json.to_string()).unwrap_or_else(|error| panic!("{error}: {json}"));
    schema
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |place| u8::from_str_radix(&hex[place..place + 2], 16).expect("hexadecimal digits");
    (0..hex.len()).step_by(2).map(digits).collect()
}

/// Asks the gate of one pair, and holds every hindrance to its proof. Answers how many have none, as every event of the
/// writer would hold another without end.
fn prove(name: &str, reader: &Schema, writer: &Schema) -> usize {
    let mut endless = 0;
    let event_type = Name::new("com.example.changed.v1");
    let version = |minor, schema| Version { minor, label: format!("minor {minor}"), schema, facts: None };
    let report = gate(&[Candidate {
        event_type: &event_type,
        mode: Mode::Backward,
        registry: None,
        new: Some(version(1, reader)),
        accepted: vec![version(0, writer)],
    }]);
    let hindrances: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.evidence.as_ref().is_some_and(|evidence| !evidence.avro.is_empty()))
        .collect();
    // A version that did not change is not to blame.
    let compatible = reader == writer || check(reader, writer).is_compatible();
    assert_eq!(hindrances.is_empty(), compatible, "{name}");
    for finding in hindrances {
        let Some(evidence) = &finding.evidence else { continue };
        let Some(witness) = &evidence.witness else {
            let is_endless = finding.notes.iter().any(|note| note.starts_with("no event"));
            let decodes = finding.notes.iter().any(|note| note.contains("decodes"));
            assert!(is_endless || decodes, "{name}: {}", finding.title);
            endless += usize::from(is_endless);
            continue;
        };
        let datum = bytes(&witness.hex);
        assert!(decode(writer, &datum).is_ok(), "{name}: {} is nothing of the writer's", witness.hex);
        assert!(read(writer, reader, &datum).is_err(), "{name}: {} is read", witness.hex);
    }
    endless
}

#[test]
fn every_kind_of_change_has_its_proof() {
    for line in include_str!("../data/change-kinds.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let name = case["id"].as_str().expect("a name");
        assert_eq!(prove(name, &schema(&case["reader"]), &schema(&case["writer"])), 0, "{name}");
    }
}

#[test]
fn generated_pairs_have_their_proofs() {
    let mut choices = Choices::new(7);
    let mut endless = 0;
    for place in 0..1000 {
        let (reader, writer) = pair(&mut choices);
        endless += prove(&format!("pair {place}"), &reader, &writer);
    }
    assert!(endless < 1000, "{endless} hindrances of 1000 pairs have no proof");
}

#[test]
fn what_means_something_else_is_read_as_its_witness_says() {
    let mut choices = Choices::new(13);
    let event_type = Name::new("com.example.changed.v1");
    let mut shown = 0;
    for place in 0..1500 {
        let (new, old) = pair(&mut choices);
        let version = |minor, schema| Version { minor, label: format!("minor {minor}"), schema, facts: None };
        let report = gate(&[Candidate {
            event_type: &event_type,
            mode: Mode::None,
            registry: None,
            new: Some(version(1, &new)),
            accepted: vec![version(0, &old)],
        }]);
        let evidence = report.findings.iter().filter_map(|finding| finding.evidence.as_ref());
        for witness in evidence.filter_map(|evidence| evidence.witness.as_ref()) {
            let (writer, reader) = if witness.written_by == 0 { (&old, &new) } else { (&new, &old) };
            let datum = bytes(&witness.hex);
            let written = decode(writer, &datum).expect("a datum of the writer's");
            let json = plain::write(writer, &written).expect("a value of the writer's").to_text();
            assert_eq!(json, witness.json, "pair {place}");
            let outcome = match read(writer, reader, &datum) {
                Ok(value) => plain::write(reader, &value).expect("a value of the reader's").to_text(),
                Err(error) => error.to_string(),
            };
            assert!(witness.outcome.starts_with(&outcome), "pair {place}: {outcome}: {witness:?}");
            shown += 1;
        }
    }
    assert!(shown > 20, "only {shown} events were shown");
}

/// A field is added beside another, which goes later: at no time was one the other.
#[test]
fn a_field_that_was_there_beside_another_is_not_that_one_renamed() {
    let version = |fields: &[&str]| {
        let fields: Vec<String> = fields
            .iter()
            .map(|name| format!(r#"{{"name": "{name}", "type": ["null", "string"], "default": null}}"#))
            .collect();
        let text = format!(r#"{{"type": "record", "name": "Order", "fields": [{}]}}"#, fields.join(", "));
        Schema::parse(&text).expect("a schema")
    };
    let (coupon, both, note) = (version(&["coupon"]), version(&["coupon", "note"]), version(&["note"]));
    let renames = |accepted: &[&Schema]| {
        let label =
            |minor: u32, schema| Version { minor, label: format!("minor {minor}"), schema, facts: None };
        let accepted: Vec<Version<'_>> =
            (0..).zip(accepted).map(|(minor, schema)| label(minor, schema)).collect();
        let report = gate(&[Candidate {
            event_type: &Name::new("Order"),
            mode: Mode::FullTransitive,
            registry: None,
            new: Some(label(9, &note)),
            accepted,
        }]);
        report.findings.iter().filter(|finding| finding.rule.id == "field-renamed-without-alias").count()
    };
    assert_eq!(renames(&[&coupon]), 1, "it took its place");
    assert_eq!(renames(&[&both, &coupon]), 1, "it had gone before it came again");
    assert_eq!(renames(&[&coupon, &both]), 0);
}
