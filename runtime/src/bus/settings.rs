use std::{collections::BTreeMap, fmt, time::Duration};

use crate::backend::{BackendError, ErrorKind};

/// The settings of a bus, in addition to its URL: retention, limits, credentials.
///
/// The parameters of the URL, `sqlite:shop.db?max_age=30d`, are settings too, and these take precedence. Each
/// backend documents its settings, and refuses unknown ones. A URL is often logged, so secrets belong here.
///
/// ```
/// use signalbook_runtime::Settings;
///
/// let settings = Settings::new().set("max_age", "30d").secret("password", "s3cret");
/// assert_eq!(format!("{settings:?}"), r#"{"max_age": "30d", "password": ***}"#);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<Box<str>, Value>);

/// A text that `Debug` and `Display` print as `***`.
///
/// ```
/// use signalbook_runtime::Secret;
///
/// let password = Secret::new("s3cret");
/// assert_eq!(format!("{password} {password:?}"), "*** ***");
/// assert_eq!(password.expose(), "s3cret");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

#[derive(Clone, PartialEq, Eq)]
enum Value {
    Plain(Box<str>),
    Secret(Secret),
}

impl Settings {
    /// No settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value. It takes precedence over an earlier one with this name.
    #[must_use]
    pub fn set(mut self, name: impl Into<Box<str>>, value: impl Into<Box<str>>) -> Self {
        self.0.insert(name.into(), Value::Plain(value.into()));
        self
    }

    /// Sets a value that is never printed.
    #[must_use]
    pub fn secret(mut self, name: impl Into<Box<str>>, value: impl Into<Secret>) -> Self {
        self.0.insert(name.into(), Value::Secret(value.into()));
        self
    }

    /// Splits a URL into the URL without its parameters and these settings, which the parameters override.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] if a parameter is not of the form `name=value`.
    pub fn of_url(self, url: &str) -> Result<(&str, Self), BackendError> {
        let Some((url, parameters)) = url.split_once('?') else { return Ok((url, self)) };
        let mut settings = self;
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let Some((name, value)) = parameter.split_once('=') else {
                return Err(refused(format!("the parameter `{parameter}` of the URL has no value")));
            };
            settings = settings.set(name, value);
        }
        Ok((url, settings))
    }

    /// Whether a setting has this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        matches!(self.0.get(name), Some(Value::Plain(text)) if **text == *value)
    }

    /// Removes a text. Returns `None` if it is not set.
    pub fn take(&mut self, name: &str) -> Option<String> {
        Some(match self.0.remove(name)? {
            Value::Plain(text) | Value::Secret(Secret(text)) => text.into(),
        })
    }

    /// Removes a number. Returns `None` if it is not set.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] if the value is not a number.
    pub fn take_number(&mut self, name: &str) -> Result<Option<u64>, BackendError> {
        let Some(text) = self.take(name) else { return Ok(None) };
        let number = text.parse().map_err(|_| refused(format!("the setting `{name}` is not a number")))?;
        Ok(Some(number))
    }

    /// Removes a duration: a number with one of the units `ms`, `s`, `m`, `h` and `d`. Returns `None` if it
    /// is not set.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] if the value is not such a duration.
    pub fn take_duration(&mut self, name: &str) -> Result<Option<Duration>, BackendError> {
        let Some(text) = self.take(name) else { return Ok(None) };
        let duration = duration(&text);
        let problem =
            || refused(format!("the setting `{name}` is not a duration such as `500ms`, `12h` or `7d`"));
        duration.ok_or_else(problem).map(Some)
    }

    /// Returns an error if there are settings that were not taken. `known` are the names of all settings.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`], with the names.
    pub fn finish(self, known: &[&str]) -> Result<(), BackendError> {
        let Some(name) = self.0.keys().next() else { return Ok(()) };
        let known = match known {
            [] => "it has no settings".to_owned(),
            known => format!("it has `{}`", known.join("`, `")),
        };
        Err(refused(format!("the bus has no setting `{}`: {known}", name.escape_debug())))
    }
}

fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        "d" => 24 * 60 * 60 * 1000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(milliseconds).map(Duration::from_millis)
}

fn refused(message: String) -> BackendError {
    BackendError::new(ErrorKind::Refused, message)
}

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Box<str>>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => text.fmt(f),
            Self::Secret(secret) => secret.fmt(f),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        for (text, expected) in
            [("500ms", 500), ("2s", 2000), ("3m", 180_000), ("1h", 3_600_000), ("1d", 86_400_000)]
        {
            assert_eq!(duration(text), Some(Duration::from_millis(expected)), "{text}");
        }
        for text in
            ["", "7", "d", "-1d", "1 d", "1w", "1.5h", "99999999999999999999d", "18446744073709551615d"]
        {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn the_parameters_of_a_url_override_settings() {
        let settings = Settings::new().set("max_age", "1d").set("limit", "7");
        let (url, mut settings) =
            settings.of_url("sqlite:shop.db?max_age=2h&keep=").expect("valid parameters");
        assert_eq!(url, "sqlite:shop.db");
        assert_eq!(settings.take_duration("max_age").expect("valid"), Some(Duration::from_secs(7200)));
        assert_eq!(settings.take_number("limit").expect("valid"), Some(7));
        assert_eq!(settings.take("keep").as_deref(), Some(""));
        assert_eq!((settings.take("max_age"), settings), (None, Settings::new()));
    }

    #[test]
    fn wrong_settings_are_named_without_their_values() {
        let error = |result: Result<(), BackendError>| result.expect_err("a wrong setting").to_string();
        let mut settings =
            Settings::new().set("age", "s3cret").set("count", "s3cret").secret("password", "s3cret");
        assert_eq!(
            error(settings.take_duration("age").map(drop)),
            "the setting `age` is not a duration such as `500ms`, `12h` or `7d`"
        );
        assert_eq!(error(settings.take_number("count").map(drop)), "the setting `count` is not a number");
        assert_eq!(
            error(settings.clone().finish(&["age", "count"])),
            "the bus has no setting `password`: it has `age`, `count`"
        );
        assert_eq!(error(settings.finish(&[])), "the bus has no setting `password`: it has no settings");
        let error = Settings::new().of_url("sqlite:shop.db?max_age").map(drop).expect_err("no value");
        assert_eq!(error.to_string(), "the parameter `max_age` of the URL has no value");
    }
}
