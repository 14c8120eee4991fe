//! Files that are not a valid bus.

use std::{fs, path::Path, time::Duration};

use signalbook_runtime::{
    backend::{Backend as _, BackendError, ErrorKind},
    blocking::block_on,
};
use signalbook_sqlite::{Options, SqliteBackend};

use crate::support::{TempDatabase, outgoing, publish};

#[test]
fn a_folder_is_rejected() {
    let database = TempDatabase::new();
    fs::create_dir(database.path()).expect("the folder is created");
    let error = refused(&database.path());
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_says(&error, "is a folder: use a file in it");
}

#[test]
fn a_missing_folder_is_named() {
    let error = refused(&TempDatabase::new().path().join("bus.db"));
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_says(&error, "does not exist: create it");
}

#[test]
fn another_kind_of_file_is_not_touched() {
    let database = TempDatabase::new();
    let text =
        "this is a text that is longer than the header of a database, and is not a database. ".repeat(20);
    fs::write(database.path(), &text).expect("a file can be written");
    let error = refused(&database.path());
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_says(&error, "is not an SQLite file");
    assert_eq!(fs::read_to_string(database.path()).expect("the file can be read"), text);
}

#[test]
fn a_database_of_another_program_is_not_touched() {
    let database = TempDatabase::new();
    let foreign = rusqlite::Connection::open(database.path()).expect("the file opens");
    foreign.execute_batch("CREATE TABLE things (thing TEXT)").expect("the table is created");
    drop(foreign);
    let before = fs::read(database.path()).expect("the file can be read");
    let error = refused(&database.path());
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_says(&error, "is an SQLite file of another program");
    assert_eq!(fs::read(database.path()).expect("the file can be read"), before);
}

#[test]
fn a_bus_without_its_tables_is_not_called_damaged_alone() {
    let database = TempDatabase::new();
    block_on(database.open().close()).expect("the file closes");
    let other = rusqlite::Connection::open(database.path()).expect("the file opens");
    other.execute_batch("ALTER TABLE messages RENAME TO message").expect("the table is renamed");
    drop(other);
    let error = use_it(&database.path()).expect_err("there is no table `messages`");
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_says(&error, "does not have the tables of a bus: another program has changed it");
}

#[test]
fn a_newer_format_asks_for_an_update() {
    let database = TempDatabase::new();
    block_on(database.open().close()).expect("the file closes");
    let newer = rusqlite::Connection::open(database.path()).expect("the file opens");
    newer.pragma_update(None, "user_version", 3).expect("the version is set");
    drop(newer);
    let error = refused(&database.path());
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_says(&error, "has format 3, and this program supports up to 2: update it");
}

#[test]
fn no_damage_causes_a_panic() {
    let database = TempDatabase::new();
    let bus = database.open();
    publish(&bus, (0..200).map(|number| outgoing("t", Some("k"), format!("{number:0>100}"))).collect());
    block_on(bus.close()).expect("the file closes");
    let whole = fs::read(database.path()).expect("the file can be read");
    let tolerated = [ErrorKind::Invalid, ErrorKind::Unavailable];

    for length in [1, 15, 50, 99, 100, 101, 1024, 4095, 4096, 4097, 8192, whole.len() / 2, whole.len() - 1] {
        fs::write(database.path(), &whole[..length]).expect("the file can be written");
        if let Err(error) = use_it(&database.path()) {
            assert!(tolerated.contains(&error.kind), "cut at {length}: {error}");
        }
        remove_log(&database.path());
    }
    let mut seen = 0;
    for start in (0..whole.len()).step_by(509) {
        let mut damaged = whole.clone();
        damaged.iter_mut().skip(start).take(64).for_each(|byte| *byte ^= 0xa5);
        fs::write(database.path(), damaged).expect("the file can be written");
        if let Err(error) = use_it(&database.path()) {
            assert!(tolerated.contains(&error.kind), "damaged at {start}: {error}");
            seen += 1;
        }
        remove_log(&database.path());
    }
    assert!(seen > 5, "damage was detected {seen} times");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_rejected() {
    use std::os::unix::fs::PermissionsExt as _;

    let database = TempDatabase::new();
    block_on(database.open().close()).expect("the file closes");
    fs::set_permissions(database.path(), fs::Permissions::from_mode(0o444))
        .expect("the permissions can be changed");
    if fs::OpenOptions::new().append(true).open(database.path()).is_ok() {
        // Root can write to any file.
        return;
    }
    let error = refused(&database.path());
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_says(&error, "cannot be written: give this user write permission");
}

#[test]
fn a_file_that_stays_locked_is_an_error() {
    let database = TempDatabase::new();
    let options = Options::default().busy_timeout(Duration::from_millis(100));
    let bus = SqliteBackend::open_with(database.path(), options.clone()).expect("the file opens");
    let other = rusqlite::Connection::open(database.path()).expect("the file opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("the file is not locked");
    let error = block_on(bus.publish(vec![outgoing("t", None, "1")])).expect_err("the file is locked").error;
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_says(&error, "has been locked by another process for 100ms");
    let error = SqliteBackend::open_with(database.path(), options).expect_err("the file is locked");
    assert_eq!(error.kind, ErrorKind::Unavailable);
    other.execute_batch("ROLLBACK").expect("the lock is released");
    publish(&bus, vec![outgoing("t", None, "1")]);
}

/// Opens, publishes and reads.
fn use_it(path: &Path) -> Result<(), BackendError> {
    let bus = SqliteBackend::open(path)?;
    let subscription = crate::support::subscription(&["t"], "a");
    block_on(bus.publish(vec![outgoing("t", Some("k"), "1")])).map_err(|error| error.error)?;
    let subscriber = block_on(bus.subscribe(subscription))?;
    let max = std::num::NonZeroUsize::new(1000).expect("the number is not zero");
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
        // The files only exist if the database could not be closed properly.
        drop(fs::remove_file(name));
    }
}

fn refused(path: &Path) -> BackendError {
    SqliteBackend::open(path).expect_err("the file is rejected")
}

fn assert_says(error: &BackendError, words: &str) {
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_new_file_can_be_opened_concurrently() {
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
