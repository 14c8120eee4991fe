//! Container files: export, import, and a comparison with fastavro.

use std::{fs, process::Command};

use serde_json::{Value, json};

use crate::workbench::{Run, Workbench};

const REGISTRY: &str = r#"
namespace = "com.example.shop"

[types.Order]
doc = "What a customer ordered."
[types.Order.fields]
id       = "string"
quantity = "long"
labels   = "map<string>"
coupon   = "string?"

[events."order.placed.v1"]
doc  = "A customer placed an order."
key  = "order.id"
topics = ["orders"]
data = { order = "Order" }

[events."order.cancelled.v1"]
doc  = "A customer cancelled an order."
key  = "id"
topics = ["orders"]
data = { id = "string" }
"#;

const PLACED: &str = "com.example.shop.order.placed.v1";
const CANCELLED: &str = "com.example.shop.order.cancelled.v1";

/// A registry and a bus with events of two types.
fn shop() -> Workbench {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", REGISTRY);
    let line = |number: u32| {
        let (event, data) = if number.is_multiple_of(3) {
            (CANCELLED, json!({"id": format!("{number}")}))
        } else {
            let order =
                json!({"id": "é", "quantity": number, "labels": {"b": "1", "a": "2"}, "coupon": null});
            (PLACED, json!({"order": order}))
        };
        json!({"metadata": {"event_type": event}, "data": data}).to_string() + "\n"
    };
    let lines: String = (0..300).map(line).collect();
    bench.write("events.jsonl", &lines);
    // The schemas that are recorded for this prefix are not read below, where it is a part of the topic.
    let bus = ["--bus", "sqlite:bus.db", "--prefix", "shop", "--topic", "orders"];
    let run = bench.run(&[&["publish"], &bus[..], &["--data", "events.jsonl"]].concat());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    bench
}

fn on(bench: &Workbench, bus: &str, verb: &[&str]) -> Run {
    bench.run(&[&verb[..1], &["--bus", bus, "--topic", "shop-orders"], &verb[1..]].concat())
}

/// The lines of a topic, sorted: their order depends on the files.
fn lines(bench: &Workbench, bus: &str, group: &str) -> Vec<Value> {
    let read = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        // The positions in two buses differ.
        match line.get_mut("unreadable") {
            Some(unreadable) => unreadable["position"].take(),
            None => line["position"].take(),
        };
        line
    };
    let mut lines: Vec<Value> =
        on(bench, bus, &["consume", "--group", group]).stdout.lines().map(read).collect();
    lines.sort_by_key(Value::to_string);
    lines
}

#[test]
fn import_restores_exported_messages() {
    let bench = shop();
    // The registry no longer has the published version of one event type, so its messages cannot be read.
    bench.write(
        "schemas/shop.toml",
        &REGISTRY
            .replace("data = { id = \"string\" }", "minor = 1\ndata = { id = \"string\", why = \"string\" }"),
    );
    let run = on(&bench, "sqlite:bus.db", &["export", "--group", "archive", "--out", "archive"]);
    assert_eq!(run.code, 100, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "exported 200 events to `archive`; wrote 100 unreadable messages to `messages.avro`\n"
    );
    assert!(run.stderr.contains("the history has no minor version 0"), "{}", run.stderr);
    let mut files: Vec<_> =
        fs::read_dir(bench.path("archive")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, [PLACED, "messages.avro"]);

    let run = on(&bench, "sqlite:copy.db", &["import", "archive"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "published 300 messages to `shop-orders`\n"),
        "{}",
        run.stderr
    );
    let copied = lines(&bench, "sqlite:copy.db", "a");
    assert_eq!(copied, lines(&bench, "sqlite:bus.db", "a"));
    assert_eq!(copied.iter().filter(|line| line.get("unreadable").is_some()).count(), 100);

    // With the version in the registry, they can be read again.
    bench.write("schemas/shop.toml", REGISTRY);
    assert_eq!(lines(&bench, "sqlite:copy.db", "b"), lines(&bench, "sqlite:bus.db", "b"));
}

#[test]
fn an_export_is_acknowledged_and_does_not_overwrite() {
    let bench = shop();
    let export = |out: &str| on(&bench, "sqlite:bus.db", &["export", "--group", "archive", "--out", out]);
    assert_eq!(export("events.jsonl/first").code, 1, "a file is no folder");
    assert_eq!(export("first").stdout, "exported 300 events to `first`\n");
    assert_eq!(export("first").code, 1);
    assert_eq!(export("second").stdout, "exported 0 events to `second`\n");
    assert!(!bench.path("second").exists(), "an empty export creates no folder");
    let mut left = fs::read_dir(bench.path(".")).unwrap().map(|entry| entry.unwrap().path());
    assert!(!left.any(|path| path.extension().is_some_and(|extension| extension == "new")));
}

#[test]
fn an_export_begins_at_the_first_unacknowledged_message() {
    let bench = shop();
    let consumed = on(&bench, "sqlite:bus.db", &["consume", "--group", "archive", "--max", "20"]);
    assert_eq!(consumed.stdout.lines().count(), 20);
    let export = |out: &str, more: &[&str]| {
        on(&bench, "sqlite:bus.db", &[&["export", "--group", "archive", "--out", out], more].concat())
    };
    assert_eq!(export("rest", &[]).stdout, "exported 280 events to `rest`\n");
    let line: Value = serde_json::from_str(consumed.stdout.lines().next_back().unwrap()).unwrap();
    let (_, twentieth) = line["position"].as_str().unwrap().split_once('@').unwrap();
    assert_eq!(export("again", &["--from", twentieth]).stdout, "exported 281 events to `again`\n");
    assert_eq!(on(&bench, "sqlite:bus.db", &["consume", "--group", "archive"]).stdout, "");
}

#[test]
fn decode_prints_the_rows_of_a_container() {
    let bench = shop();
    on(&bench, "sqlite:bus.db", &["export", "--group", "archive", "--out", "archive"]);
    let file = format!("archive/{CANCELLED}/0.avro");
    for args in [&["decode", file.as_str()][..], &["decode", "--framing", "container", &file]] {
        let run = bench.run(args);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stderr, "a container file, codec deflate: 100 rows\n");
        let first: Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
        assert_eq!(first["metadata"]["event_type"], CANCELLED);
        assert_eq!(
            (&first["key"], &first["headers"], &first["data"]),
            (&json!("\u{2}0"), &json!([]), &json!({"id": "0"}))
        );
    }
    bench.write("junk.avro", "Obj\u{1}junk");
    let run = bench.run(&["decode", "junk.avro"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("error: cannot read the container file\n  caused by: "), "{}", run.stderr);
    assert!(
        bench
            .run(&["decode", "--hex", "00", "--framing", "container"])
            .stderr
            .contains("not an Avro container file")
    );
}

#[test]
fn refused_rows_are_reported_and_damaged_files_fail() {
    let bench = shop();
    on(&bench, "sqlite:bus.db", &["export", "--group", "archive", "--out", "archive"]);
    let file = format!("archive/{PLACED}/0.avro");
    bench.write("schemas/shop.toml", &REGISTRY.replace("quantity = \"long\"", "quantity = \"string\""));
    let run = on(&bench, "memory:", &["import", &file]);
    assert_eq!(run.code, 100, "{}", run.stderr);
    assert!(
        run.stdout.starts_with(&format!(
            "{file}, row 1: the schema of the file differs from minor version 0 of `{PLACED}` in the \
             registry\n"
        )),
        "{}",
        run.stdout
    );
    assert!(run.stdout.ends_with("published 0 messages to `shop-orders`; 200 rows refused\n"));
    bench.write("schemas/shop.toml", REGISTRY);
    let bytes = fs::read(bench.path(&file)).unwrap();
    fs::write(bench.path("cut.avro"), &bytes[..bytes.len() - 1]).unwrap();
    let run = on(&bench, "memory:", &["import", "cut.avro"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("it is truncated")
            && run.stderr.contains("0 messages before the error were published"),
        "{}",
        run.stderr
    );
}

/// Runs a Python script with fastavro in the workbench.
fn python(bench: &Workbench, script: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let interpreter = Command::new(format!("{root}/tests/oracles/python/setup")).output().unwrap();
    assert!(interpreter.status.success(), "{}", String::from_utf8_lossy(&interpreter.stderr));
    let interpreter = String::from_utf8(interpreter.stdout).unwrap();
    let run =
        Command::new(interpreter.trim()).args(["-c", script]).current_dir(bench.path(".")).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
#[ignore = "needs Python: scripts/test runs it"]
fn fastavro_and_signalbook_read_each_other() {
    let bench = shop();
    let run = on(&bench, "sqlite:bus.db", &["export", "--group", "archive", "--out", "archive"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let file = format!("archive/{PLACED}/0.avro");
    let read = python(
        &bench,
        &format!(
            "import fastavro, json\nfor row in fastavro.reader(open({file:?}, 'rb')): print(json.dumps([row['metadata'], row['key'].hex(), row['data']]))"
        ),
    );
    let theirs: Vec<Value> = read.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ours = bench.run(&["decode", &file]).stdout;
    let ours = ours.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        json!([line["metadata"], "04c3a9", line["data"]])
    });
    assert_eq!(theirs, ours.collect::<Vec<_>>());
    assert_eq!(theirs.len(), 200);

    // Rows of fastavro, without the coupon and with an `int` quantity, in both codecs.
    for codec in ["null", "deflate"] {
        let write = format!(
            r#"
import fastavro
order = {{"type": "record", "name": "Order", "fields": [
    {{"name": "quantity", "type": "int"}}, {{"name": "id", "type": "string"}},
    {{"name": "labels", "type": {{"type": "map", "values": "string"}}}}]}}
schema = {{"type": "record", "name": "CloudEvent", "namespace": "{PLACED}", "fields": [{{"name": "order", "type": order}}]}}
rows = [{{"order": {{"id": str(n), "quantity": n, "labels": {{}}}}}} for n in range(5000)]
fastavro.writer(open("theirs.avro", "wb"), schema, rows, codec="{codec}")
"#
        );
        python(&bench, &write);
        let bus = format!("sqlite:{codec}.db");
        let run = on(&bench, &bus, &["import", "theirs.avro"]);
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains("pass the event type of the rows with --event"), "{}", run.stderr);
        let run = on(&bench, &bus, &["import", "--event", PLACED, "theirs.avro"]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (0, "published 5000 messages to `shop-orders`\n"),
            "{}",
            run.stderr
        );
        let last = on(&bench, &bus, &["consume", "--group", "a"]).stdout;
        let last: Value = serde_json::from_str(last.lines().last().unwrap()).unwrap();
        assert_eq!(
            last["data"]["order"],
            json!({"id": "4999", "quantity": 4999, "labels": {}, "coupon": null})
        );
    }
}
