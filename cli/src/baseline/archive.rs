//! Reads a baseline from an archive: a `.tar`, plain or in gzip, or a `.zip`. Nothing is unpacked to a disk,
//! and the sizes in the headers are not trusted.

use std::{
    error::Error,
    fs::File,
    io::{BufReader, Read, Seek as _},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use signalbook_diagnostics::Sources;
use signalbook_model::Registry;
use zip::ZipArchive;

use super::{Baseline, file_tree::Tree, versions_in_files::Labels};
use crate::failure::Failure;

/// The maximum size of a tar archive in bytes, with the files that are ignored.
const MOST_OF_A_TAR: u64 = 4 << 30;
/// The maximum number of entries in an archive.
const MOST_ENTRIES: usize = 200_000;

/// Why an archive cannot be read.
type Cause = Box<dyn Error + Send + Sync>;

/// Reads the versions in an archive of a registry, of accepted versions or of schemas. `root` is the folder
/// of the current registry.
pub(super) fn read(
    path: &Path,
    root: &Path,
    now: &Registry,
    sources: &mut Sources,
) -> Result<Baseline, Failure> {
    let file = path.display().to_string();
    let tree = tree(path)?;
    if tree.is_empty() {
        return Err(Failure::new(format!(
            "the archive `{file}` has neither registry files (*.toml) nor schemas (*.avsc)"
        )));
    }
    let folder = registry_folder(&tree, root).map_err(|folders| {
        Failure::new(format!("the archive `{file}` has several registries: {folders}"))
            .help("unpack it, and compare with the folder of one")
    })?;
    let name =
        if folder.is_empty() { file.clone() } else { format!("{file}, {}", folder.trim_end_matches('/')) };
    let labels = Labels::Packed { archive: &file, folder: &folder };
    tree.below(&folder).into_baseline(format!("`{name}`"), labels, now, sources)
}

fn tree(path: &Path) -> Result<Tree, Failure> {
    let mut file = File::open(path).map_err(|error| {
        Failure::file("read", path, error)
            .help("a baseline is `history`, `git:REF`, a folder, an archive, or the URL of a schema registry")
    })?;
    let mut start = Vec::new();
    file.by_ref().take(512).read_to_end(&mut start).map_err(|error| Failure::file("read", path, error))?;
    file.rewind().map_err(|error| Failure::file("read", path, error))?;
    let file = BufReader::new(file);
    let broken =
        |error: Cause| Failure::new(format!("`{}` is a broken archive", path.display())).caused_by(error);
    let mut tree = Tree::default();
    match start.as_slice() {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => from_zip(file, &mut tree, broken)?,
        [0x1f, 0x8b, ..] => from_tar(MultiGzDecoder::new(file), &mut tree, broken)?,
        start if start.get(257..262) == Some(b"ustar") => from_tar(file, &mut tree, broken)?,
        _ => {
            return Err(Failure::new(format!("`{}` is not a supported archive", path.display()))
                .help("use a .tar, a .tar.gz or a .zip"));
        }
    }
    Ok(tree)
}

fn from_tar(bytes: impl Read, tree: &mut Tree, broken: impl Fn(Cause) -> Failure) -> Result<(), Failure> {
    let mut archive = tar::Archive::new(bytes.take(MOST_OF_A_TAR));
    for (count, entry) in archive.entries().map_err(|error| broken(error.into()))?.enumerate() {
        let entry = entry.map_err(|error| broken(error.into()))?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        // Links have no content and may lead anywhere.
        if kind.is_symlink() || kind.is_hard_link() {
            add_link(tree, &path, kind.is_symlink());
        }
        if !kind.is_file() {
            continue;
        }
        add(tree, count, &path, entry.size(), entry, &broken)?;
    }
    Ok(())
}

fn from_zip(
    file: BufReader<File>,
    tree: &mut Tree,
    broken: impl Fn(Cause) -> Failure,
) -> Result<(), Failure> {
    let mut archive = ZipArchive::new(file).map_err(|error| broken(error.into()))?;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| broken(error.into()))?;
        let path = entry.name().map_err(|error| broken(error.into()))?.into_owned();
        if entry.is_symlink() {
            add_link(tree, &path, true);
        }
        if !entry.is_file() {
            continue;
        }
        let size = entry.size();
        add(tree, index, &path, size, entry, &broken)?;
    }
    Ok(())
}

/// Records a link that may lead to files of a baseline. One without an extension may lead to a folder.
fn add_link(tree: &mut Tree, path: &str, may_be_folder: bool) {
    let path = path.strip_prefix("./").unwrap_or(path);
    let has_extension = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if Tree::wants(path) || (may_be_folder && !has_extension) {
        tree.leave_out(path, "it is a link, which is not followed");
    }
}

/// Adds a file whose header gives the size `size`.
fn add(
    tree: &mut Tree,
    count: usize,
    path: &str,
    size: u64,
    content: impl Read,
    broken: impl Fn(Cause) -> Failure,
) -> Result<(), Failure> {
    if count >= MOST_ENTRIES {
        return Err(broken(format!("it has more than {MOST_ENTRIES} entries").into()));
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    if !Tree::wants(path) {
        return Ok(());
    }
    if path.starts_with('/') || path.split(['/', '\\']).any(|part| part == "..") {
        return Err(broken(format!("the path `{path}` leads out of the archive").into()));
    }
    tree.admit(path, size)?;
    let mut bytes = Vec::new();
    content.take(size + 1).read_to_end(&mut bytes).map_err(|error| broken(error.into()))?;
    if bytes.len() as u64 != size {
        return Err(broken(format!("the size of `{path}` differs from its header").into()));
    }
    tree.insert(path.to_owned(), bytes);
    Ok(())
}

/// Finds the folder of the registry in an archive, with `/` at its end: the folder with the settings, or the
/// folder with the same name as `root`, or the folder of all files.
///
/// # Errors
/// Returns the names of the folders if there are several.
fn registry_folder(tree: &Tree, root: &Path) -> Result<String, String> {
    let folders = |is_registry: &dyn Fn(&str, &str) -> bool| -> Vec<String> {
        let mut folders: Vec<String> = Vec::new();
        for path in tree.files().keys() {
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            if is_registry(folder, file) && !folders.iter().any(|known| known == folder) {
                folders.push(folder.to_owned());
            }
        }
        folders
    };
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let settings = folders(&|_, file| file == "signalbook.toml");
    let called = || folders(&|folder, _| folder == name || folder.ends_with(&format!("/{name}")));
    let found = if settings.is_empty() { called() } else { settings };
    match found.as_slice() {
        [] => Ok(common_folder(tree)),
        [folder] if folder.is_empty() => Ok(String::new()),
        [folder] => Ok(format!("{folder}/")),
        folders => Err(folders.join(", ")),
    }
}

/// The common folder of all files, with `/` at its end.
fn common_folder(tree: &Tree) -> String {
    let mut paths = tree.files().keys();
    let first = paths.next().map_or("", String::as_str);
    let mut common = first.rsplit_once('/').map_or("", |(folder, _)| &first[..=folder.len()]);
    for path in paths {
        while !path.starts_with(common) {
            let shorter =
                common.trim_end_matches('/').rsplit_once('/').map_or(0, |(folder, _)| folder.len() + 1);
            common = &common[..shorter];
        }
    }
    common.to_owned()
}
