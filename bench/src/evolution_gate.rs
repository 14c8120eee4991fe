//! The evolution gate for a thousand events, each with ten accepted versions, in the mode `FULL_TRANSITIVE`.

use std::{
    error::Error,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use apache_avro::schema_compatibility::SchemaCompatibility;
use signalbook_codegen::tool::{edit::TomlWording, emit::rust_types};
use signalbook_diagnostics::Policy;
use signalbook_evolve::breaches;
use signalbook_gate::{EventVersions, Gate, Side, Version};
use signalbook_model::{Mode, Name, Schema};

use crate::timing::{Case, Timed, compare};

const EVENTS: u32 = 1000;
const VERSIONS: u32 = 10;

/// Measures all cases.
pub(crate) fn run() -> Result<Vec<Timed>, Box<dyn Error>> {
    // For each event, the accepted versions, followed by the new one.
    let texts: Vec<Vec<String>> =
        (0..EVENTS).map(|event| (0..=VERSIONS).map(|version| text(event, version)).collect()).collect();
    let names: Vec<Name> = (0..EVENTS).map(|event| Name::new(event_type(event))).collect();
    let parse =
        |texts: &Vec<String>| texts.iter().map(|text| Schema::parse(text)).collect::<Result<Vec<_>, _>>();
    let ours = texts.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let (new, baseline) = sides(&names, &ours);
    let policy = Policy::default();
    let wording = TomlWording::without_files();
    let gate = Gate::new(&new, &baseline, &wording, &policy);
    let parse = |texts: &Vec<String>| {
        texts.iter().map(|text| apache_avro::Schema::parse_str(text)).collect::<Result<Vec<_>, _>>()
    };
    let theirs = texts.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let mut java = Java::start(&texts)?;
    let case = |name, call| Case { name, operations: EVENTS, call };
    Ok(compare(vec![
        case(
            "signalbook, all rules and witnesses",
            Box::new(|| assert!(gate.report(Vec::new()).findings.is_empty())),
        ),
        case(
            "signalbook, verdicts only",
            Box::new(|| {
                let breaks = |schemas: &Vec<Schema>| {
                    let (new, accepted) = schemas.split_last().expect("a new version");
                    !breaches(Mode::FullTransitive, new, accepted).is_empty()
                };
                assert!(!ours.iter().any(breaks));
            }),
        ),
        case(
            "apache-avro",
            Box::new(|| {
                let holds = |schemas: &Vec<apache_avro::Schema>| {
                    let (new, accepted) = schemas.split_last().expect("a new version");
                    accepted.iter().all(|old| {
                        SchemaCompatibility::can_read(old, new).is_ok()
                            && SchemaCompatibility::can_read(new, old).is_ok()
                    })
                };
                assert!(theirs.iter().all(holds));
            }),
        ),
        case("Avro for Java", Box::new(|| java.round())),
    ]))
}

/// The new versions and the accepted ones.
fn sides(names: &[Name], schemas: &[Vec<Schema>]) -> (Side, Side) {
    let (mut new, mut baseline) = (Side::default(), Side::default());
    for (name, schemas) in names.iter().zip(schemas) {
        let version = |(minor, schema): (u32, &Schema)| Version::new(minor, schema.clone(), None);
        let mut accepted: Vec<_> = (0..).zip(schemas).map(version).collect();
        let last = accepted.pop().into_iter().collect();
        new.events.insert(name.clone(), EventVersions::new(last));
        baseline.events.insert(name.clone(), EventVersions::new(accepted));
    }
    (new.with_rust(rust_types), baseline.with_rust(rust_types))
}

fn event_type(event: u32) -> String {
    format!("com.example.shop.order.placed{event}.v1")
}

/// The schema of a record within a record. Each version adds an optional field.
fn text(event: u32, version: u32) -> String {
    let added = (0..version)
        .map(|field| format!(r#",{{"name":"added{field}","type":["null","string"],"default":null}}"#));
    let added = added.collect::<Vec<_>>().concat();
    format!(
        r#"{{"type":"record","name":"CloudEvent","namespace":"{}","fields":[{{"name":"order","type":{{"type":"record","name":"Order",
        "fields":[{{"name":"id","type":"string"}},{{"name":"customer","type":"long"}},{{"name":"total","type":"double"}},
        {{"name":"state","type":{{"type":"enum","name":"State","symbols":["OPEN","PAID","SENT"],"default":"OPEN"}}}},
        {{"name":"lines","type":{{"type":"array","items":{{"type":"record","name":"Line","fields":[
        {{"name":"sku","type":"string"}},{{"name":"quantity","type":"int"}}]}}}}}}{added}]}}}}]}}"#,
        event_type(event)
    )
}

/// The reference, in a process that compares everything once for each line that it receives.
struct Java {
    process: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Java {
    fn start(texts: &[Vec<String>]) -> Result<Self, Box<dyn Error>> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/oracles/java/setup");
        let class_path = Command::new(script).stderr(Stdio::inherit()).output()?;
        if !class_path.status.success() {
            return Err("Apache Avro for Java is not available: see above".into());
        }
        let class_path = String::from_utf8(class_path.stdout)?;
        let mut java = Command::new("java");
        java.args(["-cp", class_path.trim_end(), "Gate"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = java.spawn()?;
        let mut ask = process.stdin.take().ok_or("no input")?;
        let answer = BufReader::new(process.stdout.take().ok_or("no output")?);
        for schemas in texts {
            writeln!(ask, "[{}]", schemas.join(",").replace('\n', ""))?;
        }
        writeln!(ask)?;
        ask.flush()?;
        Ok(Self { process, ask, answer })
    }

    fn round(&mut self) {
        let asked = writeln!(self.ask).and_then(|()| self.ask.flush());
        let mut line = String::new();
        let answered = self.answer.read_line(&mut line);
        assert!(
            asked.is_ok() && answered.is_ok() && line == "compatible\n",
            "the answer of the reference is {line:?}"
        );
    }
}

impl Drop for Java {
    fn drop(&mut self) {
        // Killing it loses nothing.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
