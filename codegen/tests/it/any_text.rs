//! The checks and the reports do not panic on any text.

use proptest::prelude::*;
use signalbook_codegen::tool::{Options, check};
use signalbook_diagnostics::{Sources, render};

fn report(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    sources.add(name, text);
    let report = check(&sources, &Options::default().other_rules(Vec::new()));
    render::short(&report.findings, &sources) + &render::human(&report.findings, &sources, false)
}

/// Words of the language in any order, which are more similar to a registry than random text.
fn fragments() -> impl Strategy<Value = String> {
    let fragment = prop::sample::select(vec![
        "namespace = \"a.b\"\n",
        "[types.A]\n",
        "[types.B]\n",
        "[scalars.S]\n",
        "[events.\"c.d.v1\"]\n",
        "wire = \"S\"\n",
        "wire = \"none\"\n",
        "fields = { a = \"A\", b = \"B?\" }\n",
        "extends = \"B\"\n",
        "union = [\"A\", \"list<B>\"]\n",
        "symbols = [\"X\", \"é\"]\n",
        "fixed = 4\n",
        "data = { a = \"A\", s = \"S\" }\n",
        "key = \"a.b\"\n",
        "x = { type = \"map<S>\", default = [{}] }\n",
        "[types.A.fields]\n",
        "\"",
        "'''",
        "\\u00e9",
        "|",
        "\r\n",
        "\u{1F600}",
        "[[waivers]]\n",
        "rule = \"missing-doc\"\n",
        "on = \"*\"\n",
        "reason = \"x\"\n",
        "until = 2027-01-01\n",
        "[lint]\n",
    ]);
    prop::collection::vec(fragment, 0..24).prop_map(|fragments| fragments.concat())
}

proptest! {
    #[test]
    fn of_letters(text in any::<String>()) {
        report("a.toml", &text);
        report("signalbook.toml", &text);
    }

    #[test]
    fn of_fragments(text in fragments()) {
        report("a.toml", &text);
        report("signalbook.toml", &text);
    }

    #[test]
    fn of_type_expressions(text in "[a-zé<>()|?,.0-9 \u{1F600}]{0,24}") {
        let types = format!("namespace = \"a\"\n[types.A.fields]\nx = '''{text}'''\ny = \"\\u0041{text}\"\n");
        report("a.toml", &types);
    }
}
