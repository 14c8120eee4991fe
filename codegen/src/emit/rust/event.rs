//! The struct of an event.

use signalbook_model::{Stability, TypeNames};

use super::code::Code;
use super::literals::{assign, assign_all, deprecated};
use super::names::ItemPath;
use super::pretty_print::{attribute, attribute_item};
use super::types::Site;
use super::{Emitter, history};
use crate::checked_registry::{Deprecation, EventDef};

/// What the struct of an event derives.
pub(super) const TRAITS: [&str; 4] = ["Clone", "signalbook::Debug", "PartialEq", "signalbook::Event"];

impl<'a> Emitter<'a> {
    /// Writes the struct of an event, and its constructor.
    pub(super) fn event(&self, code: &mut Code, event: &'a EventDef, item: &ItemPath) {
        let path = event.name.as_str();
        let depth = item.module.len();
        code.begin_item();
        code.doc(event.doc.as_deref());
        if let Some(deprecation) = &event.deprecation {
            code.line(&deprecated(deprecation));
        }
        code.line(&self.fragments.derive(path, &TRAITS));
        code.line(&attribute("event", self.event_items(event, depth)));
        code.laid_out(&self.fragments.attributes(path, depth));
        self.structure(code, item, &event.data, event.bus, Site::new(&item.module, None));
    }

    fn event_items(&self, event: &EventDef, depth: usize) -> Vec<String> {
        let event_type = event.name.as_str();
        let mut items = vec![assign("type", event_type)];
        let EventDef { constant, minor, topics, producer, .. } = event;
        if *constant != signalbook_model::Event::constant_name(event_type) {
            items.push(assign("name", constant));
        }
        if *minor != 0 {
            items.push(format!("minor = {minor}"));
        }
        if !event.bus {
            items.push("local".to_owned());
            return items;
        }
        // The key from the registry, which contains only valid keys.
        if let Some(key) = self.checked.registry.events.get(&event.name).and_then(|event| event.key.as_ref())
        {
            items.push(assign("key", key));
        }
        if !topics.is_empty() {
            items.push(assign_all("topics", topics.iter().map(|topic| topic.value.as_str())));
        }
        if let Some(producer) = producer {
            items.push(assign("producer", producer));
        }
        match event.stability {
            Stability::Stable => {}
            Stability::Unstable => items.push(assign("stability", "unstable")),
        }
        if let Some(Deprecation { replacement, reason }) = &event.deprecation {
            let replacement =
                replacement.as_ref().map(|replacement| assign("replacement", &replacement.value));
            let reason = reason.as_ref().map(|reason| assign("reason", reason));
            items.push(attribute_item("deprecated", replacement.into_iter().chain(reason)));
        }
        match self.checked.settings.type_names {
            TypeNames::Bare => {}
            TypeNames::Qualified => items.push(assign("type_names", "qualified")),
        }
        items.extend(history::attribute(self.history, &event.name, depth));
        items
    }
}
