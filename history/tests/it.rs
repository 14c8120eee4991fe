//! Tests of histories in memory and in a folder: round trips, and findings for damaged files.

use std::collections::BTreeMap;

use proptest::prelude::*;
use signalbook_diagnostics::{Date, Sources, render};
use signalbook_history::{
    Cause, CurrentEvent, Entry, FileChange, Files, History, Origin, Refused, Retirement, Status, folder,
};
use signalbook_model::{Deprecation, Facts, KeyFact, Name, Stability};

const EVENT: &str = "shop.order.placed.v1";
const ROOT: &str = "schemas/history";

fn schema(fields: &str) -> String {
    format!(r#"{{"type": "record", "name": "CloudEvent", "doc": "What was ordered.", "fields": [{fields}]}}"#)
}

fn id() -> String {
    schema(r#"{"name": "id", "type": "string"}"#)
}

fn with_coupon() -> String {
    schema(
        r#"{"name": "id", "type": "string"}, {"name": "coupon", "type": ["null", "string"], "default": null}"#,
    )
}

fn current(minor: u32, text: &str) -> CurrentEvent {
    let facts = Facts { topics: vec!["orders".to_owned()], ..Facts::default() };
    CurrentEvent::new(Name::new(EVENT), minor, text, facts, Origin::Registry).expect("a valid case")
}

fn read(files: &Files) -> History {
    let mut sources = Sources::new();
    let read = History::read(files, ROOT, &mut sources);
    assert_eq!(read.findings, [], "{}", render::human(&read.findings, &sources, false));
    read.history
}

fn accept(files: &mut Files, current: &CurrentEvent) {
    let changes = read(files).accept(current);
    assert!(!changes.is_empty(), "the event is not accepted yet");
    for change in changes {
        change.apply(files).expect("a valid case");
    }
}

fn two_minors() -> Files {
    let mut files = Files::new();
    accept(&mut files, &current(0, &id()));
    accept(&mut files, &current(1, &with_coupon()));
    files
}

fn retirement() -> Retirement {
    Retirement { reason: "no longer \"read\"".to_owned(), on: Date { year: 2027, month: 1, day: 31 } }
}

#[test]
fn an_event_is_compared_with_its_accepted_versions() {
    let history = read(&two_minors());
    let misnumbered = |minor, cause| Status::Misnumbered { minor, cause };
    let documented = with_coupon().replace("What was ordered.", "An order.");
    let other = schema(r#"{"name": "id", "type": "long"}"#);
    let cases = [
        (1, with_coupon(), Status::Accepted),
        (1, documented, Status::Accepted),
        (1, other.clone(), misnumbered(2, Cause::SchemaDiffers)),
        (2, other.clone(), Status::New),
        (2, with_coupon(), Status::New),
        (3, other.clone(), misnumbered(2, Cause::Skips)),
        (0, with_coupon(), misnumbered(1, Cause::Behind(1))),
        (0, id(), misnumbered(2, Cause::Behind(1))),
        (0, other, misnumbered(2, Cause::Behind(1))),
    ];
    for (minor, text, expected) in cases {
        let current = current(minor, &text);
        assert_eq!(history.status(&current), expected, "minor {minor} with {text}");
        assert_eq!(history.finding(&current).is_none(), expected == Status::Accepted);
        let can_be_accepted = matches!(expected, Status::New);
        assert_eq!(!history.accept(&current).is_empty(), can_be_accepted);
    }
    let new = CurrentEvent { event_type: Name::new("shop.order.sent.v1"), ..current(7, &id()) };
    assert_eq!(history.status(&new), Status::New, "a first version may have any minor version");
}

#[test]
fn a_changed_fact_is_a_revision() {
    let mut files = two_minors();
    let before = files.clone();
    let mut revised = current(1, &with_coupon());
    revised.facts.key = Some(KeyFact { path: "id".into(), ty: "string".into() });
    revised.facts.topics.push("all".into());
    assert_eq!(read(&files).status(&revised), Status::Revised { facts: vec!["key", "topics"] });
    accept(&mut files, &revised);

    let history = read(&files);
    let version = history.version(&revised.event_type, 1).unwrap();
    assert_eq!(history.status(&revised), Status::Accepted);
    assert_eq!((&version.entry.facts, version.entry.superseded.len()), (&revised.facts, 1));
    let changed = "shop.order.placed.v1/1.toml";
    assert!(files[changed].starts_with(&before[changed]), "text is only appended");
    assert!(files.iter().all(|(path, bytes)| path == changed || before[path] == *bytes));
}

#[test]
fn a_retired_version_is_not_compared_and_keeps_its_minor_version() {
    let mut files = two_minors();
    let event = Name::new(EVENT);
    for minor in [0, 1] {
        let history = read(&files);
        history.retire(&event, minor, &retirement()).unwrap().apply(&mut files).unwrap();
        assert_eq!(read(&files).retire(&event, minor, &retirement()), None, "already retired");
    }
    assert_eq!(read(&files).retire(&event, 2, &retirement()), None);
    let history = read(&files);
    assert_eq!(history.binding(&event).count(), 0);
    assert_eq!(history.versions(&event).len(), 2);
    assert_eq!(history.version(&event, 0).unwrap().entry.retired, Some(retirement()));
    let expected = Status::Misnumbered { minor: 2, cause: Cause::Retired };
    assert_eq!(history.status(&current(1, &with_coupon())), expected);
}

/// Damages the files.
type Tamper = Box<dyn FnOnce(&mut Files)>;

/// Returns the findings of `two_minors()` after `tamper`, one on each line.
fn findings(tamper: impl FnOnce(&mut Files)) -> String {
    let mut files = two_minors();
    tamper(&mut files);
    let mut sources = Sources::new();
    let read = History::read(&files, ROOT, &mut sources);
    render::short(&read.findings, &sources)
}

#[test]
fn changes_of_accepted_files_are_found() {
    let (avsc, toml) = ("shop.order.placed.v1/0.avsc", "shop.order.placed.v1/0.toml");
    let cases: [(&str, Tamper); 13] = [
        ("error[accepted-schema-edited]", Box::new(|files| files.get_mut(avsc).unwrap().push(b'\n'))),
        ("placed.v1/0.avsc:1:1: error[accepted-file-missing]", Box::new(|files| drop(files.remove(avsc)))),
        ("placed.v1/0.toml:1:1: error[accepted-file-missing]", Box::new(|files| drop(files.remove(toml)))),
        (
            "error[accepted-file-unreadable]",
            Box::new(|files| drop(files.insert(toml.into(), b"<<<<<<< ours\n".to_vec()))),
        ),
        (
            "error[accepted-file-unreadable]",
            Box::new(|files| drop(files.insert(toml.into(), b"sha256 = \"\xff\"".to_vec()))),
        ),
        (
            "placed.v1/2.avsc:1:1: error[accepted-file-missing]: minors 2 to 3 of `shop.order.placed.v1` are \
             missing",
            Box::new(|files| {
                for extension in ["avsc", "toml"] {
                    let bytes = files[&format!("shop.order.placed.v1/1.{extension}")].clone();
                    files.insert(format!("shop.order.placed.v1/4.{extension}"), bytes);
                }
            }),
        ),
        ("warning[history-stray-file]", Box::new(|files| drop(files.insert("notes.md".into(), Vec::new())))),
        (
            "warning[history-stray-file]",
            Box::new(|files| drop(files.insert("shop.order.placed.v1/01.avsc".into(), Vec::new()))),
        ),
        (
            "warning[history-stray-file]",
            Box::new(|files| drop(files.insert("shop.order.placed.v1/4294967296.avsc".into(), Vec::new()))),
        ),
        (
            "warning[history-stray-file]",
            Box::new(|files| drop(files.insert("shop/order/2.avsc".into(), Vec::new()))),
        ),
        ("", Box::new(|files| drop(files.insert(".gitattributes".into(), b"*.avsc -text".to_vec())))),
        ("", Box::new(|_| {})),
        (
            "warning[legacy-schema]",
            Box::new(|files| {
                let irregular = id().replace("\"id\"", "\"i-d\"");
                let event = Name::new("shop.order-sent.v1");
                let current = CurrentEvent { event_type: event, ..current(0, &irregular) };
                History::default().accept(&current).iter().for_each(|change| change.apply(files).unwrap());
            }),
        ),
    ];
    for (expected, tamper) in cases {
        let found = findings(tamper);
        assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{expected}: {found}");
        assert!(found.lines().count() <= 1, "each cause is reported once: {found}");
    }
}

#[test]
fn changed_line_endings_are_noted() {
    let mut files = two_minors();
    let path = "shop.order.placed.v1/0.avsc";
    let text = format!("{}\n", id());
    files.clear();
    accept(&mut files, &current(0, &text));
    files.insert(path.into(), text.replace('\n', "\r\n").into_bytes());
    let read = History::read(&files, ROOT, &mut Sources::new());
    assert_eq!(read.findings[0].notes, ["only its line endings changed"]);
}

#[test]
fn errors_of_entries_have_their_span() {
    let text = Entry::to_toml(&read(&two_minors()).version(&Name::new(EVENT), 0).unwrap().entry);
    let sound = "sha256 = \"00\"\norigin = \"rust\"\n[[facts]]\n";
    assert!(Entry::parse(&text).is_ok() && Entry::parse(sound).is_ok());
    for (wrong, part, message) in [
        ("", "", "the entry `sha256` is missing"),
        ("sha256 = 1\norigin = \"rust\"\n[[facts]]\n", "1", "expected a string"),
        ("sha256 = \"\"\norigin = \"go\"\n[[facts]]\n", "\"go\"", "expected `registry` or `rust`"),
        ("sha256 = \"\"\norigin = \"rust\"\nfacts = []\n", "[]", "expected at least one table of facts"),
        ("sha256 = \"\"\norigin = \"rust\"\nfacts = [1]\n", "1", "expected a table"),
        ("sha256 = \"\"\norigin = \"rust\"\n[[facts]]\nowner = \"me\"", "owner", "unknown entry `owner`"),
        (
            "sha256 = \"\"\norigin = \"rust\"\n[[facts]]\nkey = { path = \"id\" }",
            "{ path = \"id\" }",
            "the entry `type` is missing",
        ),
        (
            "sha256 = \"\"\norigin = \"rust\"\n[[facts]]\nstability = \"firm\"",
            "\"firm\"",
            "expected `stable` or `unstable`",
        ),
        (
            "sha256 = \"\"\norigin = \"rust\"\n[[facts]]\n[retired]\nreason = \"old\"\non = \
             2027-01-01T00:00:00",
            "2027-01-01T00:00:00",
            "expected a date, as in `2027-01-01` without quotes",
        ),
    ] {
        let error = Entry::parse(wrong).unwrap_err();
        assert_eq!((&wrong[error.span.clone()], error.message.as_str()), (part, message), "{wrong}");
    }
}

#[test]
fn files_in_a_folder_are_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("history");
    assert_eq!(folder::read(&root).unwrap(), Files::new());
    let first = read(&Files::new()).accept(&current(0, &id()));
    folder::write(&root, &first).unwrap();
    let files = folder::read(&root).unwrap();
    assert_eq!(
        files.keys().map(String::as_str).collect::<Vec<_>>(),
        ["shop.order.placed.v1/0.avsc", "shop.order.placed.v1/0.toml"]
    );

    let error = folder::write(&root, &first).unwrap_err();
    assert_eq!(error.path, root.join("shop.order.placed.v1/0.avsc"));
    assert_eq!(folder::read(&root).unwrap(), files, "the file is unchanged, and no temporary file is left");

    let retired = read(&files).retire(&Name::new(EVENT), 0, &retirement()).unwrap();
    folder::write(&root, std::slice::from_ref(&retired)).unwrap();
    let mut expected = files;
    retired.apply(&mut expected).unwrap();
    assert_eq!(folder::read(&root).unwrap(), expected);
    let gone = FileChange::Append { path: "gone".into(), text: String::new() };
    assert_eq!(gone.apply(&mut expected), Err(Refused::Missing("gone".into())));
}

fn facts() -> impl Strategy<Value = Facts> {
    let text = any::<String>;
    let option = || proptest::option::of(any::<String>());
    let key = proptest::option::of((text(), text()).prop_map(|(path, ty)| KeyFact { path, ty }));
    let deprecation = proptest::option::of(
        (option(), option()).prop_map(|(replacement, reason)| Deprecation { replacement, reason }),
    );
    let pii = proptest::collection::btree_map(text(), text(), 0..3);
    let topics = proptest::collection::vec(text(), 0..3);
    (key, topics, option(), any::<bool>(), deprecation, pii).prop_map(
        |(key, topics, producer, stable, deprecation, pii): (_, _, _, _, _, BTreeMap<_, _>)| Facts {
            key,
            topics,
            producer,
            stability: if stable { Stability::Stable } else { Stability::Unstable },
            deprecation,
            pii,
        },
    )
}

fn entry() -> impl Strategy<Value = Entry> {
    let retired = (any::<String>(), 0..=9999u16, 1..=12u8, 1..=28u8);
    let retired =
        retired.prop_map(|(reason, year, month, day)| Retirement { reason, on: Date { year, month, day } });
    let superseded = proptest::collection::vec(facts(), 0..3);
    (any::<String>(), any::<bool>(), facts(), superseded, proptest::option::of(retired)).prop_map(
        |(sha256, rust, facts, superseded, retired)| {
            let origin = if rust { Origin::Rust } else { Origin::Registry };
            let mut entry = Entry::new(sha256, origin, facts);
            (entry.superseded, entry.retired) = (superseded, retired);
            entry
        },
    )
}

proptest! {
    #[test]
    fn parsing_the_text_of_an_entry_returns_the_entry(entry in entry()) {
        prop_assert_eq!(Entry::parse(&entry.to_toml()), Ok(entry));
    }

    #[test]
    fn an_appended_revision_supersedes_the_facts(mut entry in entry(), later in facts()) {
        let text = entry.to_toml() + &Entry::revision(&later);
        entry.superseded.push(std::mem::replace(&mut entry.facts, later));
        prop_assert_eq!(Entry::parse(&text), Ok(entry));
    }

    #[test]
    fn arbitrary_files_do_not_make_the_reader_panic(
        files in proptest::collection::btree_map(
            prop_oneof!["[a-z]{0,3}/[0-9]{1,11}\\.(avsc|toml)", any::<String>()],
            prop_oneof![
                any::<Vec<u8>>(),
                entry().prop_map(|entry| entry.to_toml().into_bytes()),
                Just(id().into_bytes()),
            ],
            0..6,
        )
    ) {
        let mut sources = Sources::new();
        let read = History::read(&files, ROOT, &mut sources);
        render::human(&read.findings, &sources, false);
        for (event, versions) in read.history.events() {
            prop_assert!(versions.is_sorted_by(|a, b| a.minor < b.minor), "{}", event);
        }
    }
}
