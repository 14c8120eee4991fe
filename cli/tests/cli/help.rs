use crate::workbench::{Run, Workbench};

#[test]
fn color_applies_to_help_and_usage_errors() {
    let bench = Workbench::new();
    for args in [&["--help"][..], &["breaking", "--help"], &["breaking", "--agaisnt", "history"]] {
        for (color, is_coloured) in [("auto", false), ("never", false), ("always", true)] {
            let run = bench.run(&[args, &["--color", color]].concat());
            let text = run.stdout + &run.stderr;
            assert_eq!(text.contains("\u{1b}["), is_coloured, "{args:?} --color {color}: {text}");
        }
        let run = bench.run(&[&["--color=always"], args].concat());
        assert!((run.stdout + &run.stderr).contains("\u{1b}["), "{args:?}");
    }
}

/// Longer lines would be wrapped in a terminal of this width.
#[test]
fn examples_have_at_most_80_columns() {
    let bench = Workbench::new();
    let help = |args: &[&str]| Run::from(bench.command(args).env("COLUMNS", "110").output().unwrap()).stdout;
    let page = help(&["--help"]);
    let (_, verbs) = page.split_once("Commands:\n").unwrap();
    for verb in verbs.lines().map_while(|line| line.split_whitespace().next()).filter(|verb| *verb != "help")
    {
        let page = help(&[verb, "--help"]);
        let (_, examples) = page.split_once("Examples:\n").unwrap();
        let long = examples.lines().find(|line| line.chars().count() > 80);
        assert_eq!(long, None, "{verb}");
    }
}
