//! The constant that names an event's signal.

/// From subject and action: `order.placed.v1` is `ORDER_PLACED`.
pub(crate) fn of(event: &str) -> String {
    let version = event.rsplit_once('.').filter(|(_, last)| is_version(last));
    let named = version.map_or(event, |(head, _)| head);
    signalbook_model::rust::name(signalbook_model::rust::Item::Constant, named)
}

/// Whether `part` is a major version: `v1`.
pub(crate) fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|digits| {
        !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}
