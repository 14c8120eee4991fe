/// Each `cases/*.trycmd` is a session at the prompt, with `cases/<name>.in/` as its folder where there is
/// one.
#[test]
fn sessions() {
    trycmd::TestCases::new().case("tests/cli/cases/*.trycmd");
}
