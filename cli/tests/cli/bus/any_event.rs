//! `consume | publish` moves any event of any registry, byte for byte.

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use signalbook::{
    backend::{Message, Outgoing},
    blocking::block_on,
    envelope,
};
use signalbook_codegen::tool::{Options, check, read};
use signalbook_data::encode;
use signalbook_model::{Registry, Schema};
use signalbook_sample::Choices;

use crate::workbench::Workbench;

#[path = "../../../../data/tests/it/samples.rs"]
mod samples;

/// How many events of each type are moved.
const EVENTS: u64 = 60;

#[test]
fn any_event_is_moved_byte_for_byte() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/registries");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas"));
    folders.sort();
    let mut moved = 0;
    for folder in folders {
        let report = check(&read(&folder).unwrap(), &Options::default());
        let registry =
            report.registry.unwrap_or_else(|| panic!("{}: {:#?}", folder.display(), report.findings));
        moved += move_events(&folder, &registry.registry);
    }
    assert!(moved > 5_000, "{moved}");
}

/// Publishes events with random data and keys, moves them to another bus, and compares the messages.
fn move_events(folder: &Path, registry: &Registry) -> usize {
    let bench = Workbench::new();
    let path = |name: &str| format!("sqlite:{}", bench.path(name).display());
    let (original, copy) = (path("original.db"), path("copy.db"));
    let bus = block_on(signalbook::connect(&original)).unwrap();
    let publisher = bus.publisher("test");
    let mut batch = Vec::new();
    for (name, event) in &registry.events {
        let schema = registry.schema(name.as_str()).unwrap();
        let key = event.key.as_deref().and_then(|path| schema.key(path));
        for seed in 0..EVENTS {
            let metadata = publisher.metadata_of(name.as_str(), event.minor);
            let key = key.as_ref().map(|key| datum(key, seed + EVENTS));
            batch.push(Outgoing::new("events", envelope::seal(&metadata, key, datum(&schema, seed))));
        }
    }
    let count = batch.len();
    for batch in batch.chunks(100) {
        block_on(bus.publish_messages(batch.to_vec())).unwrap();
    }
    block_on(bus.close()).unwrap();
    let registry = folder.to_str().unwrap();
    let on = ["--topic", "events", "--registry", registry];
    let read = bench.run(&[&["consume", "--bus", &original, "--group", "a"], &on[..]].concat());
    assert_eq!(read.code, 0, "{registry}: {}", read.stderr);
    bench.write("lines.jsonl", &read.stdout);
    let written = bench.run(&[&["publish", "--bus", &copy, "--data", "lines.jsonl"], &on[..]].concat());
    assert_eq!(written.code, 0, "{registry}: {}{}", written.stdout, written.stderr);
    assert!(messages(&original) == messages(&copy), "{registry}: the messages differ");
    count
}

/// Returns a random datum.
fn datum(schema: &Schema, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let bytes: Vec<u8> = (0..400)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .collect();
    encode(schema, &samples::value(&mut Choices::new(&bytes), schema, &schema.root, 6)).unwrap()
}

/// Returns all messages of the topic.
fn messages(url: &str) -> Vec<Arc<Message>> {
    let bus = block_on(signalbook::connect(url)).unwrap();
    let admin = bus.admin().unwrap();
    let mut messages = Vec::new();
    for partition in block_on(admin.topics()).unwrap() {
        let mut next = partition.first;
        loop {
            let range =
                block_on(admin.read(&partition.partition, &next, NonZeroUsize::new(256).unwrap())).unwrap();
            if range.deliveries.is_empty() {
                break;
            }
            next = range.next;
            messages.extend(range.deliveries.into_iter().map(|delivery| delivery.message));
        }
    }
    block_on(bus.close()).unwrap();
    messages
}
