//! Generates the accepted versions of the events, with which a program reads their data.

use signalbook_history::{Accepted, History};
use signalbook_model::Name;

use super::code::Code;
use super::literals::literal;
use super::pretty_print::{array, call, list, struct_literal};

/// Writes the static `HISTORY`. Every event of the program can use it. Generated events use it if they have
/// an accepted version.
pub(super) fn item(history: &History, code: &mut Code) {
    code.begin_item();
    code.doc(Some("The accepted versions of the events."));
    code.line("#[allow(dead_code, unreachable_pub)]");
    let events: Vec<String> = history.events().map(event).collect();
    let value = if events.is_empty() {
        "signalbook::History::EMPTY".to_owned()
    } else {
        call("signalbook::History::new", &format!("&{}", array(&events)))
    };
    code.line(&format!("pub static HISTORY: signalbook::History = {value};"));
}

/// Returns `history = super::HISTORY` for the event `event_type` in a module that is `depth` levels below the
/// root.
pub(super) fn attribute(history: &History, event_type: &Name, depth: usize) -> Option<String> {
    let is_accepted = !history.versions(event_type).is_empty();
    is_accepted.then(|| format!("history = {}HISTORY", "super::".repeat(depth)))
}

fn event((event_type, versions): (&Name, &[Accepted])) -> String {
    let versions: Vec<String> = versions.iter().map(version).collect();
    list("(", [literal(event_type.as_str()), format!("&{}", array(&versions))], ")")
}

fn version(accepted: &Accepted) -> String {
    // Documentation does not distinguish two schemas.
    let schema = raw(&accepted.schema.without_docs().to_json());
    let fields = [
        format!("minor: {}", accepted.minor),
        format!("fingerprint: {}", hexadecimal(accepted.schema.fingerprint())),
        format!("schema: {schema}"),
    ];
    struct_literal("signalbook::Accepted", fields)
}

fn hexadecimal(value: u64) -> String {
    let digits = format!("{value:016x}");
    let groups: Vec<&str> = (0..16).step_by(4).map(|start| &digits[start..start + 4]).collect();
    format!("0x{}", groups.join("_"))
}

/// Returns `text` as a raw string literal, without escapes.
fn raw(text: &str) -> String {
    let longest = text.split('"').skip(1).map(|rest| rest.len() - rest.trim_start_matches('#').len()).max();
    let marks = "#".repeat(longest.map_or(0, |longest| longest + 1));
    format!("r{marks}\"{text}\"{marks}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_raw_literal() {
        for text in ["", "a", "\"", "\"#", "{\"a\": \"#\"##\"}"] {
            let read: syn::LitStr = syn::parse_str(&raw(text)).expect("a literal");
            assert_eq!(read.value(), text);
        }
    }
}
