//! Reads a baseline from a commit of the repository of a registry. It uses the git command, which supports
//! every kind of clone. The work tree and the index are not changed.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Command, Output, Stdio},
    str::FromStr,
};

use signalbook_diagnostics::{Finding, Sources};
use signalbook_history::{EMPTY_BASELINE, Files, lost};
use signalbook_model::Registry;

use super::{Baseline, file_tree::Tree, unread::Unread, versions_in_files::Labels};
use crate::{failure::Failure, registry::history::read as read_history};

/// A commit and a folder in it: `main`, `main!`, `v1.2:contracts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Revision {
    /// The name of the commit in git.
    name: String,
    /// Whether the commit itself is meant, and not the merge base with the current branch.
    tip: bool,
    /// The folder of the registry in the commit, from the top of the repository. If it is `None`, the current
    /// one.
    folder: Option<String>,
}

impl FromStr for Revision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, folder) = match text.split_once(':') {
            Some((name, folder)) => (name, Some(folder.trim_matches('/').to_owned())),
            None => (text, None),
        };
        let (name, tip) = match name.strip_suffix('!') {
            Some(name) => (name, true),
            None => (name, false),
        };
        if name.is_empty() || name.starts_with('-') {
            return Err("name a branch, a tag or a commit, as in `git:origin/main`".to_owned());
        }
        Ok(Self { name: name.to_owned(), tip, folder })
    }
}

/// Reads the versions of the registry in the folder `root` at `revision`.
///
/// If the revision is a merge base, also finds accepted versions that the current branch lost.
pub(super) fn read(
    revision: &Revision,
    root: &Path,
    now: &Registry,
    sources: &mut Sources,
) -> Result<Baseline, Failure> {
    let repository = Repository::around(root)?;
    let tip = repository.commit(revision)?;
    let (commit, kind) =
        if revision.tip { (tip, "") } else { (repository.merge_base(revision, &tip)?, "merge base ") };
    let short = &commit[..commit.len().min(10)];
    let name = format!("`git:{}` ({kind}{short})", revision.name);
    let folder = revision.folder.as_deref().unwrap_or(&repository.prefix).trim_matches('/');
    let tree = repository.tree(&commit, folder)?;
    let mut findings = Vec::new();
    if tree.is_empty() {
        let folder = if folder.is_empty() { "." } else { folder };
        let title = format!("{name} has no registry in `{folder}`, so every event counts as new");
        let tip = if revision.tip { "!" } else { "" };
        let help = format!("if it was in another folder, use `git:{}{tip}:FOLDER`", revision.name);
        findings.push(Finding::new(&EMPTY_BASELINE, title).help(help));
    }
    if !revision.tip {
        let accepted = |(path, bytes): (&String, &Vec<u8>)| {
            Some((path.strip_prefix("history/")?.to_owned(), bytes.clone()))
        };
        let earlier = tree.files().iter().filter_map(accepted).collect();
        let present = root.join("history");
        let files = read_history(&present)?;
        findings.extend(lost(&earlier, &files, &present.display().to_string(), &name, sources));
    }
    let labels = Labels::At { revision: &revision.name, folder };
    let mut baseline = tree.into_baseline(name, labels, now, sources)?;
    baseline.findings.splice(0..0, findings);
    Ok(baseline)
}

/// Reads the history files of the registry in the folder `root`, at the commit of `revision` itself.
pub(super) fn history(revision: &Revision, root: &Path) -> Result<Files, Failure> {
    let repository = Repository::around(root)?;
    let commit = repository.commit(revision)?;
    let folder = revision.folder.as_deref().unwrap_or(&repository.prefix).trim_matches('/');
    let folder = if folder.is_empty() { "history".to_owned() } else { format!("{folder}/history") };
    let tree = repository.tree(&commit, &folder)?;
    match tree.unread() {
        [] => Ok(tree.into_files()),
        [Unread { name, reason }, ..] => {
            Err(Failure::new(format!("cannot read the history at `{}`: `{name}`: {reason}", revision.name)))
        }
    }
}

/// A file, a link or a submodule in a commit.
struct TreeEntry {
    /// `120000` for a link, `160000` for a submodule.
    mode: String,
    object: String,
    /// The path from the top of the repository.
    path: String,
}

/// A repository, as seen from a folder of its work tree.
struct Repository<'a> {
    folder: &'a Path,
    /// The path of the folder from the top of the work tree, with `/` at its end; empty at the top.
    prefix: String,
    /// Whether the clone is shallow.
    shallow: bool,
}

impl<'a> Repository<'a> {
    fn around(folder: &'a Path) -> Result<Self, Failure> {
        let repository = Self { folder, prefix: String::new(), shallow: false };
        let output = repository.run(&["rev-parse", "--is-shallow-repository", "--show-prefix"])?;
        if !output.status.success() {
            return Err(Failure::new(format!(
                "`{}` is not in a git repository that can be read",
                folder.display()
            ))
            .caused_by(stderr(&output))
            .help("compare with `--against history`, a folder or an archive"));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let (shallow, prefix) = text.split_once('\n').unwrap_or((&text, ""));
        let prefix = prefix.strip_suffix('\n').unwrap_or(prefix).to_owned();
        Ok(Self { folder, prefix, shallow: shallow == "true" })
    }

    /// Finds the commit of the revision.
    fn commit(&self, revision: &Revision) -> Result<String, Failure> {
        let name = &revision.name;
        if let Some(commit) = self.resolve(name)? {
            return self.unless_ambiguous(name, commit);
        }
        let failure = Failure::new(format!("this clone has no commit `{name}`"));
        let is_hash = name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        Err(failure.help(if self.resolve(&format!("refs/remotes/origin/{name}"))?.is_some() {
            format!("did you mean `git:origin/{name}`?")
        } else if let Some(branch) = name.strip_prefix("origin/") {
            format!("fetch it: `git fetch origin {branch}:refs/remotes/origin/{branch}`")
        } else if is_hash && self.shallow {
            format!("the clone is shallow; fetch it: `git fetch --depth=1 origin {name}`")
        } else if is_hash {
            "fetch it: `git fetch origin`".to_owned()
        } else {
            format!(
                "check the name, or fetch it: `git fetch origin {name}:refs/remotes/origin/{name}`, and \
                 compare with `git:origin/{name}`"
            )
        }))
    }

    /// Checks that a name is not that of a tag and of a branch with another commit. Git takes the tag.
    fn unless_ambiguous(&self, name: &str, commit: String) -> Result<String, Failure> {
        let tag = format!("refs/tags/{name}");
        let Some(tagged) = self.resolve(&tag)? else { return Ok(commit) };
        for branch in ["refs/heads/", "refs/remotes/", "refs/remotes/origin/"] {
            let branch = format!("{branch}{name}");
            if self.resolve(&branch)?.is_some_and(|commit| commit != tagged) {
                return Err(Failure::new(format!(
                    "`{name}` is a tag, and also a branch with another commit"
                ))
                .help(format!("say which: `git:{branch}` or `git:{tag}`")));
            }
        }
        Ok(commit)
    }

    /// Finds the merge base of the current branch and `tip`.
    fn merge_base(&self, revision: &Revision, tip: &str) -> Result<String, Failure> {
        let name = &revision.name;
        let Some(head) = self.resolve("HEAD")? else {
            return Err(Failure::new("the current branch has no commits yet")
                .help(format!("compare with the tip itself: `git:{name}!`")));
        };
        let output = self.run(&["merge-base", &head, tip])?;
        if output.status.success() {
            return Ok(line(&output));
        }
        if output.status.code() != Some(1) {
            return Err(Failure::new("git cannot find a merge base").caused_by(stderr(&output)));
        }
        Err(if self.shallow {
            Failure::new(format!(
                "this clone is shallow, and does not contain the merge base of `HEAD` and `{name}`"
            ))
            .help(format!(
                "fetch the rest: `git fetch --unshallow origin` (in GitHub's checkout action: `fetch-depth: \
                 0`), or compare with the tip: `git:{name}!`"
            ))
        } else {
            Failure::new(format!("`HEAD` and `{name}` have no commit in common"))
                .help(format!("compare with the tip: `git:{name}!`"))
        })
    }

    fn resolve(&self, name: &str) -> Result<Option<String>, Failure> {
        let output = self.run(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
        Ok(output.status.success().then(|| line(&output)))
    }

    /// Reads the files in a folder of a commit that a baseline uses.
    fn tree(&self, commit: &str, folder: &str) -> Result<Tree, Failure> {
        let mut tree = Tree::default();
        let mut objects = Vec::new();
        for TreeEntry { mode, object, path } in self.entries(commit, folder)? {
            let inner = path.strip_prefix(folder).map(|path| path.trim_start_matches('/'));
            match (mode.as_str(), inner) {
                ("160000", _) => tree.leave_out(path, "it is a submodule"),
                // The folder itself, the history, or a file. A registry follows no links to other folders.
                ("120000", Some(inner)) if matches!(inner, "" | "history") || Tree::wants(inner) => {
                    tree.leave_out(path, "it is a link");
                }
                ("120000", _) => {}
                (_, Some(inner)) if Tree::wants(inner) => objects.push((inner.to_owned(), object)),
                _ => {}
            }
        }
        // A folder on the way to the folder may be a link or a submodule too.
        if tree.is_empty() && objects.is_empty() {
            let parents = folder.match_indices('/').map(|(at, _)| &folder[..at]);
            for parent in parents {
                for TreeEntry { mode, path, .. } in self.entries(commit, parent)? {
                    match mode.as_str() {
                        "160000" if path == parent => tree.leave_out(path, "it is a submodule"),
                        "120000" if path == parent => tree.leave_out(path, "it is a link"),
                        _ => {}
                    }
                }
            }
        }
        self.contents(&objects, tree)
    }

    /// Lists the files, links and submodules in a folder of a commit.
    fn entries(&self, commit: &str, folder: &str) -> Result<Vec<TreeEntry>, Failure> {
        let mut list = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
        if !folder.is_empty() {
            list.extend(["--", folder]);
        }
        let output = self.run(&list)?;
        if !output.status.success() {
            return Err(Failure::new(format!("git cannot list the files of commit {commit}"))
                .caused_by(stderr(&output))
                .help("the clone does not contain them: run `git fetch origin`"));
        }
        let entries = output.stdout.split(|byte| *byte == 0).filter_map(|entry| {
            let entry = String::from_utf8_lossy(entry);
            let (about, path) = entry.split_once('\t')?;
            let mut about = about.split(' ');
            let (mode, object) = (about.next()?.to_owned(), about.nth(1)?.to_owned());
            Some(TreeEntry { mode, object, path: path.to_owned() })
        });
        Ok(entries.collect())
    }

    /// Adds the contents of objects to `tree`. Each object has the path of its file.
    fn contents(&self, objects: &[(String, String)], mut tree: Tree) -> Result<Tree, Failure> {
        let failed = |error: io::Error| Failure::new("cannot read the files from git").caused_by(error);
        let mut git = self.command(&["cat-file", "--batch"]);
        let mut git = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        if let (Some(mut ask), Some(answer)) = (git.stdin.take(), git.stdout.take()) {
            let mut answer = BufReader::new(answer);
            for (path, object) in objects {
                // Request one object at a time. Otherwise, both processes could wait for the other to read.
                writeln!(ask, "{object}").and_then(|()| ask.flush()).map_err(failed)?;
                let mut head = String::new();
                answer.read_line(&mut head).map_err(failed)?;
                let size = head.trim_end().rsplit_once("blob ").and_then(|(_, size)| size.parse().ok());
                let Some(size) = size else {
                    return Err(Failure::new(format!("this clone lacks the content of `{path}`"))
                        .help("it is a partial clone: run `git fetch origin` with a network connection"));
                };
                tree.admit(path, size)?;
                let mut bytes = Vec::new();
                answer.by_ref().take(size).read_to_end(&mut bytes).map_err(failed)?;
                answer.read_exact(&mut [0]).map_err(failed)?;
                tree.insert(path.clone(), bytes);
            }
        }
        git.wait().map_err(failed)?;
        Ok(tree)
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Failure> {
        self.command(arguments).stdin(Stdio::null()).output().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failure::new("the command `git` was not found")
                .help("install git, or compare with `--against history`, a folder or an archive"),
            _ => Failure::new("cannot run git").caused_by(error),
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("--no-pager").args(arguments).current_dir(self.folder);
        // The variables of a git hook must not select another repository.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(variable);
        }
        command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        command
    }
}

/// The output of git as a line.
fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// The error message of git.
fn stderr(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.trim().trim_start_matches("fatal: ").to_owned()
}
