use std::fmt;

/// A dotted name as it was written: of a type (`org.openedx.learning.CourseData`) or of an event
/// (`org.openedx.learning.course.enrollment.created.v1`).
///
/// A `Name` keeps what was written; whether it is a legal Avro name is a question ([`Name::is_legal_avro`]), not a
/// condition, because real registries hold illegal ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

impl Name {
    /// A name from its full, dotted form.
    pub fn new(full: impl Into<Box<str>>) -> Self {
        Self(full.into())
    }

    /// The name `simple` in `namespace`; an empty namespace is none.
    pub fn in_namespace(namespace: &str, simple: &str) -> Self {
        if namespace.is_empty() { Self::new(simple) } else { Self::new(format!("{namespace}.{simple}")) }
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All before the last dot; empty where there is none.
    pub fn namespace(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(namespace, _)| namespace)
    }

    /// The part after the last dot.
    pub fn simple(&self) -> &str {
        self.0.rsplit_once('.').map_or(&self.0, |(_, simple)| simple)
    }

    /// Whether `alias`, of a definition with this name, is the full name `other`.
    ///
    /// As Apache Avro's checker has it: an alias that names the empty namespace from within another (`.Old`) is nobody's
    /// name, as it keeps its dot.
    pub fn is_alias(&self, alias: &str, other: &Self) -> bool {
        match alias.rsplit_once('.') {
            Some(("", simple)) => self.namespace().is_empty() && other.as_str() == simple,
            Some(_) => other.as_str() == alias,
            None => other.simple() == alias && other.namespace() == self.namespace(),
        }
    }

    /// Whether every part matches `[A-Za-z_][A-Za-z0-9_]*` (Avro 1.12, "Names").
    pub fn is_legal_avro(&self) -> bool {
        self.0.split('.').all(is_legal_avro_part)
    }
}

/// Whether `part` is a legal simple name: of a field, an enum symbol, or one part of a dotted name.
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
