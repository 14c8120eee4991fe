//! Compares every format of the same findings with `snapshots/`.

use signalbook_diagnostics::render::Format;
use signalbook_diagnostics::{
    Edit, Evidence, Finding, Fix, Level, Note, Policy, Rule, Severity, Sources, Span, Suggestion,
};
use signalbook_model::{Direction, Json, Name, Path};

static FIELD_ADDED: Rule = Rule::lint(
    "field-added-without-default",
    Level::Deny,
    "A new field needs a default. Without one, readers cannot read older events.",
)
.explained("", "Give the field a default.");

static MISSING_DOC: Rule = Rule::lint("missing-doc", Level::Warn, "Events and types must be documented.");

const REGISTRY: &str = "\
namespace = \"org.openedx.learning\"

[types.Grade.fields]
user  = \"int\"
grade = \"double\"  # <é> & ```code```
";

const ACCEPTED: &str = "{\"type\": \"record\", \"name\": \"CloudEvent\", \"fields\": []}\n";

fn json(text: &str) -> Json {
    Json::parse(text).expect("JSON")
}

/// A finding of the gate with all details, one with special characters, and two without a location.
fn findings(before: &str) -> (Sources, Vec<Finding>) {
    let mut sources = Sources::new();
    let registry = sources.add("./schemas/with blank,é.toml", format!("{before}{REGISTRY}"));
    let accepted = sources.add("schemas/history/org.openedx.learning.graded.v1/3.avsc", ACCEPTED);
    let at = |text: &str| {
        let start = before.len() + REGISTRY.find(text).expect("a text of the registry");
        Span { file: registry, start, end: start + text.len() }
    };
    let grade = Path::Member { ty: Name::new("org.openedx.learning.Grade"), member: "grade".to_owned() };
    let mut gate = Finding::new(&FIELD_ADDED, "`grade` has no default")
        .on(grade.clone())
        .at(at("grade"), "a consumer on minor 4 cannot read what minors 0 to 3 wrote")
        .and(Span { file: accepted, start: 1, end: 17 }, "minor 3 does not have it")
        .note("mode: BACKWARD_TRANSITIVE");
    gate.suggestions.push(Suggestion::new(
        "make it optional: `grade = \"double?\"`",
        true,
        vec![Edit { span: at("\"double\""), replacement: "\"double?\"".to_owned() }],
    ));
    let event = Name::new("org.openedx.learning.graded.v1");
    let mut evidence = Evidence::about(event, Some(4), vec![0, 1, 2, 3]);
    evidence.directions = vec![Direction::Backward];
    evidence.notes = vec![
        Note { label: "schema", text: "`/fields/1`, in the old version the root".to_owned() },
        Note { label: "avro", text: "READER_FIELD_MISSING_DEFAULT_VALUE at `/fields/1`".to_owned() },
        Note {
            label: "witness",
            text: "{\"user\": 7} (hex 0e), written by minor 3; minor 4 reads: no value for `grade`"
                .to_owned(),
        },
    ];
    evidence.fixes = vec![Fix::AddDefault { field: grade, value: Json::Integer(0) }];
    evidence.steps = vec!["accept minor 4 with a default".to_owned(), "accept this as minor 5".to_owned()];
    evidence.data = vec![
        ("pointers", json(r#"{"new": "/fields/1", "old": ""}"#)),
        ("avro", json(r#"[{"type": "READER_FIELD_MISSING_DEFAULT_VALUE", "pointer": "/fields/1"}]"#)),
        (
            "witness",
            json(
                r#"{"json": "{\"user\": 7}", "hex": "0e", "written_by": 3, "read_by": 4,
                        "outcome": "no value for `grade`"}"#,
            ),
        ),
        (
            "migration",
            json(
                r#"{"steps": ["accept minor 4 with a default", "accept this as minor 5"],
                        "intermediate_schema": {"type": "record"}, "retired": [3]}"#,
            ),
        ),
    ];
    gate.evidence = Some(Box::new(evidence));
    let odd = "no doc: 100% of `a|b`, <b>@all</b> #1 ::error::\r\nsecond *line* ` \u{7}";
    let odd = Finding::new(&MISSING_DOC, odd).at(at("[types.Grade.fields]\nuser"), "");
    let nowhere =
        Finding::new(&MISSING_DOC, "no doc").on(Path::Event(Name::new("org.openedx.learning.graded.v1")));
    (sources, vec![gate, odd, nowhere.clone(), nowhere])
}

#[test]
fn each_format_matches_its_snapshot() {
    let (sources, findings) = findings("");
    for format in Format::ALL {
        let text = format.render(&findings, &sources, "1 error, 2 warnings", false);
        insta::assert_snapshot!(format.name(), text);
        let none = format.render(&[], &sources, "no findings", false);
        insta::assert_snapshot!(format!("{format}-none"), none);
    }
}

#[test]
fn fingerprints_are_unique_and_do_not_depend_on_lines() {
    let fingerprints = |before: &str| {
        let (sources, findings) = findings(before);
        let report = Format::Gitlab.render(&findings, &sources, "", false);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let fingerprint = |issue: &serde_json::Value| issue["fingerprint"].as_str().unwrap().to_owned();
        report.as_array().unwrap().iter().map(fingerprint).collect::<Vec<_>>()
    };
    let there = fingerprints("");
    assert_eq!(there, fingerprints("# a comment\n\n"));
    let mut distinct = there.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), there.len());
}

#[test]
fn names_of_formats_can_be_parsed() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert_eq!(
        "xml".parse::<Format>().unwrap_err().to_string(),
        "`xml` is not a format: use one of human, short, json, sarif, junit, github, gitlab, markdown"
    );
}

#[test]
fn a_comment_is_not_too_long() {
    let (sources, findings) = findings("");
    let many: Vec<Finding> = findings.iter().cycle().take(1000).cloned().collect();
    let comment = Format::Markdown.render(&many, &sources, "", false);
    assert!(comment.chars().count() < 65_536, "{}", comment.len());
    assert!(comment.contains("more findings. The log of the run contains all of them"));
}

#[test]
fn a_finding_that_is_too_long_for_a_comment_is_cut() {
    let (sources, findings) = findings("");
    for text in ["word ".repeat(20_000), "<&@".repeat(30_000), "`a` ".repeat(20_000), "`".repeat(99_999)] {
        let in_note = findings[0].clone().note(text.clone());
        let many_notes = (0..5000).fold(findings[0].clone(), |finding, _| finding.note("A note. ".repeat(4)));
        let in_help = findings[0].clone().help(text.clone());
        for first in [Finding::new(&FIELD_ADDED, text.clone()), in_note, many_notes, in_help] {
            let comment = Format::Markdown.render(std::slice::from_ref(&first), &sources, &text, false);
            assert!(comment.chars().count() < 65_536, "{}", comment.len());
            assert!(comment.contains("error[field-added-without-default]: "), "{comment}");
            assert!(comment.contains("The log of the run contains the whole finding."));
            assert!(!comment.contains("<&"), "what is cut is still escaped");

            let comment = Format::Markdown.render(&[first, findings[1].clone()], &sources, "", false);
            assert!(comment.contains("… and 1 more finding. The log of the run contains all of them"));
        }
    }
}

#[test]
fn a_severity_is_limited_by_its_maximum() {
    let severity = |level: Level, at_most: Severity| {
        let mut finding = Finding::new(&FIELD_ADDED, "`grade` has no default");
        finding.at_most = at_most;
        let levels = [(FIELD_ADDED.id.to_owned(), level)].into();
        let policy = Policy { levels, ..Policy::default() };
        policy.apply(vec![finding], &[]).findings.first().map(|finding| finding.severity)
    };
    assert_eq!(severity(Level::Deny, Severity::Error), Some(Severity::Error));
    assert_eq!(severity(Level::Deny, Severity::Warning), Some(Severity::Warning));
    assert_eq!(severity(Level::Warn, Severity::Error), Some(Severity::Warning));
    assert_eq!(severity(Level::Allow, Severity::Error), None);
}
