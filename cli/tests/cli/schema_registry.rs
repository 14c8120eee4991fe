//! A schema registry with Confluent's interface as the baseline.

#[path = "../../../confluent/tests/it/double.rs"]
mod double;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
};

use serde_json::json;

use self::double::Registry;
use crate::workbench::{Run, Workbench};

const EVENT: &str = "com.example.shop.order.placed.v1";

/// The registry with these fields in its event.
fn shop(fields: &str) -> Workbench {
    let bench = Workbench::new();
    bench.write(
        "schemas/shop.toml",
        &format!(
            "namespace = \"com.example.shop\"\n\n[events.\"order.placed.v1\"]\ndoc = \"A customer placed an order.\"\n\
             key = \"id\"\ntopics = [\"orders\"]\ndata = {{ {fields} }}\n"
        ),
    );
    bench
}

/// A schema of the event with these fields.
fn schema(fields: &serde_json::Value) -> serde_json::Value {
    let record = json!({"type": "record", "name": "CloudEvent", "namespace": EVENT, "fields": fields});
    json!({"schema": record.to_string()})
}

fn breaking(bench: &Workbench, url: &str) -> Run {
    bench.run(&["breaking", "--format", "short", "--against", url])
}

#[test]
#[ignore = "needs Go: scripts/test runs it"]
fn all_versions_are_compared_whatever_the_name_of_their_subject() {
    let registry = Registry::start("");
    let id = json!({"name": "id", "type": "string"});
    registry.register("orders-value", &schema(&json!([id, {"name": "note", "type": "int", "default": 0}])));
    registry.register("orders-value", &schema(&json!([id])));
    registry.register("orders-key", &json!({"schema": "\"string\""}));
    registry.register(
        "other%2Fteam-value",
        &json!({"schema": "{\"type\":\"record\",\"name\":\"Other\",\"fields\":[]}"}),
    );
    registry.register("proto-value", &json!({"schema": "syntax = \"proto3\";", "schemaType": "PROTOBUF"}));

    let bench = shop("id = \"string\"");
    let run = breaking(&bench, &registry.url());
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(run.stderr.contains("ignored 3 subjects of other events"), "{}", run.stderr);

    // Only version 1 has `note`, as an `int`. The finding shows that all versions are compared.
    let bench = shop("id = \"string\", note = \"string?\"");
    let run = breaking(&bench, &registry.url());
    assert_eq!(run.code, 100, "{}", run.stderr);
    assert!(run.stdout.contains("`note`"), "{}", run.stdout);
    let human = bench.run(&["breaking", "--against", &registry.url()]);
    assert!(human.stdout.contains("version 1 of `orders-value`"), "{}", human.stdout);
}

#[test]
#[ignore = "needs Go: scripts/test runs it"]
fn references_are_followed() {
    let registry = Registry::start("");
    let fields = json!([{"name": "id", "type": "string"}]);
    let order = json!({"type": "record", "name": "Order", "namespace": EVENT, "fields": fields});
    registry.register("order", &json!({"schema": order.to_string()}));
    let mut event = schema(&json!([{"name": "order", "type": format!("{EVENT}.Order")}]));
    event["references"] = json!([{"name": format!("{EVENT}.Order"), "subject": "order", "version": 1}]);
    registry.register("orders-value", &event);
    let union = json!(["null", format!("{EVENT}.CloudEvent")]).to_string();
    let reference = json!([{"name": format!("{EVENT}.CloudEvent"), "subject": "orders-value", "version": 1}]);
    registry.register("everything-value", &json!({"schema": union, "references": reference}));
    let bench = shop("order = \"Order\"");
    let declared = bench.read("schemas/shop.toml").replace("key = \"id\"", "key = \"order.id\"");
    bench.write(
        "schemas/shop.toml",
        &format!("{declared}\n[types.Order]\ndoc = \"It.\"\nfields = {{ id = \"string\" }}\n"),
    );
    let run = breaking(&bench, &registry.url());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("not an Avro schema"), "{}", run.stderr);
    bench.write(
        "schemas/shop.toml",
        &format!("{declared}\n[types.Order]\ndoc = \"It.\"\nfields = {{ id = \"long\" }}\n"),
    );
    let run = breaking(&bench, &registry.url());
    assert_eq!(run.code, 100, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("[type-changed]"), "{}", run.stdout);
}

#[test]
#[ignore = "needs Go: scripts/test runs it"]
fn credentials_are_sent_and_never_printed() {
    let registry = Registry::start("Basic YWRhOnMzY3JldC93b3Jk");
    registry.register("orders-value", &schema(&json!([{"name": "id", "type": "string"}])));
    let bench = shop("id = \"string\"");
    let refused = breaking(&bench, &registry.url());
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("set SIGNALBOOK_REGISTRY_AUTH to `user:password`"), "{}", refused.stderr);

    let with_password = format!("http://ada:s3cret%2Fword@{}", registry.address);
    let against = ["breaking", "--against", &with_password];
    let run = bench.run(&against);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains(&registry.url()), "{}", run.stdout);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("s3cret"));
    let mut by_environment = bench.command(&["breaking", "--against", &registry.url()]);
    by_environment.env("SIGNALBOOK_REGISTRY_AUTH", "ada:s3cret/word");
    assert_eq!(Run::from(by_environment.output().unwrap()).code, 0);

    let wrong = format!("http://ada:s3cret@{}", registry.address);
    let run = bench.run(&["breaking", "--against", &wrong, "-vvv"]);
    assert_eq!(run.code, 1);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("s3cret"), "{}", run.stderr);
}

#[test]
#[ignore = "needs Go: scripts/test runs it"]
fn a_missing_schema_registry_is_reported() {
    let registry = Registry::start("");
    let bench = shop("id = \"string\"");
    let run = breaking(&bench, &format!("{}/elsewhere", registry.url()));
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("there is no schema registry at"), "{}", run.stderr);
    let url = registry.url();
    drop(registry);
    let run = breaking(&bench, &url);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains(&format!("the schema registry `{url}` does not answer")), "{}", run.stderr);
}

/// Answers requests for these paths; others get status 404, without the body of a schema registry.
fn answer(answers: Vec<(String, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut lines = BufReader::new(&stream).lines();
            while let Some(Ok(line)) =
                lines.next().filter(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
            {
                head.push(line);
            }
            let path = head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
            let answer = answers.iter().find(|(known, _)| known == path);
            let (status, body) = answer.map_or(("404 Not Found", "none"), |(_, body)| ("200 OK", body));
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
            stream.write_all((head + body).as_bytes()).unwrap();
        }
    });
    url
}

/// A registry with one version of each subject.
fn serve(subjects: &[(&str, serde_json::Value)]) -> String {
    let names: Vec<_> = subjects.iter().map(|(subject, _)| *subject).collect();
    let mut answers = vec![("/subjects".to_owned(), json!(names).to_string())];
    for (subject, body) in subjects {
        let mut body = body.clone();
        body["subject"] = json!(subject);
        body["version"] = json!(1);
        let path = format!("/subjects/{}/versions", subject.replace('-', "%2D").replace('.', "%2E"));
        answers.push((format!("{path}/1"), body.to_string()));
        answers.push((path, "[1]".to_owned()));
    }
    answer(answers)
}

#[test]
fn what_cannot_be_read_is_an_error_only_for_events_of_the_registry() {
    let bench = shop("id = \"string\"");
    let fields = json!([{"name": "id", "type": "string"}]);
    let missing = json!([{"name": "Lost", "subject": "lost", "version": 3}]);
    let with_reference = |mut schema: serde_json::Value| {
        schema["references"] = missing.clone();
        schema
    };
    let other = json!({"schema": r#"{"type": "record", "name": "Other", "fields": []}"#});
    // Other teams use the same registry.
    let others = [
        ("other-value", with_reference(other.clone())),
        ("proto-value", json!({"schema": "syntax = \"proto3\";", "schemaType": "PROTOBUF"})),
        ("broken-value", json!({"schema": "{"})),
    ];
    let ours = ("any-name", schema(&fields));
    let run = breaking(&bench, &serve(&[&others[..], &[ours]].concat()));
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(run.stderr.contains("ignored 3 subjects of other events"), "{}", run.stderr);

    let reason = "it refers to version 3 of `lost`, which the registry does not have";
    for (subject, schema, reason) in [
        ("any-name", with_reference(schema(&fields)), reason),
        ("orders-value", json!({"schema": "{"}), "the schema is not JSON"),
        ("orders-value", with_reference(other), reason),
        (
            EVENT,
            json!({"schema": "syntax = \"proto3\";", "schemaType": "PROTOBUF"}),
            "it is of the type PROTOBUF",
        ),
    ] {
        let url = serve(&[(subject, schema)]);
        let run = breaking(&bench, &url);
        assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
        assert!(
            run.stderr.contains(&format!("`{subject}`: version 1 of `{subject}`: {reason}")),
            "{}",
            run.stderr
        );
        let run = bench.run(&["breaking", "--against", &url, "--allow-unread", subject]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }

    let mut legacy = schema(&json!([{"name": "id-of-order", "type": "string", "default": ""}]));
    legacy["schema"] = json!(format!("{} // legacy", legacy["schema"].as_str().unwrap()));
    let run = breaking(&bench, &serve(&[("orders-value", legacy)]));
    assert_eq!(
        run.stdout.matches("warning[legacy-schema]: version 1 of `orders-value` is irregular").count(),
        2,
        "{}",
        run.stdout
    );
}
