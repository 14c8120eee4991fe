//! Tests with a registry of another project.

mod double;

use std::error::Error as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use serde_json::json;
use signalbook_confluent::{RegistryError, SchemaRegistry};
use signalbook_macros::Event;
use signalbook_runtime::{Framing, ReadProblem, Reader, SchemaLookups};

use self::double::Registry;

const TYPE: &str = "com.example.shop.order.placed.v1";

#[derive(Debug, PartialEq, Event)]
#[avro(crate = signalbook_runtime)]
#[event(type = "com.example.shop.order.placed.v1", minor = 1)]
struct OrderPlaced {
    id: String,
    #[avro(default = 1)]
    quantity: i64,
}

fn record(fields: &serde_json::Value) -> String {
    json!({"type": "record", "name": "CloudEvent", "namespace": TYPE, "fields": fields}).to_string()
}

fn client(registry: &Registry) -> SchemaRegistry {
    SchemaRegistry::new(&registry.url()).expect("the URL has no credentials")
}

/// The id of the only version of a subject.
fn id(registry: &SchemaRegistry, subject: &str) -> u32 {
    let versions = registry.versions(subject).expect("the registry answers");
    assert_eq!(versions.len(), 1, "{versions:?}");
    u32::try_from(versions[0].id).expect("ids have 32 bits")
}

#[test]
#[ignore = "needs Go: scripts/test runs it"]
fn framed_payloads_are_read_with_the_schemas_of_their_ids() {
    let double = Registry::start("");
    double.register("orders-value", &json!({"schema": record(&json!([{"name": "id", "type": "string"}]))}));
    let registry = client(&double);
    let id = id(&registry, "orders-value");
    let payload = |id: u32| [&[0], &id.to_be_bytes()[..], b"\x08A-17"].concat();
    let lookups = SchemaLookups::new().framing(Framing::Confluent).schemas(registry.lookup());
    let mut reader = Reader::<OrderPlaced>::with(lookups);
    let event = reader.read_payload(None, &payload(id)).expect("the id is known");
    assert_eq!(event, OrderPlaced { id: "A-17".into(), quantity: 1 });
    let unknown = reader.read_payload(None, &payload(id + 1000)).expect_err("the id is unknown");
    assert!(matches!(*unknown.problem, ReadProblem::UnknownSchema { .. }), "{unknown}");
    drop(double);
    reader.read_payload(None, &payload(id)).expect("the schema is cached");
    let unanswered = reader.read_payload(None, &payload(id + 1000)).expect_err("the registry is gone");
    assert!(unanswered.to_string().contains("does not answer"), "{unanswered}");
}

#[test]
#[ignore = "needs Go: scripts/test runs it"]
fn a_schema_includes_its_references() {
    let double = Registry::start("");
    let fields = json!([{"name": "sku", "type": "string"}]);
    let line = json!({"type": "record", "name": "Line", "namespace": TYPE, "fields": fields});
    double.register("line", &json!({"schema": line.to_string()}));
    let reference = json!([{"name": format!("{TYPE}.Line"), "subject": "line", "version": 1}]);
    let event = record(&json!([{"name": "line", "type": format!("{TYPE}.Line")}]));
    double.register("orders-value", &json!({"schema": event, "references": reference}));
    let registry = client(&double);
    let found = registry
        .schema(id(&registry, "orders-value"))
        .expect("the registry answers")
        .expect("the id is known");
    let whole = signalbook_runtime::model::Schema::parse(&found).expect("the schema is complete").to_json();
    let expected = record(&json!([{"name": "line", "type": line}]));
    let expected = signalbook_runtime::model::Schema::parse(&expected).expect("a schema").to_json();
    assert_eq!(whole, expected);
}

/// As on a topic with events of several types: the schema of its subject is a union of their schemas.
#[test]
#[ignore = "needs Go: scripts/test runs it"]
fn a_union_of_references_stays_a_union() {
    let double = Registry::start("");
    let fields = json!([{"name": "id", "type": "string"}]);
    double.register("placed", &json!({"schema": record(&fields)}));
    let paid = json!({"type": "record", "name": "Paid", "namespace": "a", "fields": fields});
    double.register("paid", &json!({"schema": paid.to_string()}));
    let references = json!([
        {"name": "a.Paid", "subject": "paid", "version": 1},
        {"name": format!("{TYPE}.CloudEvent"), "subject": "placed", "version": 1},
    ]);
    let union = json!(["a.Paid", format!("{TYPE}.CloudEvent")]).to_string();
    double.register("orders-value", &json!({"schema": union, "references": references}));
    let registry = client(&double);
    let id = id(&registry, "orders-value");

    let found = registry.schema(id).expect("the registry answers").expect("the id is known");
    let whole = signalbook_runtime::model::Schema::parse(&found).expect("the schema is complete").to_json();
    let expected = format!("[{paid},{}]", record(&json!([{"name": "id", "type": "string"}])));
    let expected = signalbook_runtime::model::Schema::parse(&expected).expect("a schema").to_json();
    assert_eq!(whole, expected);

    let lookups = SchemaLookups::new().framing(Framing::Confluent).schemas(registry.lookup());
    let payload = [&[0], &id.to_be_bytes()[..], b"\x02\x08A-17"].concat();
    let event = Reader::<OrderPlaced>::with(lookups).read_payload(None, &payload).expect("the second branch");
    assert_eq!(event, OrderPlaced { id: "A-17".into(), quantity: 1 });
}

#[test]
#[ignore = "needs Go: scripts/test runs it"]
fn other_schemas_and_other_servers_are_errors() {
    let double = Registry::start("");
    double.register("proto-value", &json!({"schema": "syntax = \"proto3\";", "schemaType": "PROTOBUF"}));
    let registry = client(&double);
    assert_eq!(registry.subjects().expect("the registry answers"), ["proto-value"]);
    let error = registry.schema(id(&registry, "proto-value")).expect_err("the schema is not Avro");
    assert!(matches!(error, RegistryError::NotAvro { .. }), "{error}");
    assert!(error.source().expect("the error has a source").to_string().contains("PROTOBUF"));

    let elsewhere = SchemaRegistry::new(&format!("{}/elsewhere", double.url())).expect("a URL");
    assert!(matches!(elsewhere.subjects(), Err(RegistryError::NoRegistry { source: None, .. })));
    // Not "no such id": the registry may have it.
    assert!(matches!(elsewhere.schema(1), Err(RegistryError::NoRegistry { source: None, .. })));
}

/// Every registry has a list of subjects, if only an empty one.
#[test]
fn a_list_of_subjects_that_is_unknown_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("the address of the listener"));
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a request");
        let request = BufReader::new(&stream).lines().map_while(Result::ok);
        assert!(request.take_while(|line| !line.is_empty()).count() > 0);
        let body = r#"{"error_code": 40401, "message": "Subject 'subjects' not found."}"#;
        let headers = format!("Content-Length: {}\r\nConnection: close", body.len());
        write!(stream, "HTTP/1.1 404 Not Found\r\n{headers}\r\n\r\n{body}")
    });
    let subjects = SchemaRegistry::new(&url).expect("a URL").subjects();
    server.join().expect("the server does not panic").expect("the answer is sent");
    assert!(matches!(subjects, Err(RegistryError::NoRegistry { source: None, .. })), "{subjects:?}");
}

#[test]
#[ignore = "needs Go: scripts/test runs it"]
fn credentials_are_sent_and_never_shown() {
    let double = Registry::start("Basic YWRhOnMzY3JldC93b3Jk");
    assert!(matches!(client(&double).subjects(), Err(RegistryError::Refused { status: 401, .. })));
    let by_url =
        SchemaRegistry::new(&format!("http://ada:s3cret%2Fword@{}", double.address)).expect("both parts");
    let by_call = client(&double).credentials("ada:s3cret/word").expect("both parts");
    for registry in [by_url, by_call] {
        assert_eq!(registry.subjects().expect("the credentials are accepted"), Vec::<String>::new());
        assert!(!format!("{registry:?}{}", registry.url()).contains("s3cret"));
    }
    let wrong = client(&double).credentials("ada:s3cret").expect("both parts");
    let error = wrong.subjects().expect_err("the credentials are wrong");
    assert!(!format!("{error}{error:?}").contains("s3cret"));
    assert!(matches!(client(&double).credentials("ada"), Err(RegistryError::Credentials)));
}
