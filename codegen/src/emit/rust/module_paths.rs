//! The modules of namespaces.

use std::collections::BTreeMap;

use signalbook_model::rust::{self, Item};

/// The path of a module below the root of the generated file. The path of the root is empty.
pub(crate) type ModulePath = Vec<String>;

/// The names of crates that generated code uses. A module with such a name gets a number.
const TAKEN: [&str; 2] = ["signalbook", "std"];

/// The modules of a registry.
///
/// A namespace becomes nested modules, one for each of its parts, without the parts with which all namespaces
/// begin. The last part is never left out, so that no type is in the root.
#[derive(Debug)]
pub(super) struct ModulePaths<'a> {
    paths: BTreeMap<&'a str, ModulePath>,
}

impl<'a> ModulePaths<'a> {
    pub(super) fn new(namespaces: impl IntoIterator<Item = &'a str>) -> Self {
        let split: BTreeMap<&str, Vec<&str>> =
            namespaces.into_iter().map(|namespace| (namespace, namespace.split('.').collect())).collect();
        let dropped = common_prefix(split.values().map(Vec::as_slice));
        let mut paths = BTreeMap::new();
        let kept: Vec<(&str, &[&str])> =
            split.iter().map(|(namespace, parts)| (*namespace, &parts[dropped..])).collect();
        name(&kept, &ModulePath::new(), &mut paths);
        Self { paths }
    }

    /// Returns the module of `namespace`, which must be a namespace that was given to [`new`](Self::new).
    pub(super) fn path(&self, namespace: &str) -> &[String] {
        self.paths.get(namespace).map_or(&[], Vec::as_slice)
    }
}

/// Returns the number of parts with which all namespaces begin, without the last part of the shortest
/// namespace.
fn common_prefix<'a>(mut namespaces: impl Iterator<Item = &'a [&'a str]> + Clone) -> usize {
    let shortest = namespaces.clone().map(<[_]>::len).min().unwrap_or(1);
    let first = namespaces.next().unwrap_or_default();
    let shared = |length: &usize| namespaces.clone().all(|other| other[..*length] == first[..*length]);
    (0..shortest).rev().find(shared).unwrap_or(0)
}

/// Names the modules of `namespaces` below `parent`. Each namespace is given with the parts that are not
/// named yet.
fn name<'a>(
    namespaces: &[(&'a str, &[&str])],
    parent: &ModulePath,
    paths: &mut BTreeMap<&'a str, ModulePath>,
) {
    let mut below: BTreeMap<&str, Vec<(&'a str, &[&str])>> = BTreeMap::new();
    for (namespace, parts) in namespaces {
        if let [first, rest @ ..] = parts {
            below.entry(first).or_default().push((namespace, rest));
        }
    }
    let names = rust::names(Item::Module, below.keys().copied(), &TAKEN);
    for (namespaces, name_of_part) in below.into_values().zip(names) {
        let mut path = parent.clone();
        path.push(name_of_part);
        for (namespace, _) in namespaces.iter().filter(|(_, rest)| rest.is_empty()) {
            paths.insert(namespace, path.clone());
        }
        name(&namespaces, &path, paths);
    }
}

/// Returns the path from the module `from` to `item` in the module `target`.
pub(super) fn relative(from: &[String], target: &[String], item: &str) -> String {
    let shared = from.iter().zip(target).take_while(|(from, target)| from == target).count();
    let mut path = "super::".repeat(from.len() - shared);
    for module in &target[shared..] {
        path.push_str(module);
        path.push_str("::");
    }
    path + item
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(namespaces: &[&str]) -> Vec<String> {
        let modules = ModulePaths::new(namespaces.iter().copied());
        namespaces.iter().map(|namespace| modules.path(namespace).join("::")).collect()
    }

    #[test]
    fn the_common_prefix_is_removed() {
        assert_eq!(paths(&["com.example.shop"]), ["shop"]);
        assert_eq!(paths(&["shop"]), ["shop"]);
        assert_eq!(paths(&["org.openedx.learning", "org.openedx.authz"]), ["learning", "authz"]);
        assert_eq!(paths(&["org.openedx", "com.example"]), ["org::openedx", "com::example"]);
    }

    #[test]
    fn a_nested_namespace_is_a_nested_module() {
        assert_eq!(paths(&["com.shop", "com.shop.returns"]), ["shop", "shop::returns"]);
        assert_eq!(paths(&["com.a.x.y", "com.a.x.z", "com.b"]), ["a::x::y", "a::x::z", "b"]);
    }

    #[test]
    fn every_namespace_has_its_own_module() {
        assert_eq!(paths(&["a.Shop", "a.shop", "a.type"]), ["shop", "shop_2", "r#type"]);
    }

    #[test]
    fn a_path_uses_super_only_as_needed() {
        let module = |path: &str| path.split("::").map(str::to_owned).collect::<ModulePath>();
        let relative = |from, target| relative(&module(from), &module(target), "T");
        assert_eq!(relative("shop", "shop"), "T");
        assert_eq!(relative("shop", "billing"), "super::billing::T");
        assert_eq!(relative("a::x", "a::y::z"), "super::y::z::T");
        assert_eq!(relative("a::x", "a"), "super::T");
        assert_eq!(relative("a", "a::x"), "x::T");
    }
}
