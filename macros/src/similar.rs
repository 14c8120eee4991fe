/// `; did you mean …?` with the candidate that `word` was probably meant to be, or nothing.
pub(crate) fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let similar = signalbook_model::similar(word, candidates);
    similar.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
