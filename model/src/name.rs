use std::fmt;

/// A dotted name of a type (`org.openedx.learning.CourseData`) or of an event
/// (`org.openedx.learning.course.enrollment.created.v1`).
///
/// A `Name` does not have to be a legal Avro name ([`Name::is_legal_avro`]), because some registries contain
/// illegal names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

impl Name {
    /// Creates a name from its full, dotted form.
    pub fn new(full: impl Into<Box<str>>) -> Self {
        Self(full.into())
    }

    /// Creates the name `simple` in `namespace`. The namespace can be empty.
    pub fn in_namespace(namespace: &str, simple: &str) -> Self {
        if namespace.is_empty() { Self::new(simple) } else { Self::new(format!("{namespace}.{simple}")) }
    }

    /// Returns the full name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part before the last dot. It is empty if there is no dot.
    pub fn namespace(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(namespace, _)| namespace)
    }

    /// Returns the part after the last dot.
    pub fn simple(&self) -> &str {
        self.0.rsplit_once('.').map_or(&self.0, |(_, simple)| simple)
    }

    /// Returns the full name that `alias`, of a definition with this name, means.
    ///
    /// As in the compatibility check of Apache Avro, an alias in the empty namespace (`.Old`) of a type in
    /// another namespace keeps its dot, so it means no name: returns `None`.
    pub fn of_alias(&self, alias: &str) -> Option<Self> {
        match alias.rsplit_once('.') {
            Some(("", simple)) => self.namespace().is_empty().then(|| Self::new(simple)),
            Some(_) => Some(Self::new(alias)),
            None => Some(Self::in_namespace(self.namespace(), alias)),
        }
    }

    /// Returns true if [`of_alias`](Self::of_alias) returns `other`. Does not allocate.
    pub fn is_alias(&self, alias: &str, other: &Self) -> bool {
        match alias.rsplit_once('.') {
            Some(("", simple)) => self.namespace().is_empty() && other.as_str() == simple,
            Some(_) => other.as_str() == alias,
            None => other.simple() == alias && other.namespace() == self.namespace(),
        }
    }

    /// Returns the alias, of a definition with this name, that means `other`: its simple name if the
    /// namespaces are equal, otherwise its full name. Returns `None` if no alias means it.
    pub fn alias_for<'n>(&self, other: &'n Self) -> Option<&'n str> {
        let is_near = other.namespace() == self.namespace();
        let alias = if is_near { other.simple() } else { other.as_str() };
        self.is_alias(alias, other).then_some(alias)
    }

    /// Returns true if every part matches `[A-Za-z_][A-Za-z0-9_]*` (Avro 1.12, "Names").
    pub fn is_legal_avro(&self) -> bool {
        self.0.split('.').all(is_legal_avro_part)
    }
}

/// Returns true if `part` is a legal name of a field or symbol, or a legal part of a dotted name.
pub fn is_legal_avro_part(part: &str) -> bool {
    let mut bytes = part.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<&str> for Name {
    fn from(full: &str) -> Self {
        Self::new(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_means_one_name() {
        for name in ["Order", "shop.Order", "a.b.Order"].map(Name::new) {
            for alias in ["Old", "shop.Old", "a.b.Old", ".Old"] {
                let meant = name.of_alias(alias);
                for other in ["Old", "shop.Old", "a.b.Old", "b.Old"].map(Name::new) {
                    assert_eq!(
                        name.is_alias(alias, &other),
                        meant.as_ref() == Some(&other),
                        "{alias} of {name}"
                    );
                }
            }
        }
        let (far, near, bare) = (Name::new("a.b.Old"), Name::new("shop.Old"), Name::new("Old"));
        assert_eq!(Name::new("shop.Order").alias_for(&far), Some("a.b.Old"));
        assert_eq!(Name::new("shop.Order").alias_for(&near), Some("Old"));
        assert_eq!(Name::new("shop.Order").alias_for(&bare), None);
        assert_eq!(Name::new("Order").alias_for(&bare), Some("Old"));
        assert_eq!(Name::new("shop.Order").of_alias("Old"), Some(Name::new("shop.Old")));
        assert_eq!(Name::new("Order").of_alias(".Old"), Some(Name::new("Old")));
        assert_eq!(Name::new("shop.Order").of_alias(".Old"), None);
    }
}
