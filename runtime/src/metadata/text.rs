use std::{
    borrow::Borrow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    io::Write as _,
    ops::Deref,
    sync::Arc,
};

/// A text of [`Metadata`](crate::Metadata) that is cheap to clone. A short one, such as a UUID, needs no
/// allocation.
///
/// ```
/// use signalbook_runtime::Text;
///
/// let source = Text::from("shop/web");
/// assert_eq!(source, "shop/web");
/// assert!(source.starts_with("shop/"));
/// ```
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "String", into = "String"))]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Static(&'static str),
    Inline { length: u8, bytes: [u8; Text::INLINE] },
    Shared(Arc<str>),
}

impl Text {
    /// The number of bytes of a text without an allocation. With two more for the variant and the length it
    /// is a multiple of the alignment.
    const INLINE: usize = 38;

    /// Creates a text from one in the program. Does not allocate.
    pub const fn from_static(text: &'static str) -> Self {
        Self(Repr::Static(text))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Static(text) => text,
            // It was made from a `str`.
            Repr::Inline { .. } => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Repr::Shared(text) => text,
        }
    }

    /// Returns the bytes of the text. This is faster than [`as_str`](Self::as_str).
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Static(text) => text.as_bytes(),
            Repr::Inline { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Repr::Shared(text) => text.as_bytes(),
        }
    }

    /// Creates the text that `value` displays.
    pub(crate) fn of(value: impl fmt::Display) -> Self {
        let mut bytes = [0; Self::INLINE];
        let mut rest = &mut bytes[..];
        let written = write!(rest, "{value}").ok().map(|()| Self::INLINE - rest.len());
        match written.and_then(|length| u8::try_from(length).ok()) {
            Some(length) => Self(Repr::Inline { length, bytes }),
            None => value.to_string().into(),
        }
    }

    fn inline(text: &str) -> Option<Self> {
        let mut bytes = [0; Self::INLINE];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self(Repr::Inline { length: u8::try_from(text.len()).ok()?, bytes }))
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from_static("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::inline(text).unwrap_or_else(|| Self(Repr::Shared(text.into())))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(Repr::Shared(text))
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.as_str().to_owned()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_is_the_same_in_every_representation(text in ".{0,60}") {
            let shared = Arc::<str>::from(&*text).into();
            let texts = [Text::from(text.as_str()), Text::from(text.clone()), shared, Text::of(&text)];
            for each in &texts {
                prop_assert_eq!(each, text.as_str());
                prop_assert_eq!(each.to_string(), text.as_str());
            }
            prop_assert_eq!(texts.into_iter().collect::<HashSet<_>>().len(), 1);
        }
    }

    #[test]
    fn a_text_is_inline_up_to_the_limit() {
        let is_inline = |length| matches!(Text::from("x".repeat(length)).0, Repr::Inline { .. });
        assert!(is_inline(Text::INLINE) && !is_inline(Text::INLINE + 1));
        assert_eq!(size_of::<Text>(), Text::INLINE + 2);
    }
}
