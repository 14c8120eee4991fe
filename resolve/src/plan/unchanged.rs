use super::draft::{Draft, Source};

/// Returns for each draft whether it keeps the bytes of every value. A draft of a type that contains itself
/// keeps them, unless another part of it changes them.
pub(super) fn unchanged(drafts: &[Draft]) -> Vec<bool> {
    let mut used_by = vec![Vec::new(); drafts.len()];
    let mut changed = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        match parts(draft) {
            Some(parts) => parts.into_iter().for_each(|part| used_by[part].push(index)),
            None => changed.push(index),
        }
    }
    let mut unchanged = vec![true; drafts.len()];
    while let Some(draft) = changed.pop() {
        if std::mem::replace(&mut unchanged[draft], false) {
            changed.append(&mut used_by[draft]);
        }
    }
    unchanged
}

/// Returns the drafts of the parts of a value. Returns `None` if the value changes even if its parts do not.
fn parts(draft: &Draft) -> Option<Vec<usize>> {
    match draft {
        Draft::Same => Some(Vec::new()),
        Draft::Change(_) | Draft::Symbols(_) | Draft::Never(_) | Draft::Tagged(..) => None,
        Draft::Array(part) | Draft::Map(part) => Some(vec![*part]),
        Draft::Union(branches, reader_branches) => {
            let parts =
                branches.iter().zip(0..).map(|((tag, part), index)| (*tag == Some(index)).then_some(*part));
            parts.collect::<Option<Vec<_>>>().filter(|_| branches.len() == *reader_branches)
        }
        Draft::Record(sources, writer_fields) => {
            let parts = sources.iter().enumerate().map(|(index, source)| match source {
                Source::Field { index: written, pair } if *written == index => Some(*pair),
                Source::Field { .. } | Source::Default { .. } => None,
            });
            parts.collect::<Option<Vec<_>>>().filter(|_| sources.len() == *writer_fields)
        }
    }
}
