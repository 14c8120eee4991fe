//! A schema registry with Confluent's interface as the baseline.

#[path = "../../../confluent/tests/it/double.rs"]
mod double;

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
