//! "Did you mean?"

/// The name that `written` was probably meant to be: at most a third of its letters away.
pub(crate) fn similar<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = written.chars().count().max(3) / 3;
    names
        .filter(|name| *name != written && name.len().abs_diff(written.len()) <= limit * 4)
        .map(|name| (distance(written, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// Changes of single letters; case and the choice of separator count for nothing.
fn distance(a: &str, b: &str) -> usize {
    let fold = |text: &str| text.to_lowercase().replace(['-', '.'], "_");
    strsim::damerau_levenshtein(&fold(a), &fold(b))
}
