//! What an event type says by its form: `{reverse DNS}.{subdomain}.{subject}.{action}.v{n}`.

use signalbook_model::rust::{Item, name};

/// The constant of an event, from subject and action: `order.placed.v1` is `ORDER_PLACED`.
pub(crate) fn constant(local: &str) -> String {
    let version = local.rsplit_once('.').filter(|(_, last)| is_version(last));
    name(Item::Constant, version.map_or(local, |(head, _)| head))
}

/// Whether `part` is a major version: `v1`.
pub(crate) fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|digits| {
        !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether `part` is a major version, or what somebody wrote who meant one: `1`, `V2`, `v0`.
pub(crate) fn resembles_version(part: &str) -> bool {
    let digits = part.trim_start_matches(['v', 'V']);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
