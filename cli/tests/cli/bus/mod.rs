//! Round trips between processes over an SQLite file.

mod any_event;
mod groups;
mod lines;

use crate::workbench::{Run, Workbench};

const REGISTRY: &str = r#"
namespace = "com.example.shop"

[types.Order]
doc = "What a customer ordered."
[types.Order.fields]
id       = "string"
quantity = "int"
coupon   = "string?"

[events."order.placed.v1"]
doc  = "A customer placed an order."
key  = "order.id"
topics = ["orders"]
data = { order = "Order" }
"#;

const EVENT: &str = "com.example.shop.order.placed.v1";

fn shop() -> Workbench {
    let bench = Workbench::new();
    bench.write("schemas/shop.toml", REGISTRY);
    bench
}

/// The data of `count` events without metadata, one per line.
fn orders(count: usize) -> String {
    let order = |id| serde_json::json!({"order": {"id": format!("{id}"), "quantity": 1}}).to_string() + "\n";
    (0..count).map(order).collect()
}

fn publish(bench: &Workbench, lines: &str) -> Run {
    bench.write("events.jsonl", lines);
    bench.run(&[
        "publish",
        "--bus",
        "sqlite:bus.db",
        "--topic",
        "orders",
        "--event",
        EVENT,
        "--data",
        "events.jsonl",
    ])
}

fn consume(bench: &Workbench, group: &str, more: &[&str]) -> Run {
    let base = ["consume", "--bus", "sqlite:bus.db", "--topic", "orders", "--group", group];
    bench.run(&[&base, more].concat())
}

/// The ids of the orders that were printed.
fn ids(stdout: &str) -> Vec<String> {
    let id = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        json["data"]["order"]["id"].as_str().unwrap().to_owned()
    };
    stdout.lines().map(id).collect()
}

/// Exports the topic `orders` to a folder.
fn export(bench: &Workbench, group: &str, folder: &str) -> Run {
    bench.run(&["export", "--bus", "sqlite:bus.db", "--topic", "orders", "--group", group, "--out", folder])
}
