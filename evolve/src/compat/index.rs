/// Up to so many names a look at each is faster than a search.
const FEW: usize = 16;

/// Finds a name's place in a list of names.
///
/// The list is not kept: it is passed to each call as its length and a function from place to name.
#[derive(Debug)]
pub(crate) struct Index {
    /// The places in the order of their names; empty for a short list.
    sorted: Vec<usize>,
}

impl Index {
    pub(crate) fn new<'a>(length: usize, name: impl Fn(usize) -> &'a str) -> Self {
        let mut sorted = Vec::new();
        if length > FEW {
            sorted.extend(0..length);
            sorted.sort_by_key(|&place| name(place));
        }
        Self { sorted }
    }

    /// The place of `wanted`, which is looked for at `expected` first.
    pub(crate) fn find<'a>(
        &self,
        length: usize,
        name: impl Fn(usize) -> &'a str,
        wanted: &str,
        expected: usize,
    ) -> Option<usize> {
        if expected < length && name(expected) == wanted {
            return Some(expected);
        }
        if length <= FEW {
            return (0..length).find(|&place| name(place) == wanted);
        }
        let found = self.sorted.binary_search_by_key(&wanted, |&place| name(place)).ok()?;
        Some(self.sorted[found])
    }
}
