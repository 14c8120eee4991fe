//! Checks that the layout of the code is that of `prettyplease`, except for the empty lines between items.
//!
//! There is one difference, which the tests do not cover: an existing Rust type in a registry that is not
//! only made of paths, tuples and their arguments, such as `Box<dyn Fn(A) -> B>`, is never broken, even if
//! its line is too long.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use signalbook_codegen::tool::emit::{self, SchemaText};
use signalbook_codegen::tool::{CheckedRegistry, Options, check, read};
use signalbook_diagnostics::{Severity, Sources, render};
use signalbook_history::{CurrentEvent, Files, History, Origin, folder};
use signalbook_model::Facts;

use crate::any_registry::registry;

/// Returns the code after the comment at its beginning.
fn items(code: &str) -> &str {
    code.split_once("\n\n").expect("an empty line after the comment").1
}

/// Returns the first difference between the items of `code` and the output of `prettyplease`.
fn difference(code: &str) -> Option<String> {
    let (code, printed) = (items(code), printed(items(code)));
    let same = code.lines().zip(printed.lines()).take_while(|(line, printed)| line == printed).count();
    let lines = |text: &str| text.lines().skip(same.saturating_sub(1)).take(7).collect::<Vec<_>>().join("\n");
    (code != printed).then(|| format!("is:\n{}\nshould be:\n{}", lines(code), lines(&printed)))
}

fn printed(code: &str) -> String {
    let text = prettyplease::unparse(&syn::parse_file(code).expect("the code is Rust"));
    let mut spaced = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        spaced.push_str(line);
        spaced.push('\n');
        let ends_item = line.ends_with(['}', ';']) && !line.trim_start().starts_with("//");
        if ends_item && lines.peek().is_some_and(|next| !next.is_empty() && indent(next) == indent(line)) {
            spaced.push('\n');
        }
    }
    spaced
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[test]
fn of_each_registry() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cases = fs::read_dir(root.join("tests/registries")).expect("the registries exist");
    let cases = cases.map(|case| case.expect("the registries can be listed").path());
    for root in cases.chain([root.join("schemas"), root.join("examples/shop/schemas")]) {
        let checked = check(&read(&root).expect("the registry can be read"), &Options::default()).registry;
        let files = folder::read(&root.join("history")).expect("the history can be read");
        let history = History::read(&files, "history", &mut Sources::new()).history;
        let code = emit::rust(&checked.expect("the registry has no errors"), &history)
            .expect("the Rust code in it is valid");
        assert_eq!(difference(&code), None, "{}", root.display());
    }
}

/// Returns a history with the current version of every event of `checked` that has a schema.
fn accepted(checked: &CheckedRegistry) -> History {
    let mut files = Files::new();
    for SchemaText { event_type, text } in emit::avro(checked).expect("every event has a schema") {
        let current = CurrentEvent::new(event_type, 0, text, Facts::default(), Origin::Registry);
        for change in History::default().accept(&current.expect("the schema can be read")) {
            change.apply(&mut files).expect("each is accepted once");
        }
    }
    History::read(&files, "history", &mut Sources::new()).history
}

proptest! {
    #[test]
    fn of_any_registry(files in registry()) {
        let mut sources = Sources::new();
        for (name, text) in files {
            sources.add(name, text);
        }
        let report = check(&sources, &Options::default());
        let mut errors = report.findings;
        errors.retain(|finding| finding.severity == Severity::Error);
        prop_assert!(errors.is_empty(), "{}", render::short(&errors, &sources));
        let checked = report.registry.expect("there are no errors");
        let code = emit::rust(&checked, &accepted(&checked)).expect("the Rust code in it is valid");
        let difference = difference(&code);
        prop_assert!(difference.is_none(), "{}", difference.unwrap_or_default());
    }
}
