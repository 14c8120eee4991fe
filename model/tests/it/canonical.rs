use signalbook_model::{Json, Schema};

/// Apache Avro's shared test data (`share/test/data/schema-tests.txt`, Apache-2.0), as JSON.
#[test]
fn forms_and_fingerprints_match_the_test_data_of_apache() {
    let cases = Json::parse(include_str!("../data/canonical-forms.json")).expect("the data are JSON");
    let Json::Array(cases) = cases else { panic!("the data are a list") };
    assert!(cases.len() > 30);
    for case in &cases {
        let schema = Schema::parse(text(case, "INPUT").expect("an input")).expect("a schema");
        assert_eq!(Some(schema.to_canonical_form().as_str()), text(case, "canonical"));
        if let Some(fingerprint) = text(case, "fingerprint") {
            assert_eq!(schema.fingerprint().cast_signed().to_string(), fingerprint, "{case:?}");
        }
    }
}

fn text<'a>(case: &'a Json, key: &str) -> Option<&'a str> {
    let Json::Object(members) = case else { panic!("a case is an object") };
    members.iter().find(|(name, _)| name == key)?.1.as_str()
}
