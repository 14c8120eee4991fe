//! The texts of decimals: all digits of the scale, `12.30`.

/// The largest number of digits of a decimal with a text. It bounds the time and memory that a schema or a
/// value can demand.
const MOST_DIGITS: usize = 1000;

/// A number has more digits than [`MOST_DIGITS`] if it has more bytes than this.
const MOST_BYTES: usize = 416;

/// The parts of a decimal in a text.
pub(super) struct Parts {
    is_negative: bool,
    /// The range of the digits before the point, without leading zeros.
    whole: (usize, usize),
    /// The range of the digits after the point.
    fraction: (usize, usize),
}

impl Parts {
    /// Finds the parts of `text`. Returns `None` if it is not a decimal.
    pub(super) const fn find(text: &[u8]) -> Option<Self> {
        let is_negative = !text.is_empty() && text[0] == b'-';
        let start = is_negative as usize;
        let end = end_of_digits(text, start);
        let mut fraction = (end, end);
        if end < text.len() && text[end] == b'.' {
            fraction = (end + 1, end_of_digits(text, end + 1));
            if fraction.0 == fraction.1 {
                return None;
            }
        }
        if start == end || fraction.1 != text.len() {
            return None;
        }
        let mut whole = (start, end);
        while whole.0 < end && text[whole.0] == b'0' {
            whole.0 += 1;
        }
        Some(Self { is_negative, whole, fraction })
    }

    /// Returns the number of digits after the point.
    pub(super) const fn scale(&self) -> usize {
        self.fraction.1 - self.fraction.0
    }

    /// Returns true if the number has at most `precision` digits, of which `scale` are after the point.
    pub(super) const fn fits(&self, precision: usize, scale: usize) -> bool {
        let digits = self.whole.1 - self.whole.0 + scale;
        // A number below 1 has no digits before the point, and a scale is at most the precision.
        self.scale() <= scale && digits <= precision && digits <= MOST_DIGITS
    }

    /// Returns the unscaled number in two's complement, with `scale` digits after the point.
    pub(super) fn unscaled(&self, text: &[u8], scale: usize) -> Vec<u8> {
        let digits = text[self.whole.0..self.whole.1].iter().chain(&text[self.fraction.0..self.fraction.1]);
        let zeros = std::iter::repeat_n(&b'0', scale.saturating_sub(self.scale()));
        let mut magnitude = vec![0_u8];
        for digit in digits.chain(zeros) {
            let mut carry = u16::from(*digit - b'0');
            for byte in magnitude.iter_mut().rev() {
                let [high, low] = (u16::from(*byte) * 10 + carry).to_be_bytes();
                (*byte, carry) = (low, u16::from(high));
            }
            if let Ok(carry @ 1..) = u8::try_from(carry) {
                magnitude.insert(0, carry);
            }
        }
        magnitude.insert(0, 0);
        if self.is_negative {
            negate(&mut magnitude);
        }
        shortest(&magnitude).to_vec()
    }
}

const fn end_of_digits(text: &[u8], start: usize) -> usize {
    let mut end = start;
    while end < text.len() && text[end].is_ascii_digit() {
        end += 1;
    }
    end
}

/// Writes a number in two's complement with `scale` digits after the point. Returns `None` if it has more
/// than `precision` digits, or too many for a text.
pub(super) fn write(unscaled: &[u8], precision: usize, scale: usize) -> Option<String> {
    let (is_negative, digits) = digits(unscaled)?;
    if digits.len() > precision || digits.len().max(scale) > MOST_DIGITS {
        return None;
    }
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if is_negative { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

/// Returns true if a number in two's complement has at most `precision` digits. Numbers that are too long
/// for a text are not counted.
pub(super) fn fits(unscaled: &[u8], precision: usize) -> bool {
    match digits(unscaled) {
        Some((_, digits)) => digits.len() <= precision,
        None => !unscaled.is_empty() && precision > MOST_DIGITS,
    }
}

/// Returns the sign and the digits of a number in two's complement; zero has no digits. Returns `None` if
/// there is no number, or it is too long.
fn digits(unscaled: &[u8]) -> Option<(bool, String)> {
    if unscaled.is_empty() || shortest(unscaled).len() > MOST_BYTES {
        return None;
    }
    let mut magnitude = shortest(unscaled).to_vec();
    let is_negative = magnitude[0] & 0x80 != 0;
    if is_negative {
        // One more byte, because the magnitude of the smallest number has one more bit than the others.
        magnitude.insert(0, 0xff);
        negate(&mut magnitude);
    }
    let mut digits = Vec::new();
    let mut start = 0;
    while start < magnitude.len() {
        let mut rest = 0_u16;
        for byte in &mut magnitude[start..] {
            let value = rest * 256 + u16::from(*byte);
            (*byte, rest) = (u8::try_from(value / 10).unwrap_or(u8::MAX), value % 10);
        }
        digits.push(char::from_digit(rest.into(), 10)?);
        start += magnitude[start..].iter().take_while(|byte| **byte == 0).count();
    }
    let digits: String = digits.iter().rev().collect();
    Some((is_negative, digits.trim_start_matches('0').to_owned()))
}

fn negate(number: &mut [u8]) {
    let mut carry = true;
    for byte in number.iter_mut().rev() {
        (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
    }
}

/// Returns a number in two's complement without the leading bytes that only repeat the sign.
pub(super) fn shortest(number: &[u8]) -> &[u8] {
    let repeats = |pair: &&[u8]| matches!(pair, [0, 0..=0x7f] | [0xff, 0x80..=0xff]);
    &number[number.windows(2).take_while(repeats).count()..]
}

/// Returns a number in two's complement with `size` bytes. Returns `None` if it needs more.
pub(super) fn extended(number: &[u8], size: usize) -> Option<Vec<u8>> {
    let sign = if number.first()? & 0x80 == 0 { 0 } else { 0xff };
    let mut bytes = vec![sign; size.checked_sub(number.len())?];
    bytes.extend(number);
    Some(bytes)
}
