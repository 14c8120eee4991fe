//! Files that are not what they should be.

use std::{fs, path::Path, time::Duration};

use signalbook_runtime::{
    backend::{Backend as _, BackendError, ErrorKind},
    blocking::block_on,
};
use signalbook_sqlite::{Options, SqliteBackend};

use crate::support::{Place, outgoing, publish};

#[test]
fn a_folder_is_no_file() {
    let place = Place::new();
    fs::create_dir(place.path()).expect("a folder can be made");
    let error = refused(&place.path());
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_says(&error, "is a folder: name a file in it");
}

#[test]
fn a_missing_folder_is_named() {
    let error = refused(&Place::new().path().join("bus.db"));
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_says(&error, "there is no folder");
}

#[test]
fn another_kind_of_file_is_not_touched() {
    let place = Place::new();
    let text =
        "this is a text, long enough to have a header's length and more, and no database at all. ".repeat(20);
    fs::write(place.path(), &text).expect("a file can be written");
    let error = refused(&place.path());
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_says(&error, "is not an SQLite file");
    assert_eq!(fs::read_to_string(place.path()).expect("it is there"), text);
}

#[test]
fn another_programs_database_is_not_touched() {
    let place = Place::new();
    let foreign = rusqlite::Connection::open(place.path()).expect("it opens");
    foreign.execute_batch("CREATE TABLE things (thing TEXT)").expect("it is made");
    drop(foreign);
    let before = fs::read(place.path()).expect("it is there");
    let error = refused(&place.path());
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_says(&error, "is an SQLite file of another program");
    assert_eq!(fs::read(place.path()).expect("it is there"), before);
}

#[test]
fn a_newer_format_asks_for_an_update() {
    let place = Place::new();
    block_on(place.open().close()).expect("it closes");
    let newer = rusqlite::Connection::open(place.path()).expect("it opens");
    newer.pragma_update(None, "user_version", 2).expect("it is set");
    drop(newer);
    let error = refused(&place.path());
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_says(&error, "has format 2, and this program knows up to 1: update it");
}

#[test]
fn no_damage_is_a_panic() {
    let place = Place::new();
    let bus = place.open();
    publish(&bus, (0..200).map(|number| outgoing("t", Some("k"), format!("{number:0>100}"))).collect());
    block_on(bus.close()).expect("it closes");
    let whole = fs::read(place.path()).expect("it is there");
    let tolerated = [ErrorKind::Invalid, ErrorKind::Unavailable];

    for length in [1, 15, 50, 99, 100, 101, 1024, 4095, 4096, 4097, 8192, whole.len() / 2, whole.len() - 1] {
        fs::write(place.path(), &whole[..length]).expect("it can be written");
        if let Err(error) = use_it(&place.path()) {
            assert!(tolerated.contains(&error.kind), "cut at {length}: {error}");
        }
        remove_log(&place.path());
    }
    let mut seen = 0;
    for start in (0..whole.len()).step_by(509) {
        let mut damaged = whole.clone();
        damaged.iter_mut().skip(start).take(64).for_each(|byte| *byte ^= 0xa5);
        fs::write(place.path(), damaged).expect("it can be written");
        if let Err(error) = use_it(&place.path()) {
            assert!(tolerated.contains(&error.kind), "damaged at {start}: {error}");
            seen += 1;
        }
        remove_log(&place.path());
    }
    assert!(seen > 5, "damage was noticed {seen} times");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    block_on(place.open().close()).expect("it closes");
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o444)).expect("it is ours");
    if fs::OpenOptions::new().append(true).open(place.path()).is_ok() {
        // For root nothing is read-only.
        return;
    }
    let error = refused(&place.path());
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_says(&error, "cannot be written: give this user write permission");
}

#[test]
fn a_file_locked_for_long_says_so() {
    let place = Place::new();
    let options = Options::default().busy_timeout(Duration::from_millis(100));
    let bus = SqliteBackend::open_with(place.path(), options.clone()).expect("it opens");
    let other = rusqlite::Connection::open(place.path()).expect("it opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("nobody else has it");
    let error = block_on(bus.publish(vec![outgoing("t", None, "1")])).expect_err("it is locked").error;
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_says(&error, "has been locked by another process for 100ms");
    let error = SqliteBackend::open_with(place.path(), options).expect_err("it is locked");
    assert_eq!(error.kind, ErrorKind::Unavailable);
    other.execute_batch("ROLLBACK").expect("it has it");
    publish(&bus, vec![outgoing("t", None, "1")]);
}

/// Opens, publishes and reads.
fn use_it(path: &Path) -> Result<(), BackendError> {
    let bus = SqliteBackend::open(path)?;
    let subscription = crate::support::subscription(&["t"], "a");
    block_on(bus.publish(vec![outgoing("t", Some("k"), "1")])).map_err(|error| error.error)?;
    let subscriber = block_on(bus.subscribe(subscription))?;
    let max = std::num::NonZeroUsize::new(1000).expect("it is not zero");
    let batch = block_on(subscriber.receive(max, Duration::ZERO))?;
    let positions = batch.deliveries.into_iter().map(|delivery| delivery.position).collect();
    block_on(subscriber.acknowledge(positions))?;
    block_on(subscriber.close())?;
    block_on(bus.close())
}

fn remove_log(path: &Path) {
    for suffix in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // It is there only where the file could not be closed well.
        drop(fs::remove_file(name));
    }
}

fn refused(path: &Path) -> BackendError {
    SqliteBackend::open(path).expect_err("such a file is refused")
}

fn assert_says(error: &BackendError, words: &str) {
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_new_file_may_be_opened_by_many_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..40 {
        let path = folder.path().join(format!("{round}.db"));
        std::thread::scope(|scope| {
            let opening = || SqliteBackend::open(&path).map(drop).map_err(|error| error.to_string());
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(opening)).collect();
            for thread in threads {
                assert_eq!(thread.join().unwrap(), Ok(()));
            }
        });
    }
}
