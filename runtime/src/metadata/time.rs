use std::{error::Error, fmt, ops::Range, str::FromStr, time::SystemTime};

use jiff::{Timestamp, civil::DateTime, tz::Offset};

use crate::Text;

/// A time in UTC, and its text.
///
/// A time made from a [`SystemTime`] has the text of Python's `isoformat`, with microseconds only if they are
/// not zero. A time parsed from text keeps that text, so that it is forwarded unchanged.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use signalbook_runtime::Time;
///
/// let time = Time::from(SystemTime::UNIX_EPOCH + Duration::from_micros(1_767_225_600_000_250));
/// assert_eq!(time.as_str(), "2026-01-01T00:00:00.000250+00:00");
///
/// let foreign: Time = "2026-01-01T02:00:00.00025+02:00".parse()?;
/// assert_eq!(foreign.to_system_time(), time.to_system_time());
/// assert_eq!(foreign.as_str(), "2026-01-01T02:00:00.00025+02:00");
/// # Ok::<(), signalbook_runtime::TimeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub struct Time {
    timestamp: Timestamp,
    text: Text,
}

/// The text is not a time.
#[derive(Debug)]
pub struct TimeError(jiff::Error);

impl Time {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Returns the same time with its text in UTC, to the microsecond.
    #[must_use]
    pub fn to_utc(&self) -> Self {
        if self.text.as_bytes().ends_with(b"+00:00") { self.clone() } else { self.to_system_time().into() }
    }

    /// Returns the instant, or the epoch if `SystemTime` cannot represent it.
    pub fn to_system_time(&self) -> SystemTime {
        self.timestamp.try_into().unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

impl From<SystemTime> for Time {
    /// Truncates to the microsecond. A time outside the supported years becomes the first or the last
    /// supported time.
    fn from(time: SystemTime) -> Self {
        let last = if time < SystemTime::UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
        let timestamp = Timestamp::try_from(time).unwrap_or(last);
        let timestamp = Timestamp::from_microsecond(timestamp.as_microsecond()).unwrap_or(timestamp);
        let general = || Text::of(timestamp.display_with_offset(Offset::UTC));
        Self { timestamp, text: isoformat(timestamp).unwrap_or_else(general) }
    }
}

impl FromStr for Time {
    type Err = TimeError;

    /// Parses ISO 8601 with an offset, as written by Python's `isoformat` and by RFC 3339.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let timestamp = match parse_isoformat(text) {
            Some(timestamp) => timestamp,
            None => text.parse().map_err(TimeError)?,
        };
        Ok(Self { timestamp, text: text.into() })
    }
}

/// The text of Python's `isoformat` with microseconds; the one without has no [`FRACTION`]. Each event is
/// published and received with one, so they have a formatter and a parser of their own.
const ISOFORMAT: [u8; 32] = *b"0000-00-00T00:00:00.000000+00:00";

const FRACTION: Range<usize> = 19..26;

/// Where [`ISOFORMAT`] has year, month, day, hour, minute, second and microsecond.
const NUMBERS: [Range<usize>; 7] = [0..4, 5..7, 8..10, 11..13, 14..16, 17..19, 20..26];

/// Returns `None` for a year before year 0.
fn isoformat(timestamp: Timestamp) -> Option<Text> {
    let time = Offset::UTC.to_datetime(timestamp);
    let microsecond = time.subsec_nanosecond() / 1000;
    let numbers = [
        time.year().into(),
        time.month().into(),
        time.day().into(),
        time.hour().into(),
        time.minute().into(),
        time.second().into(),
        microsecond,
    ];
    let mut text = ISOFORMAT;
    for (number, range) in numbers.into_iter().zip(NUMBERS) {
        let mut number = u32::try_from(number).ok()?;
        for digit in text[range].iter_mut().rev() {
            *digit += u8::try_from(number % 10).ok()?;
            number /= 10;
        }
    }
    let mut text = &mut text[..];
    if microsecond == 0 {
        text.copy_within(FRACTION.end.., FRACTION.start);
        text = &mut text[..ISOFORMAT.len() - FRACTION.len()];
    }
    std::str::from_utf8(text).ok().map(Text::from)
}

/// Returns `None` for another form.
fn parse_isoformat(text: &str) -> Option<Timestamp> {
    let (text, mut whole) = (text.as_bytes(), ISOFORMAT);
    if text.len() == ISOFORMAT.len() {
        whole.copy_from_slice(text);
    } else {
        let (begin, offset) = text.split_at_checked(FRACTION.start)?;
        whole[..FRACTION.start].copy_from_slice(begin);
        whole.get(FRACTION.end..).filter(|utc| *utc == offset)?;
    }
    let mut numbers = [0; NUMBERS.len()];
    for (number, range) in numbers.iter_mut().zip(NUMBERS) {
        for digit in &mut whole[range] {
            let value = digit.checked_sub(b'0').filter(|value| *value < 10)?;
            *digit = b'0';
            *number = *number * 10 + i32::from(value);
        }
    }
    let [year, month, day, hour, minute, second, microsecond] = numbers;
    let [month, day, hour, minute, second] =
        [month, day, hour, minute, second].map(|number| i8::try_from(number).unwrap_or(i8::MAX));
    let time = DateTime::new(year.try_into().ok()?, month, day, hour, minute, second, microsecond * 1000);
    Offset::UTC.to_timestamp(time.ok().filter(|_| whole == ISOFORMAT)?).ok()
}

impl TryFrom<String> for Time {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.text.into()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time with an offset, such as `2026-01-01T00:00:00+00:00`")
    }
}

impl Error for TimeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parses_the_output_of_python_and_others() {
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        for text in ["2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00Z", "2026-01-01 00:00:00.000+00:00"] {
            let time: Time = text.parse().expect(text);
            assert_eq!((time.to_system_time(), time.as_str()), (expected, text));
        }
        for text in ["2026-01-01T00:00:00", "yesterday", ""] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_beyond_the_calendar_becomes_its_end() {
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 60);
        assert!(Time::from(far).as_str().starts_with("9999-12-30T"), "{:?}", Time::from(far));
    }

    proptest! {
        #[test]
        fn is_written_and_parsed_as_by_the_general_formatter_and_parser(
            seconds in -62_000_000_000_i64..253_000_000_000,
            micros in prop_oneof![Just(0), 0..1_000_000_i64],
            (column, byte) in (0_usize..32, "[0-9:TZ +-]"),
        ) {
            let timestamp = Timestamp::from_microsecond(seconds * 1_000_000 + micros).expect("in range");
            let decimals = if micros == 0 { 0 } else { 6 };
            let text = format!("{:.decimals$}", timestamp.display_with_offset(Offset::UTC));
            prop_assert_eq!(isoformat(timestamp).expect("a year after 0"), text.as_str());
            prop_assert_eq!(parse_isoformat(&text), Some(timestamp));
            let mut changed = text;
            if column < changed.len() {
                changed.replace_range(column..=column, &byte);
            }
            if let Some(timestamp) = parse_isoformat(&changed) {
                prop_assert_eq!(changed.parse::<Timestamp>().expect(&changed), timestamp);
            }
        }

        #[test]
        fn a_written_time_can_be_parsed(micros in 0_u64..253_000_000_000_000_000) {
            let time = Time::from(SystemTime::UNIX_EPOCH + Duration::from_micros(micros));
            prop_assert_eq!(time.as_str().parse::<Time>().expect("written above"), time);
        }
    }
}
