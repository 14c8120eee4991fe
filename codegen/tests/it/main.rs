//! Tests of the registry language, from files to checked registries and findings.

mod any_registry;
mod any_text;
mod edit;
mod emission;
mod invalid;
mod json_schema;
mod layout;
mod openedx;
mod rules_page;
