//! Each registry equals the one that its code describes; and Open edX's packages agree with its registry.

mod closes;
mod codec;
mod constructors;
mod openedx;
mod oracle;
mod sqlite;
mod versions;

use std::path::Path;

use signalbook_codegen::tool::{Contract, Options, check, read};
use signalbook_loop::Case;

/// The registry of `case`, checked.
fn contract(case: &Case) -> Contract {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(case.folder);
    let checked = check(&read(&root).expect("the registry can be read"), &Options::default());
    checked.contract.unwrap_or_else(|| panic!("{}: {:#?}", case.name, checked.findings))
}
