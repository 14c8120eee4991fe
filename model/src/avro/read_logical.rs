//! The attributes of logical types (Avro 1.12, "Logical Types").
//!
//! A logical type that is unknown, incomplete or on the wrong base is not an error. Its attributes are kept.

use crate::{Attributes, FixedLogical, Json, Logical, Type};

/// Removes the logical type from `attributes` and returns it, if it is valid on `base`.
pub(super) fn take(attributes: &mut Attributes, base: &Type) -> Option<Logical> {
    let logical = match name(attributes)? {
        "date" => Logical::Date,
        "time-millis" => Logical::TimeMillis,
        "time-micros" => Logical::TimeMicros,
        "timestamp-millis" => Logical::TimestampMillis,
        "timestamp-micros" => Logical::TimestampMicros,
        "timestamp-nanos" => Logical::TimestampNanos,
        "local-timestamp-millis" => Logical::LocalTimestampMillis,
        "local-timestamp-micros" => Logical::LocalTimestampMicros,
        "local-timestamp-nanos" => Logical::LocalTimestampNanos,
        "uuid" => Logical::Uuid,
        "big-decimal" => Logical::BigDecimal,
        "decimal" => {
            let (precision, scale) = decimal(attributes)?;
            Logical::Decimal { precision, scale }
        }
        _ => return None,
    };
    if *base != logical.base() {
        return None;
    }
    remove(attributes, matches!(logical, Logical::Decimal { .. }));
    Some(logical)
}

/// Removes the logical type from `attributes` and returns it, if it is valid on a fixed of `size` bytes.
pub(super) fn take_fixed(attributes: &mut Attributes, size: usize) -> Option<FixedLogical> {
    let logical = match name(attributes)? {
        "duration" => FixedLogical::Duration,
        "uuid" => FixedLogical::Uuid,
        "decimal" => {
            let (precision, scale) = decimal(attributes)?;
            FixedLogical::Decimal { precision, scale }
        }
        _ => return None,
    };
    if !logical.fits(size) {
        return None;
    }
    remove(attributes, matches!(logical, FixedLogical::Decimal { .. }));
    Some(logical)
}

fn name(attributes: &Attributes) -> Option<&str> {
    attributes.get("logicalType")?.as_str()
}

/// Returns the precision and scale of a decimal, if they are valid.
fn decimal(attributes: &Attributes) -> Option<(u32, u32)> {
    let precision = attributes.get("precision").and_then(number)?;
    let scale = attributes.get("scale").map_or(Some(0), number)?;
    (precision >= 1 && scale <= precision).then_some((precision, scale))
}

fn number(json: &Json) -> Option<u32> {
    match json {
        Json::Integer(number) => u32::try_from(*number).ok(),
        Json::Null | Json::Bool(_) | Json::Float(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
            None
        }
    }
}

fn remove(attributes: &mut Attributes, decimal: bool) {
    let parameters: &[&str] = if decimal { &["precision", "scale"] } else { &[] };
    for key in parameters.iter().chain(&["logicalType"]) {
        attributes.remove(*key);
    }
}
