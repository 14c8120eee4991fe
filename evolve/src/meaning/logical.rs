use signalbook_diagnostics::Rule;
use signalbook_model::{FixedLogical, Logical};

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

/// What a logical type of time measures.
#[derive(PartialEq, Eq)]
enum TimeKind {
    Instant,
    Local,
    TimeOfDay,
}

#[derive(PartialEq, Eq)]
enum Unit {
    Days,
    Millis,
    Micros,
    Nanos,
}

fn unit(logical: Logical) -> Option<(TimeKind, Unit)> {
    Some(match logical {
        // A date counts as an instant in days, so that a change to another instant is a change of unit.
        Logical::Date => (TimeKind::Instant, Unit::Days),
        Logical::TimestampMillis => (TimeKind::Instant, Unit::Millis),
        Logical::TimestampMicros => (TimeKind::Instant, Unit::Micros),
        Logical::TimestampNanos => (TimeKind::Instant, Unit::Nanos),
        Logical::LocalTimestampMillis => (TimeKind::Local, Unit::Millis),
        Logical::LocalTimestampMicros => (TimeKind::Local, Unit::Micros),
        Logical::LocalTimestampNanos => (TimeKind::Local, Unit::Nanos),
        Logical::TimeMillis => (TimeKind::TimeOfDay, Unit::Millis),
        Logical::TimeMicros => (TimeKind::TimeOfDay, Unit::Micros),
        Logical::Uuid | Logical::Decimal { .. } | Logical::BigDecimal => return None,
    })
}

/// Returns the name of a logical type in messages: `timestamp-millis`, `decimal(9,2)`.
pub(crate) fn label(logical: Logical) -> String {
    match logical {
        Logical::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        other => other.name().to_owned(),
    }
}

/// As [`label`], for fixed types.
pub(crate) fn label_fixed(logical: FixedLogical) -> String {
    match logical {
        FixedLogical::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        other => other.name().to_owned(),
    }
}
