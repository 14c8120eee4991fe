//! Compiles every registry below `tests/registries/`, and lists the events of each for the tests.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

use signalbook_codegen::tool::{CheckedRegistry, Options, check, emit, read};
use signalbook_diagnostics::Sources;
use signalbook_history::{History, folder};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rustc-check-cfg=cfg(packaged)");
    if !Path::new("../registries").is_dir() {
        // `cargo package` builds the crate without the repository, and so without registries.
        println!("cargo::rustc-cfg=packaged");
        return Ok(());
    }
    let out = env::var("OUT_DIR")?;
    let mut cases = String::from("/// Every registry.\npub const CASES: &[Case] = &[\n");
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir("../registries")? {
        names.push(
            entry?.file_name().into_string().map_err(|name| format!("`{}` is not UTF-8", name.display()))?,
        );
    }
    names.sort();
    for name in &names {
        let root = Path::new("../registries").join(name);
        let checked = checked(&root)?;
        let code = emit::rust(&checked, &accepted(&root.join("history"))?)
            .map_err(|findings| format!("{name}: {findings:?}"))?;
        fs::write(Path::new(&out).join(format!("{name}.rs")), code)?;
        write_case(&mut cases, name, &root, name, &checked)?;
    }
    write_case(
        &mut cases,
        "openedx",
        Path::new("../../schemas"),
        "signalbook::openedx",
        &checked(Path::new("../../schemas"))?,
    )?;
    cases.push_str("];\n");
    for name in &names {
        let include = format!("include!(concat!(env!(\"OUT_DIR\"), \"/{name}.rs\"));");
        writeln!(cases, "/// `tests/registries/{name}`\npub mod {name} {{\n    {include}\n}}")?;
    }
    fs::write(Path::new(&out).join("cases.rs"), cases)?;
    for watched in ["../registries", "../../schemas"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    Ok(())
}

fn accepted(path: &Path) -> Result<History, Box<dyn Error>> {
    let read = History::read(&folder::read(path)?, "history", &mut Sources::new());
    if read.findings.is_empty() { Ok(read.history) } else { Err(format!("{:#?}", read.findings).into()) }
}

fn checked(root: &Path) -> Result<CheckedRegistry, Box<dyn Error>> {
    let report = check(&read(root)?, &Options::default());
    report.registry.ok_or_else(|| format!("{}: {:#?}", root.display(), report.findings).into())
}

fn write_case(
    cases: &mut String,
    name: &str,
    root: &Path,
    module: &str,
    checked: &CheckedRegistry,
) -> std::fmt::Result {
    writeln!(cases, "Case {{ name: {name:?}, folder: {:?}, events: &[", root.display().to_string())?;
    for (event_type, path) in emit::event_paths(checked) {
        // Local events have neither a description nor a codec.
        if checked.registry.events.contains_key(&event_type) {
            writeln!(cases, "    Event::of::<{module}::{path}>({:?}),", event_type.as_str())?;
        }
    }
    writeln!(cases, "] }},")
}
