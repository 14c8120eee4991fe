//! Tests fixes on every form in which a field, a type and an enum can be written.

use signalbook_codegen::tool::edit::{FixError, TomlWording, apply, suggest};
use signalbook_codegen::tool::{Options, Sources, check};
use signalbook_diagnostics::{Fix, Wording as _};
use signalbook_model::{Field, Json, Name, Path, Type};

const REST: &str =
    "\n[events.\"a.placed.v1\"]\ndoc = \"Placed.\"\nminor = 0x1 # first\ndata = { b = \"B\" } # all\n";

fn fix(types: &str, fix: &Fix) -> Result<String, FixError> {
    let text = amend(&format!("namespace = \"com.a\"\n{types}{REST}"), fix)?;
    Ok(text.strip_prefix("namespace = \"com.a\"\n").expect("the first line is unchanged").to_owned())
}

fn amend(text: &str, fix: &Fix) -> Result<String, FixError> {
    let mut sources = Sources::new();
    sources.add("a.toml", text);
    let checked = check(&sources, &Options::default()).registry.expect("a registry without errors");
    let sources = apply(&sources, &suggest(&sources, &checked, fix)?);
    assert!(check(&sources, &Options::default()).registry.is_some(), "the result is a valid registry");
    let (_, source) = sources.iter().next().expect("the file");
    Ok(source.text().to_owned())
}

fn member(member: &str) -> Path {
    Path::Member { ty: Name::new("com.a.B"), member: member.into() }
}

#[track_caller]
fn assert_fixed(types: &str, by: &Fix, expected: &str) {
    assert_eq!(fix(types, by).as_deref(), Ok(format!("{expected}{REST}").as_str()));
}

#[test]
fn a_field_becomes_optional_in_every_form() {
    let by = Fix::MakeOptional { field: member("x") };
    for form in [
        "[types.B]\nfields = { x = \"int\", y = \"int\" } # both\n",
        "[types.B.fields]\n# the first\nx   = 'int' # number\ny = \"int\"\n",
        "[types.B.fields]\nx = { doc = \"X.\", type = \"int\" }\n",
        "[types.B.fields.x]\ntype = \"int\" # number\ndoc = \"X.\"\n",
        "[types.B]\nfields.x.type = \"int\"\n",
        "[types.A]\nfields = { x = \"int\" }\n[types.B]\nextends = \"A\"\nfields = { y = \"int\" }\n",
    ] {
        let expected = form.replacen("\"int\"", "\"int?\"", usize::from(!form.contains("'int'")));
        assert_fixed(form, &by, &expected.replace("'int'", "'int?'"));
    }
    assert_fixed(
        "[types.B]\nfields = { x = \"null | int\" }\n",
        &by,
        "[types.B]\nfields = { x = \"int?\" }\n",
    );
    assert!(fix("[types.B]\nfields = { x = \"int?\" }\n", &by).is_err(), "it is already optional");
    for (union, optional) in [
        ("int | string", "(int | string)?"),
        ("null | int | list<int | null | string>", "(int | list<int | null | string>)?"),
        ("list<int | null>", "list<int | null>?"),
    ] {
        let written = |ty| format!("[types.B]\nfields = {{ x = \"{ty}\" }}\n");
        assert_fixed(&written(union), &by, &written(optional));
        assert!(fix(&written(optional), &by).is_err(), "it is already optional");
    }
    assert!(fix("[types.B]\nfields = { y = \"int\" }\n", &by).is_err(), "there is no such field");
}

#[test]
fn a_field_gets_an_alias_and_a_default() {
    let alias = Fix::AddAlias { of: member("x"), alias: "old".into() };
    for (form, expected) in [
        (
            "[types.B]\nfields = { x = \"int\" }\n",
            "[types.B]\nfields = { x = { type = \"int\", aliases = [\"old\"] } }\n",
        ),
        (
            "[types.B.fields]\nx = { type = \"int\" } # x\n",
            "[types.B.fields]\nx = { type = \"int\", aliases = [\"old\"] } # x\n",
        ),
        (
            "[types.B.fields.x]\ntype = \"int\" # x\npii = \"name\"\n",
            "[types.B.fields.x]\ntype = \"int\" # x\naliases = [\"old\"]\npii = \"name\"\n",
        ),
        (
            "[types.B.fields]\nx = { type = \"int\", aliases = [\"older\"] }\n",
            "[types.B.fields]\nx = { type = \"int\", aliases = [\"older\", \"old\"] }\n",
        ),
        (
            "[types.B]\nfields.x.type = \"int\"\n",
            "[types.B]\nfields.x.type = \"int\"\nfields.x.aliases = [\"old\"]\n",
        ),
    ] {
        assert_fixed(form, &alias, expected);
        assert!(fix(expected, &alias).is_err(), "it already has the alias");
    }
    let default = Fix::AddDefault { field: member("x"), value: Json::String("a \"b\"\n".into()) };
    assert_fixed(
        "[types.B]\nfields = { x = \"string\" }\n",
        &default,
        "[types.B]\nfields = { x = { type = \"string\", default = \"a \\\"b\\\"\\u000A\" } }\n",
    );
}

#[test]
fn a_type_gets_an_alias() {
    let alias = Fix::AddAlias { of: Path::Type(Name::new("com.a.B")), alias: "Old".into() };
    for (form, expected) in [
        (
            "[types.B] # b\r\ndoc    = \"B.\" # doc\r\nfields = { x = \"int\" }\r\n",
            "[types.B] # b\r\ndoc    = \"B.\" # doc\r\naliases = [\"Old\"]\r\nfields = { x = \"int\" }\r\n",
        ),
        (
            "[types.B.fields]\nx = \"int\"\n",
            "[types.B]\naliases = [\"Old\"]\n\n[types.B.fields]\nx = \"int\"\n",
        ),
        (
            "[types]\nB = { fields = { x = \"int\" } }\n",
            "[types]\nB = { fields = { x = \"int\" }, aliases = [\"Old\"] }\n",
        ),
    ] {
        assert_fixed(form, &alias, expected);
    }
    assert!(fix("[types]\nB.fields.x = \"int\"\n", &alias).is_err(), "dotted keys must be edited by hand");
}

#[test]
fn symbols_of_an_enum_are_restored() {
    let by = Fix::AddSymbols { of: Name::new("com.a.B"), symbols: vec!["X".into(), "Y".into()] };
    for (form, expected) in [
        ("[types.B]\nsymbols = [\"A\"] # all\n", "[types.B]\nsymbols = [\"A\", \"X\", \"Y\"] # all\n"),
        (
            "[types.B]\nsymbols = [\n  \"X\", # x\n  \"A\", # a\n]\n",
            "[types.B]\nsymbols = [\n  \"X\", # x\n  \"A\", # a\n  \"Y\",\n]\n",
        ),
        (
            "[types.B]\nsymbols = [\n  \"X\",\n  \"A\"\n]\n",
            "[types.B]\nsymbols = [\n  \"X\",\n  \"A\",\n  \"Y\"\n]\n",
        ),
    ] {
        assert_fixed(form, &by, expected);
        assert!(fix(expected, &by).is_err(), "it already has the symbols");
    }
}

#[test]
fn a_minor_version_is_raised() {
    let types = "[types.B]\nfields = { x = \"int\" }\n";
    let by = Fix::RaiseMinor { event: Name::new("com.a.a.placed.v1"), minor: 2 };
    assert_eq!(fix(types, &by), Ok(format!("{types}{REST}").replace("0x1", "2")));

    for (event, expected) in [
        (
            "[events.\"b.placed.v1\"] # first\nname   = \"PLACED\"\ndoc    = \"It was placed.\"\n# the \
             order\nkey    = \"id\"\ndata   = { id = \"int\" }\n",
            "[events.\"b.placed.v1\"] # first\nname   = \"PLACED\"\ndoc    = \"It was placed.\"\nminor  = \
             2\n# the order\nkey    = \"id\"\ndata   = { id = \"int\" }\n",
        ),
        (
            "[events.\"b.placed.v1\"]\nminor = 0x1 # hm\n[events.\"b.placed.v1\".data]\nid = \"int\"\n",
            "[events.\"b.placed.v1\"]\nminor = 2 # hm\n[events.\"b.placed.v1\".data]\nid = \"int\"\n",
        ),
        (
            "[events.\"b.placed.v1\".data]\nid = \"int\"\n",
            "[events.\"b.placed.v1\"]\nminor = 2\n\n[events.\"b.placed.v1\".data]\nid = \"int\"\n",
        ),
        (
            "[events.\"b.placed.v1\"]\ndata = { id = \"int\" }\nkey = \"id\"\n",
            "[events.\"b.placed.v1\"]\nminor = 2\ndata = { id = \"int\" }\nkey = \"id\"\n",
        ),
        (
            "[events]\n\"b.placed.v1\" = { data = { id = \"int\" } }\n",
            "[events]\n\"b.placed.v1\" = { data = { id = \"int\" }, minor = 2 }\n",
        ),
        (
            "[events]\n\"b.placed.v1\" = { minor = 1, data = { id = \"int\" } }\n",
            "[events]\n\"b.placed.v1\" = { minor = 2, data = { id = \"int\" } }\n",
        ),
    ] {
        let by = Fix::RaiseMinor { event: Name::new("com.a.b.placed.v1"), minor: 2 };
        let fixed = amend(&format!("namespace = \"com.a\"\n{event}"), &by);
        assert_eq!(fixed, Ok(format!("namespace = \"com.a\"\n{expected}")));
    }
}

#[test]
fn a_removed_field_is_restored_at_the_end() {
    let by = |ty| Fix::RestoreField { field: member("z"), ty, pii: None };
    let text = Type::array(Type::optional(Type::STRING));
    for (form, expected) in [
        (
            "[types.B]\nfields = { x = \"int\" } # all\n",
            "[types.B]\nfields = { x = \"int\", z = \"list<string?>\" } # all\n",
        ),
        (
            "[types.B.fields]\n# the first\nx   = \"int\" # number\n",
            "[types.B.fields]\n# the first\nx   = \"int\" # number\nz   = \"list<string?>\"\n",
        ),
    ] {
        assert_fixed(form, &by(text.clone()), expected);
    }
    let form = "[types.C]\nfields = { y = \"int\" }\n[types.B]\nfields = { x = \"int\" }\n";
    // Also with the name in the event's schema.
    for name in ["com.a.C", "com.a.a.placed.v1.C"] {
        let expected = form.replace("x = \"int\"", "x = \"int\", z = \"C\"");
        assert_fixed(form, &by(Type::Named(Name::new(name))), &expected);
    }
    let maybe = by(Type::Union(vec![Type::NULL, Type::INT, Type::STRING]));
    assert_fixed(form, &maybe, &form.replace("x = \"int\"", "x = \"int\", z = \"(int | string)?\""));
    let gone = by(Type::Named(Name::new("com.a.D")));
    let misfit = fix(form, &gone).expect_err("no such type");
    assert_eq!(misfit.to_string(), "`com.a.B.z` must be edited by hand: its type does not exist");
}

#[test]
fn a_declaration_keeps_the_class_of_personal_data() {
    let mut sources = Sources::new();
    sources.add(
        "a.toml",
        format!(
            "namespace = \"com.a\"\n[types.B.fields]\nx = {{ type = \"string\", pii = \"email\" }}\n{REST}"
        ),
    );
    let checked = check(&sources, &Options::default()).registry.expect("a registry without errors");
    let field = Field { aliases: vec!["x".into()], ..Field::new("mail", Type::STRING) };
    let fix = Fix::SetField { of: Path::Type(Name::new("com.a.B")), field, replaces: Some("x".into()) };
    assert_eq!(
        TomlWording::of(&sources, &checked).describe(&fix),
        "`mail = { type = \"string\", aliases = [\"x\"], pii = \"email\" }` in place of `x` in `B`"
    );
}
