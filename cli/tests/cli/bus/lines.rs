//! What a line of `publish` and `consume` contains.

use std::collections::BTreeSet;

use crate::{
    bus::{EVENT, REGISTRY, consume, export, ids, orders, publish, shop},
    workbench::Workbench,
};

#[test]
fn the_metadata_is_oep_41s() {
    let bench = shop();
    publish(&bench, &orders(1));
    let line: serde_json::Value = serde_json::from_str(&consume(&bench, "a", &[]).stdout).unwrap();
    let members =
        |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(members(&line), ["data", "headers", "key", "metadata", "position"].map(str::to_owned).into());
    let names = ["event_type", "id", "minorversion", "source", "sourcehost", "time", "sourcelib"];
    assert_eq!(members(&line["metadata"]), names.map(str::to_owned).into());
    assert_eq!(line["metadata"]["event_type"], EVENT);
    assert_eq!(line["metadata"]["minorversion"], 0);
    assert_eq!(line["data"], serde_json::json!({"order": {"id": "0", "quantity": 1, "coupon": null}}));
}

#[test]
fn consumed_lines_can_be_published_to_another_bus() {
    let bench = shop();
    publish(&bench, &orders(50));
    let printed = consume(&bench, "a", &[]).stdout;
    bench.write("printed.jsonl", &printed);
    let copy = [
        "publish",
        "--bus",
        "sqlite:copy.db",
        "--topic",
        "orders",
        "--prefix",
        "dev",
        "--data",
        "printed.jsonl",
    ];
    let run = bench.run(&copy);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let read = ["consume", "--bus", "sqlite:copy.db", "--prefix", "dev", "--topic", "orders", "--group", "a"];
    let copied = bench.run(&read).stdout;
    assert_eq!(copied.replace("\"position\":\"dev-", "\"position\":\""), printed);
}

#[test]
fn a_line_carries_key_headers_and_extensions() {
    let bench = shop();
    let metadata = serde_json::json!({
        "id": "any text", "time": "2026-01-31T14:00:00+02:00", "extensions": {"tenant": "acme"}
    });
    let line = |key: serde_json::Value, headers: serde_json::Value| {
        let data = serde_json::json!({"order": {"id": "A-17", "quantity": 1}});
        serde_json::json!({"metadata": metadata, "data": data, "key": key, "headers": headers,
            "position": "elsewhere[7]@42"})
        .to_string()
            + "\n"
    };
    let headers = serde_json::json!({"ce_Trace": "0", "trace": "1", "twice": ["a", {"hex": "ff00"}]});
    let other = serde_json::json!({"hex": "00ff"});
    let null = serde_json::Value::Null;
    let lines = line("B-18".into(), headers.clone())
        + &line(other.clone(), serde_json::json!({}))
        + &line(null.clone(), serde_json::json!({}));
    let run = publish(&bench, &lines);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let read = consume(&bench, "a", &[]).stdout;
    let read: Vec<serde_json::Value> =
        read.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(read[0]["metadata"]["id"], "any text");
    assert_eq!(read[0]["metadata"]["time"], "2026-01-31T12:00:00+00:00", "it is written in UTC");
    assert_eq!(read[0]["metadata"]["extensions"], serde_json::json!({"tenant": "acme"}));
    assert_eq!((&read[0]["key"], &read[0]["headers"]), (&"B-18".into(), &headers));
    assert_eq!((&read[1]["key"], &read[2]["key"]), (&other, &null));
    assert!(read[0]["position"].as_str().expect("a text").starts_with("orders[0]@"), "{}", read[0]);

    let wrong = line(7.into(), serde_json::json!({}))
        + &line(null.clone(), serde_json::json!({"ce_id": "1"}))
        + &line(null, serde_json::json!({"trace": 1}));
    let run = publish(&bench, &wrong);
    assert_eq!(run.code, 100, "{}", run.stdout);
    for expected in
        ["line 1, $.key:", "line 2, $.headers: `ce_id` is a header", "line 3, $.headers: `trace`:"]
    {
        assert!(run.stdout.contains(expected), "{expected}: {}", run.stdout);
    }
}

#[test]
fn another_schema_of_a_published_version_is_a_conflict() {
    let bench = shop();
    assert_eq!(publish(&bench, &orders(1)).code, 0);
    bench.write("schemas/shop.toml", &REGISTRY.replace("\"int\"", "\"long\""));
    let run = publish(&bench, &orders(1));
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    let expected = "the bus has another schema for version 0 of `com.example.shop.order.placed.v1`";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    let docs = REGISTRY.replace("What a customer ordered.", "The order.");
    bench.write("schemas/shop.toml", &docs);
    assert_eq!(publish(&bench, &orders(1)).code, 0, "documentation is not a part of it");
    assert_eq!(consume(&bench, "a", &[]).stdout.lines().count(), 2);
}

#[test]
fn versions_that_the_registry_lacks_are_read_from_the_log() {
    let bench = shop();
    bench.write(
        "schemas/shop.toml",
        &REGISTRY.replace("id       = \"string\"", "id = { type = \"string\", pii = \"email\" }"),
    );
    publish(&bench, &orders(2));
    let read = consume(&bench, "a", &[]).stdout;
    let human = consume(&bench, "b", &["--format", "human"]).stdout;
    let export = ["export", "--bus", "sqlite:bus.db", "--topic", "orders"];
    // Without a registry folder, and with a registry that lacks the event.
    for (nth, registry) in [None, Some("namespace = \"com.example.other\"\n")].into_iter().enumerate() {
        match registry {
            Some(registry) => bench.write("schemas/other.toml", registry),
            None => std::fs::remove_dir_all(bench.path("schemas")).unwrap(),
        }
        assert_eq!(consume(&bench, &format!("c{nth}"), &[]).stdout, read);
        let run = consume(&bench, &format!("d{nth}"), &["--format", "human"]);
        assert_eq!((run.code, &*run.stdout), (0, &*human));
        let out = format!("out{nth}");
        let run = bench.run(&[&export[..], &["--group", &format!("e{nth}"), "--out", &out]].concat());
        assert_eq!(run.stdout, format!("exported 2 events to `{out}`\n"), "{}", run.stderr);
    }
    assert!(human.contains("<redacted: email>"), "{human}");
    let run = bench.run(&[
        "consume",
        "--bus",
        "sqlite:bus.db",
        "--prefix",
        "x",
        "--topic",
        "orders",
        "--group",
        "a",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn decode_reads_versions_that_the_registry_lacks_from_a_bus() {
    let bench = shop();
    publish(&bench, &orders(1));
    let decode = ["decode", "--event", EVENT, "--hex", "02 30 02 00"];
    let known = bench.run(&decode);
    assert_eq!(known.code, 0, "{}", known.stderr);
    let of_bus = [&decode[..], &["--bus", "sqlite:bus.db"]].concat();
    for registry in [None, Some("namespace = \"com.example.other\"\n")] {
        match registry {
            Some(registry) => bench.write("schemas/other.toml", registry),
            None => std::fs::remove_dir_all(bench.path("schemas")).unwrap(),
        }
        let run = bench.run(&[&of_bus[..], &["--minor", "0"]].concat());
        assert_eq!((run.code, &run.stdout), (0, &known.stdout), "{}", run.stderr);
        assert!(run.stderr.contains("order.placed.v1, minor version 0, a bare datum"), "{}", run.stderr);
        for lacks in [&["--minor", "1"][..], &["--minor", "0", "--prefix", "x"]] {
            let run = bench.run(&[&of_bus[..], lacks].concat());
            assert_eq!((run.code, &*run.stdout), (1, ""));
            assert!(run.stderr.contains(&format!("`{EVENT}`")), "{}", run.stderr);
        }
        let run = bench.run(&of_bus);
        assert_eq!(run.code, 2, "the log has no current version");
        assert!(run.stderr.contains("--minor <N>"), "{}", run.stderr);
    }
    let missing = ["decode", "--event", EVENT, "--minor", "0", "--hex", "00", "--bus", "sqlite:missing.db"];
    let run = bench.run(&missing);
    assert!(run.code == 1 && run.stderr.contains("`missing.db` does not exist"), "{}", run.stderr);
}

#[test]
fn a_tombstone_is_a_line_without_data() {
    let bench = shop();
    let line = |key: serde_json::Value| {
        let metadata = serde_json::json!({"event_type": EVENT, "id": "gone"});
        serde_json::json!({"metadata": metadata, "data": null, "key": key}).to_string() + "\n"
    };
    let run = publish(&bench, &(orders(1) + &line("B-18".into()) + &line(serde_json::Value::Null)));
    assert_eq!(run.code, 100, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("line 3, $.data: null is a tombstone, which needs a `key`"),
        "{}",
        run.stdout
    );
    let read = consume(&bench, "a", &[]).stdout;
    let tombstone: serde_json::Value = serde_json::from_str(read.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&tombstone["data"], &tombstone["key"]), (&serde_json::Value::Null, &"B-18".into()));
    assert_eq!(tombstone["metadata"]["id"], "gone");
    let human = consume(&bench, "b", &["--format", "human"]).stdout;
    assert!(human.ends_with("  a tombstone, without data\n"), "{human}");

    let run = export(&bench, "c", "archive");
    assert_eq!(run.code, 100, "a tombstone is not an event: {}{}", run.stdout, run.stderr);
    bench.run(&["import", "--bus", "sqlite:copy.db", "--topic", "orders", "archive"]);
    let copy = ["consume", "--bus", "sqlite:copy.db", "--topic", "orders", "--group", "a"];
    let copied = bench.run(&copy).stdout;
    let keys = |text: &str| text.lines().filter(|line| line.contains("\"data\":null")).count();
    assert_eq!((copied.lines().count(), keys(&copied)), (2, 1), "{copied}");
}

#[test]
fn human_output_gives_the_reason_of_a_dead_letter() {
    let bench = shop();
    let line = serde_json::json!({
        "data": {"order": {"id": "A-17", "quantity": 1}},
        "headers": {"dlq_reason": "receiver", "dlq_error": "no stock\u{1b}", "dlq_topic": "orders",
            "dlq_partition": "0", "dlq_offset": "42"}
    });
    assert_eq!(publish(&bench, &format!("{line}\n")).code, 0);
    let run = consume(&bench, "a", &["--format", "human"]);
    let expected = "  dead letter of orders[0]@42 (receiver): no stock\\u{1b}\n";
    assert!(run.stdout.ends_with(expected), "{}", run.stdout);
}

#[test]
fn bad_lines_are_reported_and_good_lines_are_published() {
    let bench = shop();
    let lines = concat!(
        "{\"order\": {\"id\": \"good\", \"quantity\": 1}}\n",
        "{\"order\": {\"id\": 7, \"quantity\": 3000000000}}\n",
        "\n",
        "{\"order\": {\"id\": \"x\", \"quantity\"\n",
        "{\"metadata\": {\"source\": \"shop/web\"}, \"data\": {\"order\": {\"id\": \"also good\", \"quantity\": 1}}}\n",
        "{\"metadata\": {\"sauce\": \"shop/web\"}, \"data\": {\"order\": {\"id\": \"x\", \"quantity\": 1}}}\n",
        "{\"order\": {\"id\": \"last\", \"quantity\": 1}}",
    );
    let run = publish(&bench, lines);
    assert_eq!(run.code, 100);
    for location in [
        "line 2, $.data.order.id:",
        "line 2, $.data.order.quantity:",
        "line 4, $:",
        "line 6, $.metadata.sauce:",
    ] {
        assert!(run.stdout.contains(location), "{location} is not in\n{}", run.stdout);
    }
    assert!(run.stdout.ends_with("published 3 events to `orders`; 3 lines refused\n"), "{}", run.stdout);
    assert_eq!(ids(&consume(&bench, "a", &[]).stdout), ["good", "also good", "last"]);
}

#[test]
fn an_event_beyond_64_kib_is_refused() {
    let bench = shop();
    let large = serde_json::json!({"order": {"id": "x".repeat(70_000), "quantity": 1}});
    let run = publish(&bench, &format!("{large}\n{}", orders(1)));
    assert_eq!(run.code, 100, "{}", run.stdout);
    assert!(run.stdout.contains("line 1, $.data: ") && run.stdout.contains("65536"), "{}", run.stdout);
    assert_eq!(ids(&consume(&bench, "a", &[]).stdout), ["0"]);
}

#[test]
fn texts_that_are_not_values_of_their_logical_type_are_refused() {
    let bench = shop();
    bench.write("schemas/shop.toml", &REGISTRY.replace("quantity = \"int\"", "quantity = \"decimal(4,2)\""));
    let order =
        |id: &str, quantity: &str| format!("{{\"order\": {{\"id\": \"{id}\", \"quantity\": {quantity}}}}}\n");
    let lines = [
        order("exact", "\"12.34\""),
        order("digits", "\"12.345\""),
        order("large", "\"100.00\""),
        order("number", "12.34"),
        order("short", "\"-7\""),
        order("bytes", "\"\\u0001\""),
        order("raw", "{\"bytes\": \"\\u0000\\u0001\"}"),
    ];
    let run = publish(&bench, &lines.concat());
    assert_eq!(run.code, 100, "{}", run.stderr);
    for line in [2, 3, 4, 6] {
        let refusal = format!("line {line}, $.data.order.quantity: expected a decimal in quotes");
        assert!(run.stdout.contains(&refusal), "{refusal} is not in\n{}", run.stdout);
    }
    assert!(run.stdout.contains("found a number: write it in quotes"), "{}", run.stdout);
    let printed = consume(&bench, "a", &[]).stdout;
    assert_eq!(ids(&printed), ["exact", "short", "raw"]);
    for text in ["\"12.34\"", "\"-7.00\"", "{\"bytes\":\"\\u0000\\u0001\"}"] {
        assert!(printed.contains(&format!("\"quantity\":{text}")), "{printed}");
    }
}

/// Control characters and the separators of lines and paragraphs are escaped, so that a terminal or a reader
/// of lines does not see them.
#[test]
fn control_characters_are_escaped() {
    let bench = shop();
    let id = "\u{7f}\u{9b}2J\u{2028}\u{2029}\u{a0}";
    publish(&bench, &format!("{{\"order\": {{\"id\": \"{id}\", \"quantity\": 1}}}}\n"));
    let escaped = "\\u007f\\u009b2J\\u2028\\u2029\u{a0}";
    let line = consume(&bench, "a", &[]).stdout;
    assert!(line.contains(&format!("\"id\":\"{escaped}\"")), "{line:?}");
    assert_eq!(ids(&line), [id]);
    let human = consume(&bench, "b", &["--format", "human"]).stdout;
    assert!(human.contains(&format!("\"id\":\"{escaped}\"")), "{human:?}");
    let hex: String = [&[20_u8][..], id.as_bytes(), &[2, 0]]
        .concat()
        .iter()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let hex = format!("{:02x}{}", id.len() * 2, &hex[2..]);
    let decoded = bench.run(&["decode", "--event", EVENT, "--hex", &hex]);
    assert!(
        decoded.stdout.contains(&format!("\"id\": \"{escaped}\"")),
        "{decoded:?}",
        decoded = decoded.stdout
    );
}

#[test]
fn unreadable_messages_are_printed_and_reported() {
    let bench = shop();
    publish(&bench, &orders(1));
    bench.write(
        "schemas/shop.toml",
        &REGISTRY.replace("coupon   = \"string?\"", "coupon = \"string\"\nnote = \"string\""),
    );
    let run = consume(&bench, "a", &[]);
    assert_eq!(run.code, 100, "{}", run.stderr);
    assert!(run.stderr.contains("orders[0]@"), "{}", run.stderr);
    let line: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(line["unreadable"]["payload"], "02300200");
    assert_eq!(line["unreadable"]["headers"]["ce_type"], EVENT);
}

#[test]
fn an_unreadable_line_is_published_as_it_is() {
    let bench = shop();
    publish(&bench, &orders(1));
    let other = REGISTRY.replace("coupon   = \"string?\"", "coupon = \"string\"\nnote = \"string\"");
    bench.write("schemas/shop.toml", &other);
    let unreadable = consume(&bench, "a", &[]).stdout;
    let republish = |lines: &str| {
        bench.write("events.jsonl", lines);
        bench.run(&["publish", "--bus", "sqlite:bus.db", "--topic", "again", "--data", "events.jsonl"])
    };
    bench.write("schemas/shop.toml", REGISTRY);
    let run = republish(&unreadable);
    assert_eq!(run.code, 0, "{} {}", run.stdout, run.stderr);
    bench.write("schemas/shop.toml", &other);
    let again = ["consume", "--bus", "sqlite:bus.db", "--topic", "again", "--group", "a"];
    let message = |line: &str| {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["unreadable"]["position"].take();
        line
    };
    let copied = bench.run(&again).stdout;
    assert_eq!(message(&copied), message(&unreadable));
    // The original registry can read the copy.
    bench.write("schemas/shop.toml", REGISTRY);
    let read = bench.run(&["consume", "--bus", "sqlite:bus.db", "--topic", "again", "--group", "b"]);
    assert_eq!((read.code, ids(&read.stdout)), (0, vec!["0".to_owned()]));

    let run = republish("{\"unreadable\": {\"payload\": \"0\"}}\n{\"unreadable\": {\"data\": 1}}\n");
    assert_eq!(run.code, 100, "{}", run.stderr);
    for place in ["line 1, $.unreadable.payload:", "line 2, $.unreadable.data:"] {
        assert!(run.stdout.contains(place), "{place} is not in\n{}", run.stdout);
    }
}

#[test]
fn human_output_has_no_personal_data() {
    let bench = shop();
    let customer =
        "customer = { type = \"string\", pii = \"email\" }\nage = { type = \"int?\", pii = \"age\" }\n";
    let with =
        |customer: &str| REGISTRY.replace("quantity = \"int\"\n", &format!("quantity = \"int\"\n{customer}"));
    bench.write("schemas/shop.toml", &with(customer));
    assert_eq!(bench.run(&["accept", "--quiet"]).code, 0);
    let order = |id: &str| {
        format!(
            "{{\"order\": {{\"id\": \"{id}\", \"quantity\": 1, \"customer\": \"a@b.c\", \"age\": 70}}}}\n"
        )
    };
    assert_eq!(publish(&bench, &order("\\u001b[1mbold")).code, 0);
    let run = consume(&bench, "a", &["--format", "human"]);
    let (what, data) = run.stdout.split_once('\n').unwrap();
    assert!(what.contains("  com.example.shop.order.placed.v1 minor 0, "), "{what}");
    assert_eq!(
        data,
        "  order = {\"id\":\"\\u001b[1mbold\",\"quantity\":1,\"customer\":\"<redacted: email>\",\"age\":\"<redacted: age>\",\"coupon\":null}\n"
    );

    // A later version of the registry has no such fields. The accepted version has their classes.
    bench.write("schemas/shop.toml", &with("").replace("doc  = \"A", "minor = 1\ndoc  = \"A"));
    let later = consume(&bench, "b", &["--format", "human"]);
    assert_eq!(later.stdout, run.stdout, "{}", later.stderr);
    assert!(consume(&bench, "c", &[]).stdout.contains("a@b.c"), "JSON lines contain personal data");
}

#[test]
fn personal_data_of_one_type_is_not_that_of_another_of_its_name() {
    let bench = Workbench::new();
    let customer = r#"
namespace = "com.example.shop"

[types.Person]
doc = "A customer."
fields = { name = { type = "string", pii = "name" } }

[events."order.placed.v1"]
doc  = "A customer placed an order."
topics = ["orders"]
data = { customer = "Person", character = "com.example.game.Person" }
"#;
    let character = r#"
namespace = "com.example.game"

[types.Person]
doc = "A person in a game."
fields = { name = "string" }
"#;
    bench.write("schemas/shop.toml", customer);
    bench.write("schemas/game.toml", character);
    bench.write("schemas/signalbook.toml", "[settings]\ntype_names = \"qualified\"\n");
    let run = publish(&bench, "{\"customer\": {\"name\": \"Ann\"}, \"character\": {\"name\": \"Zorro\"}}\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let human = consume(&bench, "a", &["--format", "human"]).stdout;
    assert!(human.contains("Zorro") && human.contains("<redacted: name>"), "{human}");
    assert!(!human.contains("Ann"), "{human}");
}
