//! A generated registry for the benchmark: the same events in the languages of all tools, one file for each
//! event.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::Result;

/// The data of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    /// Eight fields.
    Flat,
    /// Four records for each event, the first of which contains the others.
    Medium,
}

/// A registry on the disk.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) shape: Shape,
    pub(crate) events: usize,
    /// The `.toml` files for Signalbook.
    pub(crate) toml: PathBuf,
    /// The `.avsc` files.
    pub(crate) avro: PathBuf,
    /// The `.proto` files.
    pub(crate) proto: PathBuf,
    /// The output folder of the tools.
    pub(crate) out: PathBuf,
    /// Removes the files when it is dropped.
    _folder: tempfile::TempDir,
}

/// A record. Its name is followed by the number of its event.
struct Record {
    name: &'static str,
    doc: &'static str,
    fields: &'static [(&'static str, Type)],
}

#[derive(Clone, Copy)]
enum Type {
    Text,
    OptionalText,
    Texts,
    Int,
    Long,
    Double,
    Boolean,
    Record(&'static Record),
    Records(&'static Record),
}

const FLAT: &[(&str, Type)] = &[
    ("id", Type::Text),
    ("title", Type::Text),
    ("note", Type::OptionalText),
    ("count", Type::Long),
    ("size", Type::Int),
    ("ratio", Type::Double),
    ("active", Type::Boolean),
    ("tags", Type::Texts),
];

const MEDIUM: &[(&str, Type)] = &[("order", Type::Record(&ORDER))];

static ORDER: Record = Record {
    name: "Order",
    doc: "What a customer ordered.",
    fields: &[
        ("id", Type::Text),
        ("customer", Type::Record(&CUSTOMER)),
        ("lines", Type::Records(&LINE)),
        ("delivery", Type::Record(&DELIVERY)),
        ("total", Type::Double),
        ("note", Type::OptionalText),
    ],
};

static CUSTOMER: Record = Record {
    name: "Customer",
    doc: "Who ordered.",
    fields: &[
        ("id", Type::Long),
        ("since", Type::Text),
        ("active", Type::Boolean),
        ("segment", Type::OptionalText),
    ],
};

static LINE: Record = Record {
    name: "Line",
    doc: "One line of an order.",
    fields: &[("sku", Type::Text), ("quantity", Type::Int), ("price", Type::Double), ("tags", Type::Texts)],
};

static DELIVERY: Record = Record {
    name: "Delivery",
    doc: "How it gets there.",
    fields: &[
        ("carrier", Type::Text),
        ("days", Type::Int),
        ("express", Type::Boolean),
        ("code", Type::OptionalText),
    ],
};

static RECORDS: [&Record; 4] = [&CUSTOMER, &LINE, &DELIVERY, &ORDER];

const NAMESPACE: &str = "com.example.shop";
const DOC: &str = "A customer placed an order.";

impl Shape {
    pub(crate) const ALL: [Self; 2] = [Self::Flat, Self::Medium];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Medium => "medium",
        }
    }

    fn data(self) -> &'static [(&'static str, Type)] {
        match self {
            Self::Flat => FLAT,
            Self::Medium => MEDIUM,
        }
    }

    /// The key path of the events.
    fn key(self) -> &'static str {
        match self {
            Self::Flat => "id",
            Self::Medium => "order.id",
        }
    }

    fn records(self) -> &'static [&'static Record] {
        match self {
            Self::Flat => &[],
            Self::Medium => &RECORDS,
        }
    }
}

impl Registry {
    pub(crate) fn write(shape: Shape, events: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let [toml, avro, proto, out] = ["toml", "avro", "proto", "out"].map(|name| folder.path().join(name));
        for path in [&toml, &avro, &proto, &out] {
            fs::create_dir(path)?;
        }
        for number in 0..events {
            let write = |folder: &Path, extension: &str, text: String| {
                fs::write(folder.join(format!("event{number}.{extension}")), text)
            };
            write(&toml, "toml", toml_text(shape, number)?)?;
            write(&avro, "avsc", avro_text(shape, number))?;
            write(&proto, "proto", proto_text(shape, number)?)?;
        }
        Ok(Self { shape, events, toml, avro, proto, out, _folder: folder })
    }
}

/// The files of a folder, in the order of their names.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn toml_text(shape: Shape, number: usize) -> Result<String> {
    let fields = |fields: &[(&str, Type)]| {
        let field = |(name, ty): &(&str, Type)| match ty {
            Type::Text => format!("{name} = \"string\"\n"),
            Type::OptionalText => format!("{name} = \"string?\"\n"),
            Type::Texts => format!("{name} = \"list<string>\"\n"),
            Type::Int => format!("{name} = \"int\"\n"),
            Type::Long => format!("{name} = \"long\"\n"),
            Type::Double => format!("{name} = \"double\"\n"),
            Type::Boolean => format!("{name} = \"boolean\"\n"),
            Type::Record(record) => format!("{name} = \"{}{number}\"\n", record.name),
            Type::Records(record) => format!("{name} = \"list<{}{number}>\"\n", record.name),
        };
        fields.iter().map(field).collect::<String>()
    };
    let mut text = format!("namespace = \"{NAMESPACE}\"\n");
    for Record { name, doc, fields: members } in shape.records() {
        write!(text, "\n[types.{name}{number}]\ndoc = \"{doc}\"\n[types.{name}{number}.fields]\n")?;
        text.push_str(&fields(members));
    }
    let event = format!("events.\"order{number}.placed.v1\"");
    write!(text, "\n[{event}]\ndoc = \"{DOC}\"\nkey = \"{}\"\n[{event}.data]\n", shape.key())?;
    text.push_str(&fields(shape.data()));
    Ok(text)
}

fn avro_text(shape: Shape, number: usize) -> String {
    avro_record(&format!("Order{number}Placed"), DOC, shape.data(), number)
}

fn avro_record(name: &str, doc: &str, fields: &[(&str, Type)], number: usize) -> String {
    let inner =
        |record: &Record| avro_record(&format!("{}{number}", record.name), record.doc, record.fields, number);
    let field = |(name, ty): &(&str, Type)| {
        let ty = match ty {
            Type::Text => "\"string\"".to_owned(),
            Type::OptionalText => "[\"null\", \"string\"], \"default\": null".to_owned(),
            Type::Texts => r#"{"type": "array", "items": "string"}"#.to_owned(),
            Type::Int => "\"int\"".to_owned(),
            Type::Long => "\"long\"".to_owned(),
            Type::Double => "\"double\"".to_owned(),
            Type::Boolean => "\"boolean\"".to_owned(),
            Type::Record(record) => inner(record),
            Type::Records(record) => format!(r#"{{"type": "array", "items": {}}}"#, inner(record)),
        };
        format!("{{\"name\": \"{name}\", \"type\": {ty}}}")
    };
    let fields = fields.iter().map(field).collect::<Vec<_>>().join(",\n  ");
    format!(
        r#"{{"type": "record", "name": "{name}", "namespace": "{NAMESPACE}", "doc": "{doc}", "fields": [
  {fields}
]}}"#
    )
}

fn proto_text(shape: Shape, number: usize) -> Result<String> {
    let mut text = format!("syntax = \"proto3\";\npackage {NAMESPACE};\n");
    let mut message = |name: &str, doc: &str, fields: &[(&str, Type)]| -> Result<()> {
        write!(text, "\n// {doc}\nmessage {name} {{\n")?;
        for (tag, (name, ty)) in (1..).zip(fields) {
            let ty = match ty {
                Type::Text => "string".to_owned(),
                Type::OptionalText => "optional string".to_owned(),
                Type::Texts => "repeated string".to_owned(),
                Type::Int => "int32".to_owned(),
                Type::Long => "int64".to_owned(),
                Type::Double => "double".to_owned(),
                Type::Boolean => "bool".to_owned(),
                Type::Record(record) => format!("{}{number}", record.name),
                Type::Records(record) => format!("repeated {}{number}", record.name),
            };
            writeln!(text, "  {ty} {name} = {tag};")?;
        }
        writeln!(text, "}}")?;
        Ok(())
    };
    for Record { name, doc, fields } in shape.records() {
        message(&format!("{name}{number}"), doc, fields)?;
    }
    message(&format!("Order{number}Placed"), DOC, shape.data())?;
    Ok(text)
}
