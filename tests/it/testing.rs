//! The gate on hand-written events: they are accepted once, and compared from then on.

use signalbook::testing::{Comparison, Mode};
use signalbook::{Event, registry_of};

mod first {
    #[derive(signalbook::Event)]
    #[event(type = "com.example.shop.order.cancelled.v1", key = "order_id")]
    pub(super) struct OrderCancelled {
        pub(super) order_id: String,
    }
}

mod optional {
    #[derive(signalbook::Event)]
    #[event(type = "com.example.shop.order.cancelled.v1", key = "order_id")]
    pub(super) struct OrderCancelled {
        pub(super) order_id: String,
        #[avro(default = "")]
        pub(super) reason: String,
    }
}

mod raised {
    #[derive(signalbook::Event)]
    #[event(type = "com.example.shop.order.cancelled.v1", minor = 1, key = "order_id")]
    pub(super) struct OrderCancelled {
        pub(super) order_id: String,
        #[avro(default = "")]
        pub(super) reason: String,
    }
}

mod required {
    #[derive(signalbook::Event)]
    #[event(type = "com.example.shop.order.cancelled.v1", minor = 1, key = "order_id")]
    pub(super) struct OrderCancelled {
        pub(super) order_id: String,
        pub(super) reason: String,
    }
}

mod counted {
    #[derive(signalbook::Event)]
    #[event(type = "com.example.shop.stock.counted.v1")]
    pub(super) struct StockCounted {
        pub(super) count: i32,
    }
}

mod widened {
    #[derive(signalbook::Event)]
    #[event(type = "com.example.shop.stock.counted.v1", minor = 1)]
    pub(super) struct StockCounted {
        pub(super) count: i64,
    }
}

fn run<E: Event>(folder: &std::path::Path, accept: bool) -> Result<(), String> {
    Comparison::new(registry_of!(E), folder).run(accept)
}

#[test]
fn an_event_is_accepted_once_and_compared_from_then_on() {
    let folder = tempfile::tempdir().expect("a temporary folder can be created");
    let folder = folder.path();
    let report = run::<first::OrderCancelled>(folder, false).unwrap_err();
    assert!(
        report.contains("minor 0 of `com.example.shop.order.cancelled.v1` is not accepted yet"),
        "{report}"
    );
    assert!(report.contains("SIGNALBOOK_ACCEPT=1"), "{report}");
    assert_eq!(
        std::fs::read_dir(folder).map(Iterator::count).ok(),
        Some(0),
        "nothing is written without `SIGNALBOOK_ACCEPT`"
    );

    assert_eq!(run::<first::OrderCancelled>(folder, true), Ok(()));
    assert_eq!(run::<first::OrderCancelled>(folder, false), Ok(()));
    let facts = folder.join("com.example.shop.order.cancelled.v1/0.toml");
    let facts = std::fs::read_to_string(facts).expect("the event was accepted");
    assert!(facts.contains("origin = \"rust\""), "{facts}");

    let report = run::<optional::OrderCancelled>(folder, true).unwrap_err();
    assert!(report.contains("error[minor-not-raised]"), "{report}");
    assert!(report.contains("minor = 1"), "{report}");
    assert_eq!(run::<raised::OrderCancelled>(folder, true), Ok(()));
    assert_eq!(run::<raised::OrderCancelled>(folder, false), Ok(()));
}

#[test]
fn incompatible_changes_are_not_accepted() {
    let folder = tempfile::tempdir().expect("a temporary folder can be created");
    let folder = folder.path();
    assert_eq!(run::<first::OrderCancelled>(folder, true), Ok(()));
    let report = run::<required::OrderCancelled>(folder, true).unwrap_err();
    assert!(report.contains("error[field-added-without-default]"), "{report}");
    assert!(
        report.contains("order.cancelled.v1/0.avsc:") && report.contains("the accepted version"),
        "{report}"
    );
    assert!(!folder.join("com.example.shop.order.cancelled.v1/1.avsc").exists());

    let forward = Comparison::new(registry_of!(required::OrderCancelled), folder).mode(Mode::Forward);
    assert_eq!(forward.run(true), Ok(()), "old consumers can read it");
}

#[test]
fn changes_of_rust_types_are_warnings() {
    let folder = tempfile::tempdir().expect("a temporary folder can be created");
    let folder = folder.path();
    assert_eq!(run::<counted::StockCounted>(folder, true), Ok(()));
    let widened = Comparison::new(registry_of!(widened::StockCounted), folder).mode(Mode::Backward);
    let report = widened.run(false).unwrap_err();
    assert!(
        report
            .contains("warning[rust-type-changed]: the type of `count`, and with it its Rust type, changed"),
        "{report}"
    );
}

#[test]
fn the_settings_next_to_the_history_apply() {
    let registry = tempfile::tempdir().expect("a temporary folder can be created");
    let folder = registry.path().join("history");
    let settings = |text: &str| {
        std::fs::write(registry.path().join("signalbook.toml"), text).expect("the folder can be written");
    };
    assert_eq!(run::<first::OrderCancelled>(&folder, true), Ok(()));
    let report = run::<required::OrderCancelled>(&folder, false).unwrap_err();
    assert!(report.contains("error[field-added-without-default]"), "{report}");

    let not_accepted = |report: String| {
        assert_eq!(report.matches("error[").count(), 1, "{report}");
        assert!(report.contains("error[not-accepted]: ") && report.contains("=1, and commit"), "{report}");
    };
    for text in [
        "[settings]\ncompatibility = \"FORWARD\"\n",
        "[compatibility]\n\"com.example.shop.*\" = \"NONE\"\n",
        "[lint]\nfield-added-without-default = \"warn\"\n",
        "[[waivers]]\nrule = \"field-added-without-default\"\non = \"*\"\nevent = \"com.example.shop.order.*\"\nreason = \"No event was sent.\"\n",
    ] {
        settings(text);
        not_accepted(run::<required::OrderCancelled>(&folder, false).unwrap_err());
    }
    let full = Comparison::new(registry_of!(required::OrderCancelled), &folder).mode(Mode::Full);
    let report = full.run(false).unwrap_err();
    assert!(!report.contains("field-added-without-default"), "the waiver applies in every mode: {report}");

    settings("[settings]\ncompatibility = \"SIDEWAYS\"\n");
    let report = run::<required::OrderCancelled>(&folder, false).unwrap_err();
    assert!(report.contains("error[wrong-value]"), "{report}");
}
