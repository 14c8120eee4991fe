//! Ctrl-C and its kin.

use std::process::{Command, id};

use signalbook::{Bus, blocking::block_on, shutdown_on_ctrl_c};

#[test]
fn sigterm_stops_a_consumer() {
    let shutdown = shutdown_on_ctrl_c().expect("the handler is installed");
    let consumer = Bus::memory().consumer("billing").topic("orders").on_any(|_| async {});
    let run = consumer.run(shutdown_on_ctrl_c().expect("each call returns the same").wait());
    assert!(!shutdown.has_begun());
    let kill = Command::new("kill").args(["-TERM", &id().to_string()]).status().expect("kill runs");
    assert!(kill.success());
    assert_eq!(block_on(run).expect("an open bus"), signalbook::Consumed::default());
    assert!(shutdown.has_begun());
}
