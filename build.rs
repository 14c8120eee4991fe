//! With the feature `openedx`: compiles the Open edX signal registry to `signalbook::openedx`.

#[cfg(feature = "openedx")]
fn main() -> signalbook_codegen::Result {
    signalbook_codegen::compile("schemas")
}

#[cfg(not(feature = "openedx"))]
fn main() {}
