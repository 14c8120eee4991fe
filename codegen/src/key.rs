//! The keys of events: which paths are allowed.

use signalbook_model::{KeyEnd, KeyPath, Name};

use crate::checked_registry::{CheckedRegistry, EventDef, Field, TypeKind};
use crate::syntax::Spanned;

/// Why a key path is not allowed.
#[derive(Debug)]
pub(crate) struct KeyError<'a> {
    /// The part that is wrong.
    pub(crate) part: &'a Spanned<String>,
    /// The fields of the record that the part is a field of, or should be.
    pub(crate) fields: &'a [Field],
    /// Whether the part may be null. A key must not be null.
    pub(crate) is_optional: bool,
    /// What the path leads to.
    pub(crate) end: KeyEnd<'a>,
}

/// Checks that the key of `event`, if it has one, is a scalar that is exact and never null.
pub(crate) fn check<'a>(event: &'a EventDef, checked: &'a CheckedRegistry) -> Result<(), KeyError<'a>> {
    let (Some(written), Some(projected)) = (&event.key, checked.complete.events.get(&event.name)) else {
        return Ok(());
    };
    let parts = written.iter().map(|part| part.value.as_str());
    let path = KeyPath::resolve(&checked.complete.types, &projected.data, parts);
    let optional = path.fields.iter().position(|(_, field)| field.ty.as_optional().is_some());
    let index = match (optional, path.end) {
        (Some(index), _) => index,
        (None, KeyEnd::Scalar) => return Ok(()),
        (None, KeyEnd::Missing(_) | KeyEnd::NoFields) => path.fields.len(),
        (None, KeyEnd::Inexact | KeyEnd::Record(..) | KeyEnd::Other) => path.fields.len().saturating_sub(1),
    };
    let record = match (path.fields.get(index), path.end) {
        (Some(&(record, _)), _) | (None, KeyEnd::Missing(record)) => record,
        (None, _) => None,
    };
    let declared = |name: &Name| match checked.type_def(name).map(|ty| &ty.kind) {
        Some(TypeKind::Record(record)) => record.fields.as_slice(),
        Some(TypeKind::Enum(_) | TypeKind::Fixed(_) | TypeKind::Union(_)) | None => &[],
    };
    let fields = record.map_or(event.data.as_slice(), declared);
    Err(KeyError { part: &written[index], fields, is_optional: optional.is_some(), end: path.end })
}
