use std::{fmt, io::Write as _, iter, mem};

use signalbook_model::Json;

use crate::schemas::hex;

/// The headers of a message: pairs of a name and a value, in order. A name may occur several times.
///
/// They are kept in one buffer, so that a message has one allocation for all of them. For each header, the
/// buffer holds the length of the name, the name, the length of the value and the value; a length has four
/// bytes, little-endian. A backend may store these bytes as they are: [`as_bytes`](Self::as_bytes) and
/// [`from_bytes`](Self::from_bytes).
///
/// ```
/// use signalbook_runtime::backend::Headers;
///
/// let mut headers = Headers::new();
/// headers.push("tenant", b"acme");
/// headers.push("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
/// assert_eq!(headers.get("tenant"), Some(&b"acme"[..]));
/// assert_eq!(headers.iter().count(), 2);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    bytes: Vec<u8>,
}

impl Headers {
    /// No headers. Does not allocate.
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// No headers, with room for `bytes` bytes; each header needs its name, its value and eight bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes) }
    }

    /// Adds a header at the end.
    ///
    /// # Panics
    /// If the name or the value has 4 GiB or more.
    pub fn push(&mut self, name: &str, value: impl AsRef<[u8]>) {
        push_part(&mut self.bytes, name.as_bytes());
        push_part(&mut self.bytes, value.as_ref());
    }

    /// Adds the headers of `other` at the end.
    pub(crate) fn append(&mut self, other: &Self) {
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// Like [`push`](Self::push), with a value that is written without a text of its own.
    ///
    /// # Panics
    /// If the name or the value has 4 GiB or more.
    pub(crate) fn push_display(&mut self, name: &str, value: impl fmt::Display) {
        push_part(&mut self.bytes, name.as_bytes());
        let start = self.bytes.len();
        push_part(&mut self.bytes, b"");
        // Writing to a vector cannot fail, unless `value` does: then it is cut off.
        let _ = write!(self.bytes, "{value}");
        let written = self.bytes.len() - start - LENGTH;
        self.bytes[start..start + LENGTH].copy_from_slice(&length(written));
    }

    /// The value of the first header with this name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter_bytes().find(|(header, _)| *header == name.as_bytes()).map(|(_, value)| value)
    }

    /// The names, which are UTF-8, and values. It is faster than [`iter`](Self::iter).
    pub(crate) fn iter_bytes(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut rest = &self.bytes[..];
        iter::from_fn(move || take_header(&mut rest))
    }

    /// The names and values, in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter { rest: &self.bytes }
    }

    /// Removes the headers for which `keep` returns `false`.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &[u8]) -> bool) {
        if !self.iter().all(|(name, value)| keep(name, value)) {
            *self = self.iter().filter(|(name, value)| keep(name, value)).collect();
        }
    }

    /// Whether there are no headers.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The headers as a JSON object: the values as texts, or as `{"hex": "00ff"}` if they are not UTF-8. The
    /// values of a repeated header are an array.
    pub fn to_json(&self) -> Json {
        let mut members: Vec<(String, Json)> = Vec::new();
        for (name, value) in self {
            let value = match std::str::from_utf8(value) {
                Ok(text) => Json::string(text),
                Err(_) => Json::object([("hex", Json::String(hex(value)))]),
            };
            match members.iter_mut().find(|(known, _)| known == name) {
                None => members.push((name.to_owned(), value)),
                Some((_, Json::Array(values))) => values.push(value),
                Some((_, first)) => *first = Json::Array(vec![mem::replace(first, Json::Null), value]),
            }
        }
        Json::Object(members)
    }

    /// The headers as one buffer.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The headers in a buffer that [`as_bytes`](Self::as_bytes) returned. Returns `None` if it is damaged.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let name = take_part(&mut rest)?;
            std::str::from_utf8(name).ok()?;
            take_part(&mut rest)?;
        }
        Some(Self { bytes })
    }
}

/// The iterator of [`Headers::iter`].
#[derive(Clone)]
pub struct Iter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = take_header(&mut self.rest)?;
        Some((std::str::from_utf8(name).ok()?, value))
    }
}

/// The number of bytes of a length.
const LENGTH: usize = 4;

/// Adds a part: its length, four bytes, little-endian, and its bytes.
pub(crate) fn push_part(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&length(part.len()));
    bytes.extend_from_slice(part);
}

fn length(length: usize) -> [u8; LENGTH] {
    u32::try_from(length).expect("a part has less than 4 GiB").to_le_bytes()
}

/// Takes a header from the beginning of the bytes: its name and its value.
fn take_header<'a>(bytes: &mut &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    Some((take_part(bytes)?, take_part(bytes)?))
}

/// Takes the first part. Returns `None` if the bytes are damaged.
pub(crate) fn take_part<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (part, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    *bytes = rest;
    Some(part)
}

impl<'a> IntoIterator for &'a Headers {
    type Item = (&'a str, &'a [u8]);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> Extend<(N, V)> for Headers {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, headers: I) {
        for (name, value) in headers {
            self.push(name.as_ref(), value);
        }
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        let mut collected = Self::new();
        collected.extend(headers);
        collected
    }
}

/// Values that are not UTF-8 are printed lossily.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|(name, value)| (name, String::from_utf8_lossy(value))))
            .finish()
    }
}

impl fmt::Debug for Iter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn headers_are_read_back(pairs: Vec<(String, Vec<u8>)>) {
            let headers: Headers = pairs.iter().map(|(name, value)| (name, value)).collect();
            let read: Vec<_> =
                headers.iter().map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
            prop_assert_eq!(&read, &pairs);
            prop_assert_eq!(Headers::from_bytes(headers.as_bytes().to_vec()), Some(headers));
        }

        #[test]
        fn any_bytes_are_headers_or_damaged(bytes: Vec<u8>) {
            if let Some(headers) = Headers::from_bytes(bytes.clone()) {
                let copy: Headers = headers.iter().collect();
                prop_assert_eq!(copy.as_bytes(), &bytes[..]);
            }
        }
    }

    #[test]
    fn damaged_buffers_are_refused() {
        let headers: Headers = [("name", "value")].into_iter().collect();
        for end in 1..headers.as_bytes().len() {
            assert_eq!(Headers::from_bytes(headers.as_bytes()[..end].to_vec()), None, "cut at {end}");
        }
        assert_eq!(Headers::from_bytes(vec![255, 255, 255, 255, 1]), None);
        assert_eq!(Headers::from_bytes(vec![1, 0, 0, 0, 0xff, 0, 0, 0, 0]), None, "a name that is not UTF-8");
    }

    #[test]
    fn retain_keeps_the_order() {
        let mut headers: Headers = [("a", "1"), ("b", "2"), ("a", "3")].into_iter().collect();
        headers.retain(|name, _| name == "a");
        assert_eq!(headers, [("a", "1"), ("a", "3")].into_iter().collect());
        assert_eq!(headers.get("a"), Some(&b"1"[..]));
        assert_eq!(headers.get("b"), None);
    }
}
