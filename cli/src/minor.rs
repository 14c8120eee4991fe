//! The minor version of an event, written into a registry file.

use toml_edit::{Decor, DocumentMut, Item, Key, Table, Value};

/// The text of a registry file with the minor version of the event that it declares as `local`; layout and comments stay.
/// None where it declares no such event.
pub(crate) fn set(text: &str, local: &str, minor: u32) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let mut value = Value::from(i64::from(minor));
    match document.get_mut("events")?.get_mut(local)? {
        Item::Table(event) => match event.get_mut("minor") {
            Some(Item::Value(old)) => replace(old, value),
            Some(_) => return None,
            None => insert(event, value),
        },
        Item::Value(Value::InlineTable(event)) => {
            if let Some(old) = event.get_mut("minor") {
                replace(old, value);
            } else {
                if let Some((_, last)) = event.iter_mut().last() {
                    last.decor_mut().set_suffix("");
                }
                *value.decor_mut() = Decor::new(" ", " ");
                event.insert("minor", value);
            }
        }
        Item::None | Item::Value(_) | Item::ArrayOfTables(_) => return None,
    }
    Some(document.to_string())
}

fn replace(old: &mut Value, mut new: Value) {
    *new.decor_mut() = old.decor().clone();
    *old = new;
}

/// Adds it after the name and the documentation, its sign of equality below theirs.
fn insert(event: &mut Table, value: Value) {
    let mut order: Vec<String> = event.iter().map(|(key, _)| key.to_owned()).collect();
    let after = order.iter().rposition(|key| key == "name" || key == "doc").map_or(0, |at| at + 1);
    order.insert(after, "minor".to_owned());
    let mut key = Key::new("minor");
    let blanks = common_width(event).map_or(1, |width| width.saturating_sub("minor".len()).max(1));
    key.leaf_decor_mut().set_suffix(" ".repeat(blanks));
    event.insert_formatted(&key, Item::Value(value));
    let rank = |key: &Key| order.iter().position(|known| known == key.get());
    event.sort_values_by(|a, _, b, _| rank(a).cmp(&rank(b)));
}

/// How far from the start of the line the signs of equality stand, where they stand below each other.
fn common_width(event: &Table) -> Option<usize> {
    let values = event.iter().filter(|(_, item)| item.is_value());
    let mut widths = values.filter_map(|(key, _)| {
        let blanks = event.key(key)?.leaf_decor().suffix()?.as_str()?.len();
        Some(key.len() + blanks)
    });
    let first = widths.next()?;
    widths.all(|width| width == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::set;

    #[test]
    fn layout_and_comments_stay() {
        let cases = [
            (
                "[events.\"placed.v1\"] # first\nname   = \"PLACED\"\ndoc    = \"It was placed.\"\n# the order\nkey    = \"id\"\n\n[types.A]\n",
                "[events.\"placed.v1\"] # first\nname   = \"PLACED\"\ndoc    = \"It was placed.\"\nminor  = 3\n# the order\nkey    = \"id\"\n\n[types.A]\n",
            ),
            (
                "[events.\"placed.v1\"]\nminor = 0x2 # hm\n[events.\"placed.v1\".data]\nid = \"int\"\n",
                "[events.\"placed.v1\"]\nminor = 3 # hm\n[events.\"placed.v1\".data]\nid = \"int\"\n",
            ),
            (
                "[events.\"placed.v1\"]\ndata = { id = \"int\" }\nkey = \"id\"\n",
                "[events.\"placed.v1\"]\nminor = 3\ndata = { id = \"int\" }\nkey = \"id\"\n",
            ),
            (
                "[events]\n\"placed.v1\" = { data = { id = \"int\" } }\n",
                "[events]\n\"placed.v1\" = { data = { id = \"int\" }, minor = 3 }\n",
            ),
            (
                "[events]\n\"placed.v1\" = { minor = 2, data = { id = \"int\" } }\n",
                "[events]\n\"placed.v1\" = { minor = 3, data = { id = \"int\" } }\n",
            ),
        ];
        for (before, after) in cases {
            let set = set(before, "placed.v1", 3);
            let read: toml_edit::DocumentMut = set.as_deref().unwrap().parse().unwrap();
            assert_eq!(read["events"]["placed.v1"]["minor"].as_integer(), Some(3));
            assert_eq!(set.as_deref(), Some(after));
        }
        assert_eq!(set("[events]\n", "placed.v1", 3), None);
    }
}
