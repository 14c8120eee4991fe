//! `docs/rules.md`, which is made from the rules themselves.

use std::path::Path;
use std::{env, fs};

use signalbook_codegen::rules;
use signalbook_diagnostics::Rule;

fn table(rules: &[&Rule], level: bool) -> String {
    let row = |rule: &&Rule| {
        let level = if level { format!(" {} |", rule.level) } else { String::new() };
        format!("| `{}` |{level} {} |\n", rule.id, rule.doc.replace('|', "\\|"))
    };
    let mut rows: Vec<_> = rules.iter().map(row).collect();
    rows.sort();
    let head = if level {
        "| rule | level | what it demands |\n|---|---|---|\n"
    } else {
        "| rule | what it demands |\n|---|---|\n"
    };
    head.to_owned() + &rows.concat()
}

#[test]
fn is_up_to_date() {
    let (lints, errors): (Vec<_>, Vec<_>) = rules().into_iter().partition(|rule| rule.adjustable);
    let page = format!(
        "<!-- Made from the rules; do not edit. UPDATE_EXPECT=1 cargo test -p signalbook-codegen rules_page -->\n\
         # The rules of `signalbook check`\n\n\
         Lints have a level, which `[lint]` in `signalbook.toml` changes; what they find, a waiver accepts.\n\n{}\n\
         Errors leave no contract, and nothing overrules them.\n\n{}",
        table(&lints, true),
        table(&errors, false),
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules.md");
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        page,
        "docs/rules.md is old: set UPDATE_EXPECT=1"
    );
}
