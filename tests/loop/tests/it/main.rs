//! Each registry equals the one that its code describes; and Open edX's packages agree with its registry.

mod closes;
mod codec;
mod constructors;
mod openedx;
mod oracle;
mod sqlite;
mod versions;

use std::path::Path;

use signalbook_codegen::tool::{CheckedRegistry, Options, check, read};
use signalbook_loop::Case;

/// The registry of `case`, checked.
fn checked(case: &Case) -> CheckedRegistry {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(case.folder);
    let report = check(&read(&root).expect("the registry can be read"), &Options::default());
    report.registry.unwrap_or_else(|| panic!("{}: {:#?}", case.name, report.findings))
}
