//! The schema store.

use rusqlite::{ErrorCode, OptionalExtension};
use signalbook_runtime::backend::{BackendError, ErrorKind, Outgoing};

use super::{BackendResult, Result, Store};

impl Store {
    /// Returns the value of a name.
    pub(crate) fn schema(&self, scope: &str, name: &str) -> Result<Option<Vec<u8>>> {
        self.connection
            .prepare_cached("SELECT value FROM schemas WHERE scope = ?1 AND name = ?2")?
            .query_row((scope, name), |row| row.get(0))
            .optional()
    }

    /// Sets the value of a name unless it has one, and returns its value. A trigger may refuse it.
    pub(crate) fn put_schema(
        &self,
        scope: &str,
        name: &str,
        value: Vec<u8>,
    ) -> Result<BackendResult<Vec<u8>>> {
        if let Some(value) = self.schema(scope, name)? {
            return Ok(Ok(value));
        }
        let inserted = self
            .connection
            .prepare_cached("INSERT INTO schemas (scope, name, value) VALUES (?1, ?2, ?3)")?
            .execute((scope, name, &value));
        match inserted {
            Ok(_) => Ok(Ok(value)),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                let path = self.database.path.display();
                let what = format!(
                    "`{path}` does not permit to record schemas: drop the trigger on its table `schemas`, or \
                     publish without"
                );
                Ok(Err(BackendError::new(ErrorKind::Refused, what).caused_by(error)))
            }
            Err(error) => Err(error),
        }
    }

    /// Records the contracts of messages that are not known to be recorded.
    pub(super) fn record_contracts(&mut self, batch: &[Outgoing]) -> Result<BackendResult<()>> {
        for contract in batch.iter().filter_map(|outgoing| outgoing.contract.as_ref()) {
            if self.contracts.contains(contract) {
                continue;
            }
            let answer = self.put_schema(contract.scope(), contract.name(), contract.value().to_vec())?;
            let is_recorded = answer.is_ok();
            if let Err(error) = contract.check(answer) {
                return Ok(Err(error));
            }
            // One that was refused is tried again with the next message.
            if is_recorded {
                self.contracts.insert(contract.clone());
            }
        }
        Ok(Ok(()))
    }
}
