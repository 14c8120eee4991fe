use signalbook_diagnostics::Rule;
use signalbook_model::{FixedLogical, Logical, TimeKind};

use crate::rules;

/// Returns the rule that is violated if a logical type changes from `old` to `new`.
pub(crate) fn compare(new: Option<Logical>, old: Option<Logical>) -> Option<&'static Rule> {
    match (new, old) {
        (None, None) => None,
        (Some(new), Some(old)) if new == old => None,
        (Some(_), None) => Some(&rules::LOGICAL_TYPE_ADDED),
        (None, Some(_)) => Some(&rules::LOGICAL_TYPE_REMOVED),
        (
            Some(Logical::Decimal { precision, scale }),
            Some(Logical::Decimal { precision: old_precision, scale: old_scale }),
        ) => Some(decimals((precision, scale), (old_precision, old_scale))),
        (Some(new), Some(old)) => Some(match (unit(new), unit(old)) {
            (Some((kind, unit)), Some((old_kind, old_unit))) if kind == old_kind && unit != old_unit => {
                &rules::TIME_UNIT_CHANGED
            }
            _ => &rules::LOGICAL_TYPE_CHANGED,
        }),
    }
}

/// As [`compare`], for fixed types.
pub(crate) fn compare_fixed(new: Option<FixedLogical>, old: Option<FixedLogical>) -> Option<&'static Rule> {
    match (new, old) {
        (None, None) => None,
        (Some(new), Some(old)) if new == old => None,
        (Some(_), None) => Some(&rules::LOGICAL_TYPE_ADDED),
        (None, Some(_)) => Some(&rules::LOGICAL_TYPE_REMOVED),
        (
            Some(FixedLogical::Decimal { precision, scale }),
            Some(FixedLogical::Decimal { precision: old_precision, scale: old_scale }),
        ) => Some(decimals((precision, scale), (old_precision, old_scale))),
        (Some(_), Some(_)) => Some(&rules::LOGICAL_TYPE_CHANGED),
    }
}

fn decimals(new: (u32, u32), old: (u32, u32)) -> &'static Rule {
    if new.1 == old.1 { &rules::DECIMAL_PRECISION_CHANGED } else { &rules::DECIMAL_SCALE_CHANGED }
}

/// Returns what a logical type of time measures, and how many of its units a day has. A date counts as an
/// instant in days, so that a change to another instant is a change of unit.
fn unit(logical: Logical) -> Option<(TimeKind, i64)> {
    let (kind, per_day) = logical.time()?;
    Some((if kind == TimeKind::Day { TimeKind::Instant } else { kind }, per_day))
}
