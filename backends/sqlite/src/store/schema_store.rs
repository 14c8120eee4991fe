//! The schema store.

use rusqlite::OptionalExtension;
use signalbook_runtime::backend::Outgoing;

use super::{BackendResult, Result, Store};

impl Store {
    /// Returns the value of a name.
    pub(crate) fn schema(&self, scope: &str, name: &str) -> Result<Option<Vec<u8>>> {
        self.connection
            .prepare_cached("SELECT value FROM schemas WHERE scope = ?1 AND name = ?2")?
            .query_row((scope, name), |row| row.get(0))
            .optional()
    }

    /// Sets the value of a name unless it has one, and returns its value.
    pub(crate) fn put_schema(&self, scope: &str, name: &str, value: Vec<u8>) -> Result<Vec<u8>> {
        if let Some(value) = self.schema(scope, name)? {
            return Ok(value);
        }
        self.connection
            .prepare_cached("INSERT INTO schemas (scope, name, value) VALUES (?1, ?2, ?3)")?
            .execute((scope, name, &value))?;
        Ok(value)
    }

    /// Records the contracts of messages that are not known to be recorded.
    pub(super) fn record_contracts(&mut self, batch: &[Outgoing]) -> Result<BackendResult<()>> {
        for contract in batch.iter().filter_map(|outgoing| outgoing.contract.as_ref()) {
            if self.contracts.contains(contract) {
                continue;
            }
            let value = contract.value().to_vec();
            if let Err(conflict) =
                contract.check(&self.put_schema(contract.scope(), contract.name(), value)?)
            {
                return Ok(Err(conflict));
            }
            self.contracts.insert(contract.clone());
        }
        Ok(Ok(()))
    }
}
