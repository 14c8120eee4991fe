//! The accepted versions of the events, for the program to read what they wrote.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use signalbook_history::{Accepted, History};
use signalbook_model::Name;

/// The static `HISTORY`, which every event of the program may name; generated ones do where something of theirs was accepted.
pub(super) fn item(history: &History) -> TokenStream {
    let head = quote! {
        /// The accepted versions of the events.
        #[allow(dead_code, unreachable_pub)]
        pub static HISTORY: signalbook::History
    };
    let events: Vec<TokenStream> = history.events().map(event).collect();
    if events.is_empty() {
        return quote!(#head = signalbook::History::EMPTY;);
    }
    quote!(#head = signalbook::History::new(&[#(#events),*]);)
}

/// `history = super::HISTORY` for the event `event_type` in a module that lies `depth` below the root.
pub(super) fn attribute(history: &History, event_type: &Name, depth: usize) -> Option<TokenStream> {
    let is_accepted = !history.versions(event_type).is_empty();
    let up = std::iter::repeat_n(quote!(super::), depth);
    is_accepted.then(|| quote!(history = #(#up)*HISTORY))
}

fn event((event_type, versions): (&Name, &[Accepted])) -> TokenStream {
    let event_type = event_type.as_str();
    let versions = versions.iter().map(version);
    quote!((#event_type, &[#(#versions),*]))
}

fn version(accepted: &Accepted) -> TokenStream {
    let minor = Literal::u32_unsuffixed(accepted.minor);
    let fingerprint = hexadecimal(accepted.schema.fingerprint());
    // Two schemas are one whatever their documentation says.
    let schema = raw(&accepted.schema.without_docs().to_json());
    quote!(signalbook::Accepted { minor: #minor, fingerprint: #fingerprint, schema: #schema })
}

fn hexadecimal(value: u64) -> Literal {
    let digits = format!("{value:016x}");
    let groups: Vec<&str> = (0..16).step_by(4).map(|start| &digits[start..start + 4]).collect();
    literal(&format!("0x{}", groups.join("_")))
}

/// `text` as people read it: without escapes.
fn raw(text: &str) -> Literal {
    let longest = text.split('"').skip(1).map(|rest| rest.len() - rest.trim_start_matches('#').len()).max();
    let marks = "#".repeat(longest.map_or(0, |longest| longest + 1));
    literal(&format!("r{marks}\"{text}\"{marks}"))
}

fn literal(text: &str) -> Literal {
    text.parse().expect("the text is made as a literal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_raw_literal() {
        for text in ["", "a", "\"", "\"#", "{\"a\": \"#\"##\"}"] {
            let read: syn::LitStr = syn::parse_str(&raw(text).to_string()).expect("a literal");
            assert_eq!(read.value(), text);
        }
    }
}
