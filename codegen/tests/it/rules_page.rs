//! `docs/rules.md` is generated from the rules.

use std::path::Path;
use std::{env, fs};

use signalbook_codegen::tool::rules;
use signalbook_diagnostics::Rule;

fn table(rules: &[&Rule], level: bool) -> String {
    let row = |rule: &&Rule| {
        let level = if level { format!(" {} |", rule.level) } else { String::new() };
        format!("| `{}` |{level} {} |\n", rule.id, rule.doc.replace('|', "\\|"))
    };
    let mut rows: Vec<_> = rules.iter().map(row).collect();
    rows.sort();
    let head = if level {
        "| rule | level | requirement |\n|---|---|---|\n"
    } else {
        "| rule | requirement |\n|---|---|\n"
    };
    head.to_owned() + &rows.concat()
}

#[test]
fn is_up_to_date() {
    let (lints, errors): (Vec<_>, Vec<_>) = rules().into_iter().partition(|rule| rule.adjustable);
    let page = format!(
        "<!-- Generated; do not edit. UPDATE_EXPECT=1 cargo test -p signalbook-codegen rules_page -->\n# The \
         rules of `signalbook check`\n\nEach lint has a level. `[lint]` in `signalbook.toml` changes it, and \
         a waiver accepts a finding.\n\n{}\nThe level of an error cannot be changed, and an error cannot be \
         waived.\n\n{}",
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
        "docs/rules.md is out of date: set UPDATE_EXPECT=1"
    );
}
