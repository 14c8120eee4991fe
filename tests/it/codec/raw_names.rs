use signalbook::{Enum, Event, Key, Record};

#[test]
fn a_type_may_have_a_raw_name() {
    #[derive(Debug, PartialEq, Record)]
    #[expect(non_camel_case_types, reason = "raw names are keywords")]
    struct r#struct {
        r#type: r#enum,
        id: r#fn,
    }
    #[derive(Debug, PartialEq, Enum)]
    #[expect(non_camel_case_types, reason = "raw names are keywords")]
    enum r#enum {
        r#Async,
        r#Await,
    }
    #[derive(Debug, PartialEq, Record)]
    #[expect(non_camel_case_types, reason = "raw names are keywords")]
    struct r#fn([u8; 1]);
    #[derive(Debug, PartialEq, Event)]
    #[expect(non_camel_case_types, reason = "raw names are keywords")]
    #[event(type = "com.example.shop.match.made.v1", key = "struct.id")]
    struct r#match {
        r#struct: r#struct,
    }
    let event = r#match { r#struct: r#struct { r#type: r#enum::r#Await, id: r#fn([7]) } };
    let bytes = signalbook::encode_to_vec(&event).unwrap();
    assert_eq!(bytes, [2, 7]);
    assert_eq!(signalbook::decode::<r#match>(&bytes).unwrap(), event);
    assert_eq!(event.key(), Some(Key::Fixed((&[7][..]).into())));
    let schema = signalbook::schema_of::<r#match>().unwrap().to_json();
    for name in ["struct", "enum", "fn"] {
        assert!(schema.contains(&format!(r#""name":"{name}""#)), "{schema}");
    }
}
