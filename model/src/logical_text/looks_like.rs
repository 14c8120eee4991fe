//! Which texts are meant as a value of a logical type, even if they are not valid.
//!
//! In a union, such a text is an error. It is not read as another branch: `"2026-02-30"` in a union of `date`
//! and `string` is a wrong date.

use crate::{FixedLogical, Logical, TimeKind};

impl Logical {
    /// Returns true if `text` looks like a value of the type. This includes all valid texts.
    pub fn looks_like(self, text: &str) -> bool {
        match self.time() {
            Some((TimeKind::Day, _)) => shape(text) == "0-0-0",
            Some((TimeKind::TimeOfDay, _)) => {
                matches!(shape(text).as_str(), "0:0" | "0:0:0" | "0:0:0.0" | "0:0:0,0")
            }
            Some((TimeKind::Instant | TimeKind::Local, _)) => {
                let shape = shape(text).to_ascii_uppercase();
                ["0-0-0T0:0", "0-0-0 0:0"].iter().any(|start| shape.starts_with(start))
            }
            // The base type of a UUID is a string, so that no other branch is.
            None => self == Self::Uuid || is_like_decimal(text),
        }
    }
}

impl FixedLogical {
    /// Like [`Logical::looks_like`], for a fixed.
    pub fn looks_like(self, text: &str) -> bool {
        match self {
            Self::Decimal { .. } => is_like_decimal(text),
            Self::Duration => {
                let text = text.strip_prefix(['-', '+']).unwrap_or(text);
                text.starts_with('P')
                    && text.bytes().any(|byte| byte.is_ascii_digit())
                    && text.bytes().all(|byte| b"PYMWDTHS.,0123456789".contains(&byte))
            }
            Self::Uuid => {
                let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
                text.bytes().filter(|byte| *byte == b'-').count() == 4 && digits + 4 == text.len()
            }
        }
    }
}

fn is_like_decimal(text: &str) -> bool {
    let shape = shape(text.strip_prefix(['-', '+']).unwrap_or(text)).to_ascii_lowercase();
    let (number, exponent) = shape.split_once('e').unwrap_or((&shape, "0"));
    number.contains('0')
        && number.bytes().all(|byte| matches!(byte, b'0' | b'.' | b','))
        && matches!(exponent, "0" | "+0" | "-0")
}

/// Returns `text` with each run of digits replaced by one `0`.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    for character in text.chars() {
        let character = if character.is_ascii_digit() { '0' } else { character };
        if character != '0' || !shape.ends_with('0') {
            shape.push(character);
        }
    }
    shape
}
