/// Returns the name in `names` that is most similar to `written`, for suggestions in messages.
///
/// At most a third of its letters can differ. Letter case and separators (`-`, `.`, `_`) are ignored.
///
/// ```
/// assert_eq!(signalbook_model::similar("tpye", ["name", "type"]), Some("type"));
/// assert_eq!(signalbook_model::similar("colour", ["name", "type"]), None);
/// ```
pub fn similar<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(written);
    if folded.len() > LONGEST {
        return None;
    }
    let limit = folded.len().max(3) / 3;
    names
        .into_iter()
        .filter(|name| *name != written && name.len() <= 4 * (folded.len() + limit))
        .map(|name| (distance(&folded, &fold(name)), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// Longer texts are not compared, because the time is proportional to the product of the lengths.
const LONGEST: usize = 100;

fn fold(name: &str) -> Vec<char> {
    let letters = name.chars().flat_map(char::to_lowercase);
    letters.map(|letter| if matches!(letter, '-' | '.') { '_' } else { letter }).collect()
}

/// Returns the edit distance: the number of letters that are inserted, removed, replaced or swapped with
/// their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut second_above: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = above[j] + usize::from(a[i] != b[j]);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(second_above[j - 1] + 1);
            }
            row.push(least);
        }
        second_above = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}
