//! Files of older versions.

use signalbook_runtime::{
    backend::{Backend as _, Message, Outgoing},
    blocking::block_on,
};
use signalbook_sqlite::SqliteBackend;

use crate::support::{LONG, TempDatabase, acknowledge, receive, subscribe, subscription, texts};

/// A file that version 1 wrote: two groups, one of which has read a message and holds another.
const VERSION_1: &str = include_str!("version_1.sql");

#[test]
fn a_file_of_version_1_is_upgraded_with_its_messages_and_groups() {
    let database = TempDatabase::new();
    rusqlite::Connection::open(database.path())
        .expect("the file opens")
        .execute_batch(VERSION_1)
        .expect("the statements are valid");
    // Two programs may open it at the same time.
    let buses: Vec<SqliteBackend> = std::thread::scope(|scope| {
        let opening: Vec<_> = (0..2).map(|_| scope.spawn(|| database.open())).collect();
        opening.into_iter().map(|bus| bus.join().expect("the file opens")).collect()
    });
    let bus = &buses[0];
    let tombstone = Message { key: Some(b"k".to_vec()), payload: None, ..Message::default() };
    let outgoing = Outgoing::new("t", tombstone.clone());
    let position = block_on(bus.publish(vec![outgoing])).expect("a null payload is allowed").remove(0);
    assert_eq!(&*position.offset, "4", "offsets continue");

    let subscriber = subscribe(bus, subscription(&["t"], "member"));
    let batch = receive(&*subscriber, 10, LONG);
    assert_eq!(texts(&batch), ["two", "three", ""]);
    assert_eq!(batch.deliveries.iter().map(|delivery| delivery.attempt).collect::<Vec<_>>(), [2, 1, 1]);
    assert_eq!(*batch.deliveries[2].message, tombstone);
    acknowledge(&*subscriber, &batch.deliveries);
    assert_eq!(database.number("PRAGMA user_version"), 2);
    assert_eq!(
        database.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
        1
    );
}
