//! The bare client of the SQLite bus.

use std::path::Path;

use rusqlite::Connection;
use signalbook_runtime::backend::Outgoing;

use super::Result;

/// Inserts `batches`, each in one transaction.
pub(crate) fn insert(bare: &mut Connection, batches: Vec<Vec<Outgoing>>) -> Result<()> {
    for batch in batches {
        let transaction = bare.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO messages (topic, published, key, headers, payload) VALUES (1, ?1, ?2, ?3, ?4)",
            )?;
            for Outgoing { message, .. } in &batch {
                insert.execute((
                    1_700_000_000_000_000_i64,
                    &message.key,
                    message.headers.as_bytes(),
                    &message.payload,
                ))?;
            }
        }
        transaction.commit()?;
    }
    Ok(())
}

/// Creates the table of the bus, with the same pragmas.
pub(crate) fn bare(path: &Path) -> Result<Connection> {
    let bare = Connection::open(path)?;
    bare.pragma_update(None, "journal_mode", "WAL")?;
    bare.pragma_update(None, "synchronous", "FULL")?;
    bare.execute_batch(
        "CREATE TABLE messages (
             offset INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, published INTEGER NOT NULL,
             key BLOB, headers BLOB, payload BLOB NOT NULL
         ) STRICT;
         CREATE INDEX messages_by_topic ON messages (topic);",
    )?;
    Ok(bare)
}
