use std::fmt;

/// Stands for the value of a field with a class of personal data when it is printed.
pub struct Redacted(pub &'static str);

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<redacted: {}>", self.0)
    }
}
