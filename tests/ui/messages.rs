//! Every misuse of a derive has one clear error on the smallest token, and what is right compiles.
//!
//! A new case is a new file in `fail/` or `pass/`; `TRYBUILD=overwrite cargo test -p signalbook-ui` writes what the
//! compiler prints.

#[test]
fn misuse_is_explained() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("fail/*.rs");
}
