/// Lists of up to this many names are searched one by one.
const FEW: usize = 16;

/// Finds the position of a name in a list of names.
///
/// The list is not stored: each call gets its length and a function from position to name.
#[derive(Debug)]
pub(super) struct Index {
    /// The positions in the order of their names. Empty for a short list.
    sorted: Vec<usize>,
}

impl Index {
    pub(super) fn new<'a>(length: usize, name: impl Fn(usize) -> &'a str) -> Self {
        let mut sorted = Vec::new();
        if length > FEW {
            sorted.extend(0..length);
            sorted.sort_by_key(|&position| name(position));
        }
        Self { sorted }
    }

    /// Returns the position of `name_to_find`. The position `expected` is tried first.
    pub(super) fn find<'a>(
        &self,
        length: usize,
        name: impl Fn(usize) -> &'a str,
        name_to_find: &str,
        expected: usize,
    ) -> Option<usize> {
        if expected < length && name(expected) == name_to_find {
            return Some(expected);
        }
        if length <= FEW {
            return (0..length).find(|&position| name(position) == name_to_find);
        }
        let found = self.sorted.binary_search_by_key(&name_to_find, |&position| name(position)).ok()?;
        Some(self.sorted[found])
    }
}
