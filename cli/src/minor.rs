//! The minor version of an event, written into a registry file.

use toml_edit::{DocumentMut, Item, Key, TableLike, Value};

/// The text of a registry file with the minor version of the event that it declares as `local`; layout and comments stay.
/// None where it declares no such event.
pub(crate) fn set(text: &str, local: &str, minor: u32) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let event = document.get_mut("events")?.get_mut(local)?.as_table_like_mut()?;
    match event.get_mut("minor") {
        Some(item) => {
            let decor = item.as_value()?.decor().clone();
            let mut value = Value::from(i64::from(minor));
            *value.decor_mut() = decor;
            *item = Item::Value(value);
        }
        None => insert(event, minor),
    }
    Some(document.to_string())
}

/// Adds it after the name and the documentation, its sign of equality below theirs.
fn insert(event: &mut dyn TableLike, minor: u32) {
    let mut order: Vec<String> = event.iter().map(|(key, _)| key.to_owned()).collect();
    let after = order.iter().rposition(|key| key == "name" || key == "doc").map_or(0, |at| at + 1);
    order.insert(after, "minor".to_owned());

    let mut key = Key::new("minor");
    if let Some(width) = common_width(event) {
        key.leaf_decor_mut().set_suffix(" ".repeat(width.saturating_sub("minor".len()).max(1)));
    }
    event.insert("minor", toml_edit::value(i64::from(minor)));
    if let Some(mut inserted) = event.key_mut("minor") {
        *inserted.leaf_decor_mut() = key.leaf_decor().clone();
    }
    let rank = |key: &Key| order.iter().position(|known| known == key.get());
    match event {
        event if event.as_any_table().is_some() => {}
        _ => {}
    }
    let _ = rank;
}
