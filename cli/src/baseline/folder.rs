//! Baselines in folders.

use std::{fs, path::Path};

use signalbook_diagnostics::Sources;
use signalbook_model::Registry;

use super::{Baseline, file_tree::Tree, versions_in_files::Labels};
use crate::failure::Failure;

/// Reads the versions in the folder `path`: a registry, accepted versions, or schemas.
pub(super) fn read(path: &Path, now: &Registry, sources: &mut Sources) -> Result<Baseline, Failure> {
    let name = format!("`{}`", path.display());
    let tree = tree(path)?;
    if tree.is_empty() {
        return Err(Failure::new(format!("{name} has neither registry files (*.toml) nor schemas (*.avsc)")));
    }
    tree.into_baseline(name, Labels::Below(&path.display().to_string()), now, sources)
}

/// Reads the files below `root` that a baseline uses. Links to folders are not followed, because they may be
/// cyclic.
pub(super) fn tree(root: &Path) -> Result<Tree, Failure> {
    let mut tree = Tree::default();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let failed = |error| Failure::file("read", &folder, error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let path = entry.path();
            if entry.file_type().map_err(failed)?.is_dir() {
                folders.push((path, format!("{name}/")));
            } else if path.is_dir() {
                tree.leave_out(name, "it is a link to a folder, which is not followed");
            } else if Tree::wants(&name) {
                let failed = |error| Failure::file("read", &path, error);
                tree.admit(&name, fs::metadata(&path).map_err(failed)?.len())?;
                let bytes = fs::read(&path).map_err(failed)?;
                tree.insert(name, bytes);
            }
        }
    }
    Ok(tree)
}
