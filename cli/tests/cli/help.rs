use crate::workbench::Workbench;

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
