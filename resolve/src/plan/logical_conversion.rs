use signalbook_model::{FixedLogical, Logical, TimeKind};

use super::program::Rescale;

/// How a value is converted if the reader schema has another logical type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conversion {
    /// The number stays the same.
    None,
    /// The number is multiplied by this.
    Scale(i64),
    /// The decimal gets more digits after the point, or may have too many digits for the reader.
    Decimal(Rescale),
}

/// Returns how a value of `writer` is read as `reader`. Returns `None` if its meaning would change.
///
/// If only one side has a logical type, the number stays the same.
pub(super) fn convert(writer: Option<Logical>, reader: Option<Logical>) -> Option<Conversion> {
    let (Some(writer), Some(reader)) = (writer, reader) else { return Some(Conversion::None) };
    if writer == reader {
        return Some(Conversion::None);
    }
    if let (
        Logical::Decimal { precision, scale },
        Logical::Decimal { precision: read_precision, scale: read_scale },
    ) = (writer, reader)
    {
        return rescale((precision, scale), (read_precision, read_scale));
    }
    let ((kind, unit), (read_kind, read_unit)) = (writer.time()?, reader.time()?);
    // A date is the midnight of its day: in UTC as an instant, in the local time zone as a local timestamp.
    let fits = kind == read_kind || kind == TimeKind::Day && read_kind != TimeKind::TimeOfDay;
    (fits && read_unit % unit == 0).then_some(Conversion::Scale(read_unit / unit))
}

/// As [`convert`], for fixed types.
pub(super) fn convert_fixed(
    writer: Option<FixedLogical>,
    reader: Option<FixedLogical>,
) -> Option<Conversion> {
    match (writer, reader) {
        (None, _) | (_, None) => Some(Conversion::None),
        (Some(writer), Some(reader)) if writer == reader => Some(Conversion::None),
        (
            Some(FixedLogical::Decimal { precision, scale }),
            Some(FixedLogical::Decimal { precision: read_precision, scale: read_scale }),
        ) => rescale((precision, scale), (read_precision, read_scale)),
        (Some(_), Some(_)) => None,
    }
}

/// Returns the conversion between two decimals, which are given as precision and scale.
fn rescale(writer: (u32, u32), reader: (u32, u32)) -> Option<Conversion> {
    let digits = reader.1.checked_sub(writer.1)?;
    // With the same scale and at least the same precision, every value fits.
    if digits == 0 && reader.0 >= writer.0 {
        return Some(Conversion::None);
    }
    Some(Conversion::Decimal(Rescale { digits, precision: reader.0 }))
}

/// Adds digits after the point to a decimal in big-endian bytes. Returns `None` if it then has too many
/// digits for the reader, or more than 38.
pub(super) fn rescale_bytes(bytes: &[u8], rescale: Rescale) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let sign = if negative { 0xff } else { 0 };
    let significant = bytes.len().saturating_sub(16);
    let (extension, rest) = bytes.split_at(significant);
    let mut all = [sign; 16];
    all[16 - rest.len()..].copy_from_slice(rest);
    let value = i128::from_be_bytes(all);
    if extension.iter().any(|byte| *byte != sign) || (value < 0) != negative {
        return None;
    }
    let scaled = value.checked_mul(10_i128.checked_pow(rescale.digits)?)?;
    let fits = match 10_u128.checked_pow(rescale.precision) {
        Some(bound) => scaled.unsigned_abs() < bound,
        None => true,
    };
    fits.then_some(scaled)
}

/// Returns the fewest of the big-endian bytes `all` that hold the same value.
pub(super) fn shortest(all: &[u8; 16]) -> &[u8] {
    let sign_bits = |byte: u8| byte & 0x80;
    let mut bytes = &all[..];
    while let [first @ (0 | 0xff), rest @ ..] = bytes
        && let [next, ..] = rest
        && sign_bits(*first) == sign_bits(*next)
    {
        bytes = rest;
    }
    bytes
}
