//! The versions of the events on a bus.

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use signalbook::{
    Bus,
    backend::{BackendError, ErrorKind},
    blocking::block_on,
};
use signalbook_model::Schema;

use crate::{
    failure::Failure,
    registry::{Loaded, RegistryArgs},
};

/// Finds versions of events: in the registry and its history, then in the log, where publishers record them.
pub(crate) struct Versions<'a> {
    registry: Option<&'a Loaded>,
    bus: &'a Bus,
    /// By event type and minor version.
    found: HashMap<(String, u32), FoundVersion>,
}

/// A version of an event.
#[derive(Debug)]
pub(crate) struct KnownVersion {
    pub(crate) schema: Rc<Schema>,
    pub(crate) key_path: Option<String>,
    /// The classes of personal data by path, if the version is from the log.
    pub(crate) pii: BTreeMap<String, String>,
}

/// A version, or the reason why it is not known.
pub(crate) type FoundVersion = Result<Rc<KnownVersion>, String>;

impl<'a> Versions<'a> {
    pub(crate) fn new(registry: Option<&'a Loaded>, bus: &'a Bus) -> Self {
        Self { registry, bus, found: HashMap::new() }
    }

    /// Loads the registry. Returns `None` if its folder is the default and does not exist: the log may have
    /// all versions.
    pub(crate) fn registry(args: &RegistryArgs) -> Result<Option<Loaded>, Failure> {
        if args.unless_default().is_none() && !args.registry.exists() {
            return Ok(None);
        }
        Loaded::load(args).map(Some)
    }

    /// Finds a version.
    ///
    /// # Errors
    /// The bus failed: it may have the version.
    pub(crate) fn find(&mut self, event_type: &str, minor: u32) -> Result<FoundVersion, Failure> {
        let version = (event_type.to_owned(), minor);
        if let Some(found) = self.found.get(&version) {
            return Ok(found.clone());
        }
        let found = match self.in_registry(event_type, minor) {
            Ok(known) => Ok(Rc::new(known)),
            Err(reason) => self
                .in_log(event_type, minor)?
                .map(Rc::new)
                .map_err(|problem| problem.map_or(reason.clone(), |problem| format!("{reason}; {problem}"))),
        };
        self.found.insert(version, found.clone());
        Ok(found)
    }

    fn in_registry(&self, event_type: &str, minor: u32) -> Result<KnownVersion, String> {
        let Some(registry) = self.registry else {
            return Err(format!(
                "the log has no version {minor} of `{event_type}`, and there is no registry: pass its folder \
                 with --registry"
            ));
        };
        let schema = registry.schema(event_type, minor)?;
        let key_path = registry.event(event_type)?.key.clone();
        Ok(KnownVersion { schema, key_path, pii: BTreeMap::new() })
    }

    /// The version in the log. If the log has none, there may be a reason to tell.
    fn in_log(&self, event_type: &str, minor: u32) -> Result<Result<KnownVersion, Option<String>>, Failure> {
        match block_on(self.bus.stored_schema(event_type, minor)) {
            Ok(Some(stored)) => {
                let schema = Rc::new(stored.schema);
                Ok(Ok(KnownVersion { schema, key_path: stored.key, pii: stored.pii }))
            }
            Ok(None) => Ok(Err(None)),
            Err(error) if error.kind == ErrorKind::Invalid => Ok(Err(Some(error.to_string()))),
            Err(error) => Err(unread(error)),
        }
    }
}

fn unread(error: BackendError) -> Failure {
    Failure::new("cannot read the schemas of the bus").caused_by(error)
}
