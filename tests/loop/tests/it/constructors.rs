//! The values that constructors fill in: initial values, and defaults if there are none.

use std::collections::HashMap;

use signalbook_loop::defaults::defaults::{Everything, Initials, InitialsUnion, Pair, Point, Side};

#[test]
fn a_constructor_fills_in_initial_values_and_defaults() {
    let expected = Initials {
        boolean: true,
        int: -1,
        long: i64::MIN,
        float: 1.5,
        double: -0.001,
        bytes: vec![0, 255, b'A'],
        string: "text".to_owned(),
        list: vec![1, 2, 3],
        map: HashMap::from([("a".to_owned(), 2), ("b".to_owned(), 1)]),
        record: Point { x: 1, y: 2 },
        r#enum: Side::Right,
        fixed: Pair([1, 254]),
        optional: Some("text".to_owned()),
        union: InitialsUnion::Long(0),
        required: "given".to_owned(),
        both: "new".to_owned(),
    };
    assert_eq!(Initials::new("given"), expected);
}

#[test]
fn a_record_without_arguments_implements_default() {
    let everything = Everything::default();
    assert_eq!(everything.string, "a \"quoted\" naïve\n日本 text \\ {}");
    assert_eq!(everything.records, [Point { x: 1, y: 2 }]);
    assert_eq!(
        (everything.optional.as_deref(), everything.nothing, everything.number),
        (Some("text"), None, Some(7))
    );
}
