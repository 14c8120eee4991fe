//! The registry language of Signalbook: the parser, the checks, and the generator of Avro schemas and Rust
//! code.
//!
//! A build script needs one function, [`compile`]. The steps that it runs are in [`tool`].
//!
//! `docs/registry.md` describes the language, and [`tool::rules`] lists the rules.
//!
//! # Features
//!
//! - `json-schema`: adds the JSON Schemas of the language, for editors.

mod build_script;
mod check;
mod checked_registry;
mod edit;
mod emit;
mod key;
mod lint;
mod locate;
mod lower;
mod name_lists;
mod read;
mod rules;
mod rust_type;
mod settings;
mod syntax;

pub use build_script::{Error, Result, compile};
pub use read::ReadError;

pub mod tool {
    //! The steps of [`compile`](crate::compile), and the checked registry between them: the interface for the
    //! command line and the tests of Signalbook. Any release can change it.
    //!
    //! [`read()`] reads the files, [`check()`] makes a [`CheckedRegistry`] of them and collects all findings
    //! with their locations, and [`emit`] generates schemas and code. [`edit`] changes the text of a
    //! registry.
    //!
    //! ```
    //! use signalbook_codegen::tool::{Options, Sources, check, emit};
    //!
    //! let mut sources = Sources::new();
    //! sources.add("schemas/shop.toml", r#"
    //! namespace = "com.example.shop"
    //!
    //! [types.Order]
    //! doc = "What a customer ordered."
    //! fields = { id = "uuid", lines = "list<string>" }
    //!
    //! [events."order.placed.v1"]
    //! doc  = "A customer placed an order."
    //! key  = "order.id"
    //! data = { order = "Order" }
    //! "#);
    //! let report = check(&sources, &Options::default());
    //! assert_eq!(report.findings, []);
    //!
    //! let checked = report.registry.expect("there are no errors");
    //! let schema = checked.registry.schema("com.example.shop.order.placed.v1")?;
    //! assert!(schema.to_json().starts_with(r#"{"type":"record","name":"CloudEvent""#));
    //! # Ok::<(), signalbook_model::ProjectionError>(())
    //! ```

    pub use crate::check::{CheckReport, Options, check, rules};
    pub use crate::checked_registry::{
        CheckedRegistry, Deprecation, Enum, EventDef, Field, Fixed, Record, Scalar, Shape, TypeDef, TypeKind,
    };
    pub use crate::read::{files, read};
    pub use crate::settings::{
        Addition, DateTimeWire, Outputs, RustSettings, SchemaDocs, Settings, UuidWire,
    };
    #[cfg(feature = "json-schema")]
    pub use crate::syntax::editor_schemas::{registry_schema, settings_schema};
    pub use crate::syntax::{Builtin, Spanned, type_expression, type_text};
    pub use signalbook_diagnostics::Sources;

    /// Makes edits of a registry's text from fixes.
    pub mod edit {
        pub use crate::edit::{Editor, FixError, TomlWording, apply, apply_all, suggest};
    }

    /// Generates Avro schemas and Rust code from a registry.
    pub mod emit {
        pub use crate::emit::{
            CurrentEventError, SchemaText, avro, current_events, event_paths, projection,
            registry_rust_types, rust, rust_types,
        };
    }
}
