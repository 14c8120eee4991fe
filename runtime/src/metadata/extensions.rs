use std::{collections::BTreeMap, error::Error, fmt};

/// The extension attributes of an event ([`CloudEvents` 1.0, "Extension Context Attributes"][spec]): names
/// and texts in addition to the attributes of [`Metadata`](crate::Metadata).
///
/// A name consists of lower-case ASCII letters and digits.
///
/// ```
/// use signalbook_runtime::Extensions;
///
/// let mut extensions = Extensions::default();
/// extensions.insert("tenant", "acme")?;
/// assert_eq!(extensions.get("tenant"), Some("acme"));
/// assert!(extensions.insert("Tenant-Id", "acme").is_err());
/// # Ok::<(), signalbook_runtime::ExtensionError>(())
/// ```
///
/// [spec]: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#extension-context-attributes
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "BTreeMap<String, String>"))]
pub struct Extensions(BTreeMap<String, String>);

/// The name of an extension attribute is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionError {
    name: String,
}

impl Extensions {
    /// Sets an attribute. Returns the earlier value of this name.
    ///
    /// # Errors
    /// The name is empty, has other characters than lower-case ASCII letters and digits, or is the name of an
    /// attribute that is not an extension, such as `id`.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Option<String>, ExtensionError> {
        let name = name.into();
        if !is_name(&name) {
            return Err(ExtensionError { name });
        }
        Ok(self.0.insert(name, value.into()))
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The names and values, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there are no extension attributes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether an extension attribute may have this name.
pub(crate) fn is_name(name: &str) -> bool {
    /// Attributes that are not extensions.
    const OTHERS: [&str; 7] =
        ["specversion", "datacontenttype", "type", "id", "source", "time", "minorversion"];
    let is_valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !name.is_empty() && name.bytes().all(is_valid) && !OTHERS.contains(&name)
}

impl TryFrom<BTreeMap<String, String>> for Extensions {
    type Error = ExtensionError;

    fn try_from(attributes: BTreeMap<String, String>) -> Result<Self, ExtensionError> {
        match attributes.keys().find(|name| !is_name(name)) {
            Some(name) => Err(ExtensionError { name: name.clone() }),
            None => Ok(Self(attributes)),
        }
    }
}

impl fmt::Display for ExtensionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` cannot be the name of an extension attribute: a name has lower-case ASCII letters and \
             digits only, and is not that of another attribute",
            self.name.escape_debug()
        )
    }
}

impl Error for ExtensionError {}
