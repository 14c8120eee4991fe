//! The texts of durations: `P1M2DT3.004S`, as in ISO 8601.

use std::fmt::Write as _;

/// The designators of a duration, each with the part of the value that it adds to (months, days or
/// milliseconds), and how many units of that part it adds.
const DATE: [(u8, usize, u64); 4] = [(b'Y', 0, 12), (b'M', 0, 1), (b'W', 1, 7), (b'D', 1, 1)];
const TIME: [(u8, usize, u64); 3] = [(b'H', 2, 3_600_000), (b'M', 2, 60_000), (b'S', 2, 1_000)];

/// Writes months, days and milliseconds, each 32 bits little endian.
pub(super) fn write(bytes: [u8; 12]) -> String {
    let (parts, _) = bytes.as_chunks::<4>();
    let part = |index: usize| u32::from_le_bytes(parts[index]);
    let (months, days, milliseconds) = (part(0), part(1), part(2));
    let mut text = "P".to_owned();
    for (count, designator) in [(months, 'M'), (days, 'D')] {
        if count > 0 {
            let _ = write!(text, "{count}{designator}"); // a `String` takes every text
        }
    }
    if milliseconds > 0 || text == "P" {
        let _ = write!(text, "T{}", milliseconds / 1_000);
        if milliseconds % 1_000 > 0 {
            let fraction = format!(".{:03}", milliseconds % 1_000);
            text.push_str(fraction.trim_end_matches('0'));
        }
        text.push('S');
    }
    text
}

/// Reads a duration. Years are 12 months, and weeks 7 days.
pub(super) const fn read(text: &[u8]) -> Option<[u32; 3]> {
    if text.len() < 3 || text[0] != b'P' {
        return None;
    }
    let mut parts = [0_u64; 3];
    // `next` is the first designator that may follow, of the date or of the time.
    let (mut at, mut is_time, mut next) = (1, false, 0);
    while at < text.len() {
        if text[at] == b'T' && !is_time {
            (at, is_time, next) = (at + 1, true, 0);
            if at == text.len() {
                return None;
            }
        }
        let Some((number, fraction, end)) = number(text, at) else { return None };
        let designators: &[_] = if is_time { &TIME } else { &DATE };
        while next < designators.len() && designators[next].0 != text[end] {
            next += 1;
        }
        if next == designators.len() {
            return None;
        }
        let (designator, part, count) = designators[next];
        if fraction.is_some() && designator != b'S' {
            return None;
        }
        parts[part] += number * count
            + match fraction {
                Some(fraction) => fraction,
                None => 0,
            };
        if parts[part] > u32::MAX as u64 {
            return None;
        }
        (at, next) = (end + 1, next + 1);
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked above; `try_from` is not `const`")]
    let parts = [parts[0] as u32, parts[1] as u32, parts[2] as u32];
    Some(parts)
}

/// Reads a number with up to three digits after a point. Returns it, the thousandths and the end, which is
/// within the text.
const fn number(text: &[u8], start: usize) -> Option<(u64, Option<u64>, usize)> {
    let (mut number, mut at) = (0_u64, start);
    while at < text.len() && text[at].is_ascii_digit() {
        number = number * 10 + (text[at] - b'0') as u64;
        if number > u32::MAX as u64 {
            return None;
        }
        at += 1;
    }
    if at == start || at == text.len() {
        return None;
    }
    if text[at] != b'.' {
        return Some((number, None, at));
    }
    let (mut fraction, mut unit, point) = (0, 1_000, at);
    at += 1;
    while at < text.len() && text[at].is_ascii_digit() {
        let digit = (text[at] - b'0') as u64;
        unit /= 10;
        if unit == 0 && digit != 0 {
            return None;
        }
        fraction += digit * unit;
        at += 1;
    }
    if at == point + 1 || at == text.len() { None } else { Some((number, Some(fraction), at)) }
}
