/// Each `cases/*.trycmd` is a shell session. If the folder `cases/<name>.in/` exists, it runs there.
#[test]
fn sessions() {
    trycmd::TestCases::new().case("tests/cli/cases/*.trycmd");
}
