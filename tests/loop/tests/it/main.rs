//! The loop closes, for every registry; and for Open edX's, its own packages agree.

mod closes;
mod codec;
mod constructors;
mod openedx;
mod oracle;
mod sqlite;
mod versions;

use std::path::Path;

use signalbook_codegen::{Contract, Options, check, read};
use signalbook_loop::Case;

/// What the registry of `case` says.
fn contract(case: &Case) -> Contract {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(case.folder);
    let checked = check(&read(&root).expect("the registry can be read"), &Options::default());
    checked.contract.unwrap_or_else(|| panic!("{}: {:#?}", case.name, checked.findings))
}
