use std::{error::Error, fmt, str::FromStr, time::SystemTime};

use jiff::{Timestamp, tz::Offset};

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
        let decimals =
            if timestamp.subsec_microsecond() == 0 && timestamp.subsec_millisecond() == 0 { 0 } else { 6 };
        let text = Text::of(format_args!("{:.decimals$}", timestamp.display_with_offset(Offset::UTC)));
        Self { timestamp, text }
    }
}

impl FromStr for Time {
    type Err = TimeError;

    /// Parses ISO 8601 with an offset, as written by Python's `isoformat` and by RFC 3339.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let timestamp: Timestamp = text.parse().map_err(TimeError)?;
        Ok(Self { timestamp, text: text.into() })
    }
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
        fn a_written_time_can_be_parsed(micros in 0_u64..253_000_000_000_000_000) {
            let time = Time::from(SystemTime::UNIX_EPOCH + Duration::from_micros(micros));
            prop_assert_eq!(time.as_str().parse::<Time>().expect("written above"), time);
        }
    }
}
