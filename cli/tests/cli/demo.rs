use crate::workbench::Workbench;

#[test]
fn the_demo_runs_the_whole_pipeline() {
    let bench = Workbench::new();
    let run = bench.run(&["demo", "--dir", "here"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for line in [
        "75 events, 53 types: no findings",
        "72 Avro schemas",
        "72 versions in here/schemas/history",
        "field-removed-without-default: `enrollment.creation_date` was removed",
        "consumers on minor 0 cannot read what minor 1 writes",
        "group `reports`: 5 events",
        "group `mail`:    1 certificate, 4 skipped",
        "$.data.enrollment.course.course_key: expected a string, found an integer",
    ] {
        assert!(run.stdout.contains(line), "no `{line}` in\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("ada@example.com"), "personal data in\n{}", run.stdout);
    assert_eq!(std::fs::read_dir(bench.path("here/avro")).unwrap().count(), 72);

    // The refused change is left in the folder.
    let breaking = bench.run(&["breaking", "here/schemas", "--format", "short"]);
    assert_eq!((breaking.code, breaking.stdout.lines().count()), (100, 3), "{}", breaking.stdout);

    // The bus can be read with the printed command.
    let consume = [
        "consume",
        "--registry",
        "openedx",
        "--bus",
        "sqlite:here/bus.db",
        "--topic",
        "learning",
        "--group",
        "me",
    ];
    assert_eq!(bench.run(&consume).stdout.lines().count(), 5);

    assert_eq!(bench.run(&["demo", "--dir", "here", "--quiet"]).code, 0, "a second time");
}
