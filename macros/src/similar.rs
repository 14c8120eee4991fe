/// The one of `candidates` that somebody who wrote `word` may have meant. (Written here, as every crate that the macros depend on delays all
/// that derive.)
pub(crate) fn similar<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let close = candidates.into_iter().map(|candidate| (distance(word, candidate), candidate));
    close.filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3).min().map(|(_, name)| name)
}

/// `; did you mean …?`, where something is similar, else nothing.
pub(crate) fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    similar(word, candidates).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// The Levenshtein distance, without regard to case.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, a) in a.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, &b) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = substituted.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}
