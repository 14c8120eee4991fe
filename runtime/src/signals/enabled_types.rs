use std::collections::HashSet;

/// Which event types are enabled.
#[derive(Debug, Default)]
pub(super) struct Switches {
    all_disabled: bool,
    /// The event types for which `all_disabled` is not true.
    exceptions: HashSet<&'static str>,
}

impl Switches {
    pub(super) fn all_enabled() -> Self {
        Self::default()
    }

    pub(super) fn all_disabled() -> Self {
        Self { all_disabled: true, exceptions: HashSet::new() }
    }

    pub(super) fn is_enabled(&self, event_type: &str) -> bool {
        self.all_disabled == self.exceptions.contains(event_type)
    }

    pub(super) fn set(&mut self, event_type: &'static str, is_enabled: bool) {
        if is_enabled == self.all_disabled {
            self.exceptions.insert(event_type);
        } else {
            self.exceptions.remove(event_type);
        }
    }
}
