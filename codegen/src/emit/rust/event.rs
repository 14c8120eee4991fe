//! The struct of an event.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use signalbook_model::{Stability, TypeNames};

use super::tokens::{deprecated, doc};
use super::types::Site;
use super::{Emitter, history};
use crate::{Deprecation, EventDef};

impl<'a> Emitter<'a> {
    /// The struct of an event, and its constructor.
    pub(super) fn event(&self, event: &'a EventDef, module: &[String]) -> TokenStream {
        let path = event.name.as_str();
        let doc = doc(event.doc.as_deref());
        let deprecated = deprecated(event.deprecation.as_ref());
        let derive =
            self.fragments.derive(path, &quote!(Clone, signalbook::Debug, PartialEq, signalbook::Event));
        let items = self.event_items(event, module.len());
        let attributes = self.fragments.attributes(path);
        let head = quote!(#doc #deprecated #derive #[event(#(#items),*)] #attributes);
        let name = self.names.event_place(&event.name);
        self.structure(&head, name, &event.data, event.bus, Site::new(module, None))
    }

    fn event_items(&self, event: &EventDef, depth: usize) -> Vec<TokenStream> {
        let event_type = event.name.as_str();
        let mut items = vec![quote!(type = #event_type)];
        let EventDef { constant, minor, topics, producer, .. } = event;
        if *constant != signalbook_model::Event::constant_name(event_type) {
            items.push(quote!(name = #constant));
        }
        if *minor != 0 {
            let minor = Literal::u32_unsuffixed(*minor);
            items.push(quote!(minor = #minor));
        }
        if !event.bus {
            items.push(quote!(local));
            return items;
        }
        // As the registry has it: a key that does not resolve is none there.
        if let Some(key) = self.contract.registry.events.get(&event.name).and_then(|event| event.key.as_ref())
        {
            items.push(quote!(key = #key));
        }
        if !topics.is_empty() {
            let topics = topics.iter().map(|topic| &topic.value);
            items.push(quote!(topics = [#(#topics),*]));
        }
        if let Some(producer) = producer {
            items.push(quote!(producer = #producer));
        }
        match event.stability {
            Stability::Stable => {}
            Stability::Unstable => items.push(quote!(stability = "unstable")),
        }
        if let Some(Deprecation { replacement, reason }) = &event.deprecation {
            let replacement = replacement.as_ref().map(|replacement| replacement.value.as_str());
            let replacement = replacement.map(|replacement| quote!(replacement = #replacement));
            let reason = reason.as_ref().map(|reason| quote!(reason = #reason));
            let parts = replacement.into_iter().chain(reason);
            items.push(quote!(deprecated(#(#parts),*)));
        }
        match self.contract.settings.type_names {
            TypeNames::Bare => {}
            TypeNames::Qualified => items.push(quote!(type_names = "qualified")),
        }
        items.extend(history::attribute(self.history, &event.name, depth));
        items
    }
}
