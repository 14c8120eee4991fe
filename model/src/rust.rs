//! Makes Rust names from the names of a registry. Generated code, the derives and findings about the API use
//! this rule. [`RustTypes`] describes generated code for the gate.
//!
//! ```
//! use signalbook_model::rust::{Item, name, names};
//!
//! assert_eq!(name(Item::Field, "userId"), "user_id");
//! assert_eq!(name(Item::Field, "type"), "r#type");
//! assert_eq!(name(Item::Variant, "IN_PROGRESS"), "InProgress");
//! assert_eq!(names(Item::Field, ["userId", "user_id"], &[]), ["user_id", "user_id_2"]);
//! ```

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use crate::Name;

/// The Rust code that is generated for the definitions of a schema, by their full names.
pub type RustTypes = BTreeMap<Name, RustItem>;

/// The struct or enum that is generated for a record or an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RustItem {
    /// Describes its module. Modules with the same description are the same.
    pub module: String,
    /// Its fields, in the order of the record.
    pub fields: Vec<RustField>,
    /// What is not known from a schema alone.
    pub api: Option<RustApi>,
}

/// What code can do with a generated type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RustApi {
    /// The traits that it derives.
    pub derives: BTreeSet<String>,
    /// The names of the fields that its constructor takes. `None` if it has no constructor.
    pub parameters: Option<Vec<String>>,
    /// Whether it is an enum with a variant for symbols that it does not know.
    pub is_open: bool,
}

impl RustItem {
    /// Creates the item of a record from its module and fields.
    pub fn new(module: impl Into<String>, fields: Vec<RustField>) -> Self {
        Self { module: module.into(), fields, api: None }
    }
}

/// A field of a struct that is generated for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RustField {
    /// Its name in the schema.
    pub name: String,
    /// Its name in Rust.
    pub rust_name: String,
    /// Describes its type, for messages. Types with the same description and the same definitions are the
    /// same in Rust.
    pub rust_type: String,
    /// The full names of the definitions in its type.
    pub definitions: BTreeSet<Name>,
}

impl RustField {
    /// Creates a field from its name in the schema, its name in Rust and the description of its type, which
    /// has no definitions.
    pub fn new(name: impl Into<String>, rust_name: impl Into<String>, rust_type: impl Into<String>) -> Self {
        let (name, rust_name, rust_type) = (name.into(), rust_name.into(), rust_type.into());
        Self { name, rust_name, rust_type, definitions: BTreeSet::new() }
    }
}

/// The Rust item that has the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A struct or enum: `CourseData`.
    Type,
    /// A variant of an enum: `InProgress`.
    Variant,
    /// A field of a struct: `course_key`.
    Field,
    /// A module: `learning`.
    Module,
    /// A constant: `COURSE_ENROLLMENT_CREATED`.
    Constant,
}

/// Returns the Rust name for `written`, without regard to other names.
///
/// The name is split into words and gets the case that Rust requires. A type or variant that is already in
/// camel case is unchanged. Keywords become raw identifiers, or get a `_` at the end if Rust has no raw form
/// of them (`self_`). A name that starts with a digit gets a `_` in front. A name without ASCII letters and
/// digits becomes `unnamed`.
pub fn name(item: Item, written: &str) -> String {
    escape(plain(item, written))
}

/// Returns the Rust names for the members of one scope, in order. The names are different, and are not in
/// `taken`.
///
/// If several members have the same Rust name, the first one keeps it. Each later one gets the lowest free
/// number (`user_id_2`, `UserId2`). So a name does not change when members are added after it.
pub fn names<'a>(item: Item, written: impl IntoIterator<Item = &'a str>, taken: &[&str]) -> Vec<String> {
    let mut used: BTreeSet<String> = taken.iter().map(|&taken| taken.to_owned()).collect();
    let names = written.into_iter().map(|written| {
        let plain = plain(item, written);
        let name = if used.contains(&plain) { number(item, &plain, &used) } else { plain };
        used.insert(name.clone());
        escape(name)
    });
    names.collect()
}

/// Returns the default wire name of an identifier: the identifier without `r#`.
pub fn unraw(identifier: &str) -> &str {
    identifier.strip_prefix("r#").unwrap_or(identifier)
}

/// Returns true if `name` is a keyword of Rust that has a raw form: `r#type`.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

/// Returns true if `name` is a keyword of Rust that cannot be an identifier, not even a raw one.
pub fn is_path_keyword(name: &str) -> bool {
    matches!(name, "self" | "Self" | "super" | "crate")
}

fn plain(item: Item, written: &str) -> String {
    let ascii: String = written.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let cased = match item {
        Item::Type | Item::Variant if is_camel(&ascii) => ascii,
        Item::Type | Item::Variant => ascii.to_upper_camel_case(),
        Item::Field | Item::Module => ascii.to_snake_case(),
        Item::Constant => ascii.to_shouty_snake_case(),
    };
    match (cased.bytes().next(), item) {
        (Some(first), _) if first.is_ascii_digit() => format!("_{cased}"),
        (Some(_), _) => cased,
        (None, Item::Type | Item::Variant) => "Unnamed".to_owned(),
        (None, Item::Field | Item::Module) => "unnamed".to_owned(),
        (None, Item::Constant) => "UNNAMED".to_owned(),
    }
}

/// Returns true if `name` is already in upper camel case. Its acronyms are kept (`APIKey`).
fn is_camel(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.contains(|c: char| c.is_ascii_lowercase())
        && !name.contains('_')
}

fn number(item: Item, plain: &str, used: &BTreeSet<String>) -> String {
    let separator = match item {
        Item::Type | Item::Variant => "",
        Item::Field | Item::Module | Item::Constant => "_",
    };
    let mut count = 2_usize;
    loop {
        let numbered = format!("{plain}{separator}{count}");
        if !used.contains(&numbered) {
            return numbered;
        }
        count += 1;
    }
}

fn escape(name: String) -> String {
    if is_path_keyword(&name) {
        name + "_"
    } else if is_keyword(&name) {
        format!("r#{name}")
    } else {
        name
    }
}

/// The strict and reserved keywords of edition 2024 that have a raw form, sorted.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_case_of_rust() {
        let cases = [
            (Item::Type, "CourseData", "CourseData"),
            (Item::Type, "XBlockData", "XBlockData"),
            (Item::Type, "APIKey", "APIKey"),
            (Item::Type, "course_data", "CourseData"),
            (Item::Type, "URL", "Url"),
            (Item::Type, "_1st", "_1st"),
            (Item::Variant, "IN_PROGRESS", "InProgress"),
            (Item::Variant, "self", "Self_"),
            (Item::Field, "courseKey", "course_key"),
            (Item::Field, "type", "r#type"),
            (Item::Field, "yield", "r#yield"),
            (Item::Field, "self", "self_"),
            (Item::Field, "crate", "crate_"),
            (Item::Field, "__", "unnamed"),
            (Item::Field, "redemption-reversed", "redemption_reversed"),
            (Item::Module, "super", "super_"),
            (Item::Module, "content_authoring", "content_authoring"),
            (Item::Constant, "orderPlaced", "ORDER_PLACED"),
        ];
        for (item, written, expected) in cases {
            assert_eq!(name(item, written), expected, "{item:?} {written}");
        }
    }

    #[test]
    fn keywords_are_sorted_and_legal_raw() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn collisions_number_the_later_names() {
        let fields = ["userId", "user_id", "user_id_2", "UserID"];
        assert_eq!(names(Item::Field, fields, &[]), ["user_id", "user_id_2", "user_id_2_2", "user_id_3"]);
        assert_eq!(names(Item::Variant, ["A", "UNKNOWN"], &["Unknown"]), ["A", "Unknown2"]);
    }
}
