/// The name in `names` that `written` was probably meant to be.
///
/// At most a third of its letters differ. Letter case and the choice of separator (`-`, `.`, `_`) do not count.
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

/// Longer texts are not compared: the time grows with the product of the lengths, and the text may be input.
const LONGEST: usize = 100;

fn fold(name: &str) -> Vec<char> {
    let letters = name.chars().flat_map(char::to_lowercase);
    letters.map(|letter| if matches!(letter, '-' | '.') { '_' } else { letter }).collect()
}

/// How many letters are inserted, removed, replaced or swapped with their neighbour.
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
