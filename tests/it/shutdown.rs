//! Ctrl-C and its kin.

use std::{
    env,
    process::{Command, id},
    thread,
    time::Duration,
};

use signalbook::{Bus, blocking::block_on, shutdown_on_ctrl_c};

#[test]
fn sigterm_stops_a_consumer() {
    let shutdown = shutdown_on_ctrl_c().expect("the handler is installed");
    let consumer = Bus::memory().consumer("billing").topic("orders").on_any(|_| async {});
    let run = consumer.run(shutdown_on_ctrl_c().expect("each call returns the same").wait());
    assert!(!shutdown.has_begun());
    terminate();
    assert_eq!(block_on(run).expect("an open bus"), signalbook::Consumed::default());
    assert!(shutdown.has_begun());
}

/// Sends this process a SIGTERM.
fn terminate() {
    let kill = Command::new("kill").args(["-TERM", &id().to_string()]).status().expect("kill runs");
    assert!(kill.success());
}

/// Set in the process that [`only_a_second_signal_ends_the_process`] starts.
const IS_CHILD: &str = "SIGNALBOOK_TEST_OF_SIGNALS";

#[test]
fn only_a_second_signal_ends_the_process() {
    if env::var_os(IS_CHILD).is_some() {
        // The program stops for a reason of its own.
        shutdown_on_ctrl_c().expect("the handler is installed").begin();
        loop {
            eprintln!("a signal");
            terminate();
            // The pause gives the first signal the time to end the process if it does so.
            thread::sleep(Duration::from_millis(500));
        }
    }
    // Interactive signals are ignored in a process that a script starts in the background.
    let program = env::current_exe().expect("the path of this program");
    let mut child = Command::new("sh");
    child.args(["-c", "trap '' INT HUP; exec \"$@\"", "sh"]).arg(program);
    child.args(["--exact", "shutdown::only_a_second_signal_ends_the_process", "--nocapture"]);
    let output = child.env(IS_CHILD, "1").output().expect("it runs");
    let printed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{printed}");
    assert!(printed.lines().filter(|line| *line == "a signal").count() > 1, "{printed}");
}
