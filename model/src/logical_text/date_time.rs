//! The texts of dates and times: RFC 3339, in the proleptic Gregorian calendar, for the years 0 to 9999.
//!
//! Reading is `const`, so that the derives check defaults when a program is compiled.

use std::fmt::Write as _;

/// The seconds of a day.
const DAY: i64 = 86_400;

/// Returns the value of an `Option`, or returns `None` from the function: `?` is not `const`.
macro_rules! some {
    ($option:expr) => {
        match $option {
            Some(value) => value,
            None => return None,
        }
    };
}

/// Reads the days since 1970-01-01 from `2026-01-31`.
pub(super) const fn read_date(text: &[u8]) -> Option<i64> {
    let (days, end) = some!(date(text));
    if end == text.len() { Some(days) } else { None }
}

/// Reads a time of day from `12:30:00.5`, as a number of units, of which a second has `per_second`. Digits
/// beyond the unit must be zero.
pub(super) const fn read_time(text: &[u8], per_second: i64) -> Option<i64> {
    let (time, end) = some!(time(text, 0, per_second));
    if end == text.len() { Some(time) } else { None }
}

/// Reads a local timestamp from `2026-01-31T12:30:00.5`, as a number of units since 1970-01-01T00:00:00.
pub(super) const fn read_local(text: &[u8], per_second: i64) -> Option<i64> {
    let (count, end) = some!(date_time(text, per_second));
    if end == text.len() { to_i64(count) } else { None }
}

/// Reads a timestamp from `2026-01-31T12:30:00.5Z`, as a number of units since 1970-01-01T00:00:00Z.
pub(super) const fn read_instant(text: &[u8], per_second: i64) -> Option<i64> {
    let (count, end) = some!(date_time(text, per_second));
    let offset = some!(offset(text, end));
    to_i64(count - offset as i128 * per_second as i128)
}

/// Returns true if `text` is a date and time with an offset from UTC.
pub(super) const fn is_instant(text: &[u8]) -> bool {
    match date_time(text, 1_000_000_000) {
        Some((_, end)) => offset(text, end).is_some(),
        None => false,
    }
}

/// Writes a number of days as a date. Returns `None` if its year is not from 0 to 9999.
pub(super) fn write_date(days: i64) -> Option<String> {
    let mut text = String::with_capacity(10);
    push_date(&mut text, days)?;
    Some(text)
}

/// Writes a time of day. Returns `None` if it is not within a day.
pub(super) fn write_time(count: i64, per_second: i64) -> Option<String> {
    let mut text = String::with_capacity(15);
    (0..DAY * per_second).contains(&count).then(|| push_time(&mut text, count, per_second))?;
    Some(text)
}

/// Writes a local timestamp. Returns `None` if its year is not from 0 to 9999.
pub(super) fn write_local(count: i64, per_second: i64) -> Option<String> {
    let day = DAY * per_second;
    let mut text = String::with_capacity(30);
    push_date(&mut text, count.div_euclid(day))?;
    text.push('T');
    push_time(&mut text, count.rem_euclid(day), per_second);
    Some(text)
}

fn push_date(text: &mut String, days: i64) -> Option<()> {
    let (year, month, day) = from_days(days);
    let year = u16::try_from(year).ok().filter(|year| *year <= 9999)?;
    let _ = write!(text, "{year:04}-{month:02}-{day:02}"); // a `String` takes every text
    Some(())
}

fn push_time(text: &mut String, count: i64, per_second: i64) {
    let (seconds, fraction) = (count / per_second, count % per_second);
    let [hour, minute, second] = [seconds / 3600, seconds / 60 % 60, seconds % 60];
    let _ = write!(text, "{hour:02}:{minute:02}:{second:02}"); // a `String` takes every text
    if fraction > 0 {
        text.push('.');
        // Adding a whole second keeps the zeros after the point.
        text.push_str((per_second + fraction).to_string()[1..].trim_end_matches('0'));
    }
}

/// Reads a date and a time. Returns the units since 1970-01-01T00:00:00, and the end in the text.
const fn date_time(text: &[u8], per_second: i64) -> Option<(i128, usize)> {
    let (days, end) = some!(date(text));
    if end == text.len() || !matches!(text[end], b'T' | b't' | b' ') {
        return None;
    }
    let (time, end) = some!(time(text, end + 1, per_second));
    Some((days as i128 * DAY as i128 * per_second as i128 + time as i128, end))
}

const fn date(text: &[u8]) -> Option<(i64, usize)> {
    let year = some!(digits(text, 0, 4));
    let month = some!(digits(text, some!(after(text, 4, b'-')), 2));
    let day = some!(digits(text, some!(after(text, 7, b'-')), 2));
    if month < 1 || month > 12 || day < 1 || day > days_of(year, month) {
        return None;
    }
    Some((to_days(year, month, day), 10))
}

const fn time(text: &[u8], at: usize, per_second: i64) -> Option<(i64, usize)> {
    let hour = some!(digits(text, at, 2));
    let minute = some!(digits(text, some!(after(text, at + 2, b':')), 2));
    let second = some!(digits(text, some!(after(text, at + 5, b':')), 2));
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, end) = some!(fraction(text, at + 8, per_second));
    Some(((hour * 3600 + minute * 60 + second) * per_second + fraction, end))
}

/// Reads the digits after the point, if there is one.
const fn fraction(text: &[u8], at: usize, per_second: i64) -> Option<(i64, usize)> {
    if at >= text.len() || text[at] != b'.' {
        return Some((0, at));
    }
    let (mut unit, mut fraction, mut end) = (per_second, 0, at + 1);
    while end < text.len() && text[end].is_ascii_digit() {
        let digit = (text[end] - b'0') as i64;
        unit /= 10;
        if unit == 0 && digit != 0 {
            return None;
        }
        fraction += digit * unit;
        end += 1;
    }
    if end == at + 1 { None } else { Some((fraction, end)) }
}

/// Reads an offset from UTC, up to the end of the text, in seconds.
const fn offset(text: &[u8], at: usize) -> Option<i64> {
    if at + 1 == text.len() && matches!(text[at], b'Z' | b'z') {
        return Some(0);
    }
    if at + 6 != text.len() || !matches!(text[at], b'+' | b'-') {
        return None;
    }
    let hour = some!(digits(text, at + 1, 2));
    let minute = some!(digits(text, some!(after(text, at + 3, b':')), 2));
    if hour > 23 || minute > 59 {
        return None;
    }
    let seconds = hour * 3600 + minute * 60;
    Some(if text[at] == b'-' { -seconds } else { seconds })
}

/// Returns the index after `byte`, which must be at `at`.
const fn after(text: &[u8], at: usize, byte: u8) -> Option<usize> {
    if at < text.len() && text[at] == byte { Some(at + 1) } else { None }
}

/// Reads a number of exactly `count` digits.
const fn digits(text: &[u8], at: usize, count: usize) -> Option<i64> {
    let (mut number, mut index) = (0, at);
    while index < at + count {
        if index >= text.len() || !text[index].is_ascii_digit() {
            return None;
        }
        number = number * 10 + (text[index] - b'0') as i64;
        index += 1;
    }
    Some(number)
}

#[expect(clippy::cast_possible_truncation, reason = "the comparison checks it; `try_from` is not `const`")]
const fn to_i64(count: i128) -> Option<i64> {
    let short = count as i64;
    if short as i128 == count { Some(short) } else { None }
}

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the days since 1970-01-01. The year begins in March, so that the leap day is its last day.
const fn to_days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_OF_ERA + day_of_era - EPOCH
}

/// Returns year, month and day: the inverse of [`to_days`].
const fn from_days(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(EPOCH);
    let era = days.div_euclid(DAYS_OF_ERA);
    let day_of_era = days.rem_euclid(DAYS_OF_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / (DAYS_OF_ERA - 1)) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

/// The days of 400 years.
const DAYS_OF_ERA: i64 = 146_097;

/// The days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;
