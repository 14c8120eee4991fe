use signalbook_model::Builder;

use crate::Event;

/// Identifies a Rust type with events: the address of its description. Types with the same address have the
/// same description.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TypeKey(usize);

impl TypeKey {
    pub(crate) fn of<E: Event>() -> Self {
        Self(E::describe_event as fn(&mut Builder) as usize)
    }
}
