//! Every misuse of a derive has one clear error at the smallest token, and correct use compiles.
//!
//! A new case is a new file in `fail/` or `pass/`. `TRYBUILD=overwrite cargo test -p signalbook-ui` writes
//! the compiler's output.

#[test]
fn misuse_is_explained() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("fail/*.rs");
}
