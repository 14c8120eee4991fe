//! Malicious schemas.

use std::collections::BTreeMap;

use signalbook_evolve::{IncompatibilityKind, MOST_LISTED, changes, check, incompatibilities};
use signalbook_model::{Definition, Field, Name, Record, Schema, Type};

fn record(fields: impl IntoIterator<Item = (String, Type)>) -> Definition {
    let fields = fields.into_iter().map(|(name, ty)| Field::new(name, ty)).collect();
    Definition::Record(Record { fields, ..Record::default() })
}

fn named(name: impl Into<String>) -> Type {
    Type::Named(Name::new(name.into()))
}

/// `R0` is a record with fields of the type `leaf`. Each following record has `uses` fields of the previous
/// one.
fn tower(height: usize, uses: usize, leaf: &Type) -> Schema {
    let mut definitions = BTreeMap::new();
    for level in 0..height {
        let ty = if level == 0 { leaf.clone() } else { named(format!("R{}", level - 1)) };
        let fields = (0..uses).map(|field| (format!("f{field}"), ty.clone()));
        definitions.insert(Name::new(format!("R{level}")), record(fields));
    }
    Schema { root: named(format!("R{}", height - 1)), definitions }
}

#[test]
fn definitions_may_refer_to_each_other_at_any_depth() {
    let (reader, writer) = (tower(200_000, 1, &Type::INT), tower(200_000, 1, &Type::LONG));
    assert!(check(&writer, &reader).is_compatible());
    let backward = check(&reader, &writer);
    assert_eq!(backward.incompatibilities.len(), 1);
    assert_eq!(backward.incompatibilities[0].pointer.len(), "/fields/0/type".len() * 200_000);
    assert_eq!(changes(&reader, &writer), []);
}

#[test]
fn nested_uses_do_not_multiply_the_work() {
    let (reader, writer) = (tower(64, 2, &Type::INT), tower(64, 2, &Type::LONG));
    assert!(check(&writer, &reader).is_compatible());
    let backward = check(&reader, &writer);
    assert!(!backward.is_compatible());
    assert_eq!(backward.incompatibilities.len(), MOST_LISTED);
}

#[test]
fn an_undefined_type_is_incompatible_with_itself() {
    let schema = Schema { root: named("Undefined"), definitions: BTreeMap::new() };
    let found = check(&schema, &schema);
    assert_eq!(found.incompatibilities[0].kind, IncompatibilityKind::TypeMismatch);
    assert_eq!(found.incompatibilities[0].pointer, "");
}

#[test]
fn many_fields_are_found_in_another_order() {
    // A comparison of each with each would take ten thousand million steps.
    let fields = |names: &mut dyn Iterator<Item = usize>| {
        let fields: Vec<_> = names.map(|name| (format!("field{name}"), Type::INT)).collect();
        let definitions = BTreeMap::from([(Name::new("R"), record(fields))]);
        Schema { root: named("R"), definitions }
    };
    let (reader, writer) = (fields(&mut (0..100_000)), fields(&mut (0..100_000).rev()));
    assert!(check(&reader, &writer).is_compatible());
}

#[test]
fn unions_of_many_branches_are_compared_by_their_names() {
    let union = |ty: &Type, names: &mut dyn Iterator<Item = usize>| {
        let names: Vec<_> = names.map(|name| format!("n.R{name}")).collect();
        let definitions = names.iter().map(|name| {
            let inner = [("field".to_owned(), named(format!("{name}Inner")))];
            (Name::new(name.clone()), record(inner))
        });
        let inner = names
            .iter()
            .map(|name| (Name::new(format!("{name}Inner")), record([("f".to_owned(), ty.clone())])));
        let definitions = definitions.chain(inner).collect();
        Schema { root: Type::Union(names.iter().map(named).collect()), definitions }
    };
    // A comparison of each with each would take more memory than there is.
    let (reader, writer) = (union(&Type::LONG, &mut (0..20_000)), union(&Type::INT, &mut (0..20_000).rev()));
    assert!(check(&reader, &writer).is_compatible());
    let none = check(&writer, &reader);
    assert_eq!(none.incompatibilities.len(), MOST_LISTED);
    assert!(
        none.incompatibilities.iter().all(|reason| reason.kind == IncompatibilityKind::MissingUnionBranch)
    );
    // Aliases also match.
    for namespace in ["", "n."] {
        let (mut reader, writer) = (union(&Type::INT, &mut (1..100)), union(&Type::INT, &mut (0..1)));
        assert!(!check(&reader, &writer).is_compatible());
        for kind in ["", "Inner"] {
            let definition = reader.definitions.get_mut(&Name::new(format!("n.R1{kind}")));
            let Some(Definition::Record(record)) = definition else { panic!("no record") };
            record.aliases.push(format!("{namespace}R0{kind}"));
        }
        assert!(check(&reader, &writer).is_compatible(), "{namespace}");
    }
}

#[test]
fn incompatibilities_of_malicious_schemas_are_reported() {
    // Two fields, in events with more values than there is memory for.
    let (reader, writer) = (tower(60, 2, &Type::INT), tower(60, 2, &Type::NULL));
    let found = incompatibilities(&reader, &writer);
    assert_eq!(found.len(), 2);
    assert!(found[0].notes.iter().any(|note| note.starts_with("no witness")), "{:?}", found[0].notes);
    let wide = |ty: &Type| {
        let fields = (0..20_000).map(|field| (format!("field{field}"), ty.clone()));
        Schema { root: named("R"), definitions: BTreeMap::from([(Name::new("R"), record(fields))]) }
    };
    let found = incompatibilities(&wide(&Type::INT), &wide(&Type::LONG));
    assert_eq!(found.len(), 1000);
    assert_eq!(found[999].notes.last().expect("a note"), "19000 more incompatibilities are not listed");
    // Many events in a topic, all with new names.
    let topic = |names: std::ops::Range<usize>| {
        let name = |event: usize| format!("Event{event}");
        let definitions =
            names.clone().map(|event| (Name::new(name(event)), record([("a".to_owned(), Type::INT)])));
        Schema {
            definitions: definitions.collect(),
            root: Type::Union(names.map(|event| named(name(event))).collect()),
        }
    };
    let found = incompatibilities(&topic(0..250), &topic(250..500));
    assert_eq!(found.len(), 250);
    assert!(found.iter().all(|finding| finding.witness.is_some()));
}

#[test]
fn an_ambiguous_alias_in_a_branch_that_is_not_chosen_is_reported() {
    let order = |aliases: &[&str], name: &str| {
        let mut field = Field::new("id", Type::INT);
        field.aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        let fields = vec![field, Field::new("note", Type::INT)];
        (Name::new(name), Definition::Record(Record { fields, ..Record::default() }))
    };
    let reader = Schema {
        root: Type::Union(vec![named("Other"), named("Order")]),
        definitions: BTreeMap::from([order(&["note"], "Other"), order(&[], "Order")]),
    };
    let writer = Schema { root: named("Order"), definitions: BTreeMap::from([order(&[], "Order")]) };
    assert_eq!(check(&reader, &writer).incompatibilities[0].kind, IncompatibilityKind::AmbiguousAlias);
    let found = incompatibilities(&reader, &writer);
    assert_eq!(found.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(), ["ambiguous-alias"]);
    assert!(found[0].notes[0].contains("never compares the two records"), "{:?}", found[0].notes);
}
