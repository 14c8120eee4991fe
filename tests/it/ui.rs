//! Every misuse of a derive has one clear error on the smallest token, and what is right compiles.
//!
//! A new case is a new file under `tests/ui/`; `TRYBUILD=overwrite cargo test --test it ui` writes what the compiler says.

#[test]
fn misuse_is_explained() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/*.rs");
}
