mod json;
mod page;
mod tree;

use signalbook_codegen::tool::{CheckedRegistry, EventDef, emit};
use signalbook_model::{Definition, Event, Name, similar};

use self::page::{Contents, EventPage, LocalPage, TypePage};
use crate::{
    Exit,
    failure::Failure,
    registry::{Loaded, RegistryArgs},
    terminal::{self, print},
};

/// Show an event or a type, or list all of them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook show
  signalbook show com.example.shop.order.placed.v1
  signalbook show Order                      a unique ending of a name is enough
  signalbook show OrderPlaced                the Rust type of an event
  signalbook show --registry openedx \\
      org.openedx.learning.course.enrollment.created.v1
  signalbook show --format json com.example.shop.Order | jq .schema")]
pub(crate) struct Args {
    /// The name of an event, a type or the Rust type of an event; a unique ending is enough
    #[arg(value_name = "EVENT|TYPE")]
    name: Option<String>,
    #[command(flatten)]
    registry: RegistryArgs,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text
    Human,
    /// One JSON object
    Json,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let Loaded { checked, .. } = &Loaded::load(&args.registry)?;
    let registry = &checked.registry;
    let (page, json) = match args.name.as_deref().map(|name| find(checked, name)).transpose()? {
        None => (Contents(checked).to_string(), json::contents(checked)),
        Some(Item::Event(event_type, event)) => {
            let owner = checked.event(event_type).and_then(|event| event.owner.as_deref());
            let fingerprint = registry.schema(event_type.as_str()).ok().map(|schema| schema.fingerprint());
            let page = EventPage { registry, event_type, event, owner, fingerprint };
            (page.to_string(), json::event(&page))
        }
        Some(Item::Local(event)) => (LocalPage(event).to_string(), json::local(event)),
        Some(Item::Type(name, definition)) => {
            let page = TypePage { registry, name, definition };
            (page.to_string(), json::definition(&page))
        }
    };
    match args.format {
        Format::Human => terminal::write(&page)?,
        Format::Json => print(json.to_text())?,
    }
    Ok(Exit::Clean)
}

enum Item<'a> {
    Event(&'a Name, &'a Event),
    Local(&'a EventDef),
    Type(&'a Name, &'a Definition),
}

/// Finds the event or type with the name `name`. Otherwise, the only one whose name ends in `.name`, or whose
/// Rust type ends in `::name`.
fn find<'a>(checked: &'a CheckedRegistry, name: &str) -> Result<Item<'a>, Failure> {
    let registry = &checked.registry;
    let rust = emit::event_paths(checked);
    let local =
        checked.events.iter().filter(|event| !event.bus).map(|event| (&event.name, Item::Local(event)));
    let events = registry.events.iter().map(|(name, event)| (name, Item::Event(name, event)));
    let types = registry.types.iter().map(|(name, definition)| (name, Item::Type(name, definition)));
    let ends_in = |full: &str, separator: &str| {
        full.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with(separator))
    };
    let is_meant =
        |full: &Name| ends_in(full.as_str(), ".") || rust.get(full).is_some_and(|path| ends_in(path, "::"));
    let mut matches: Vec<_> = events.chain(local).chain(types).filter(|(full, _)| is_meant(full)).collect();
    if let Some(exact) = matches.iter().position(|(full, _)| full.as_str() == name) {
        return Ok(matches.swap_remove(exact).1);
    }
    match matches.len() {
        1 => Ok(matches.swap_remove(0).1),
        0 => {
            let names = registry.events.keys().chain(registry.types.keys());
            let names = names.flat_map(|full| [full.as_str(), full.simple()]);
            let paths = rust.values().filter_map(|path| path.rsplit("::").next());
            let similar = similar(name, names.chain(paths));
            Err(Failure::usage(format!("no event or type is named `{name}`")).help(match similar {
                Some(similar) => format!("a similar name exists: `{similar}`"),
                None => "`signalbook show` lists all events and types".to_owned(),
            }))
        }
        _ => {
            let names: Vec<_> = matches.iter().map(|(full, _)| format!("`{full}`")).collect();
            Err(Failure::usage(format!("{} names match `{name}`", matches.len()))
                .help(format!("use one of the full names: {}", names.join(", "))))
        }
    }
}
