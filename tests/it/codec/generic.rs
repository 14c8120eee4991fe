use signalbook::{Branch, Describe, Record, decode, encode_to_vec, model::Builder};

/// A parameter that only occurs in options, in lists, in boxes, or as an associated type.
#[derive(Debug, PartialEq, Record)]
struct Boxed<T> {
    one: Option<Box<T>>,
}

#[derive(Debug, PartialEq, Record)]
struct Listed<T> {
    many: Vec<Option<std::boxed::Box<T>>>,
}

#[derive(Debug, PartialEq, Record)]
struct Defaulted<T> {
    #[avro(default = null)]
    one: Option<Box<T>>,
    #[avro(default = null)]
    other: std::option::Option<T>,
}

#[derive(Debug, PartialEq, Record)]
struct Turned<T> {
    one: Box<Option<T>>,
}

#[derive(Debug, PartialEq, Record)]
struct Belonging<T: Iterator> {
    one: Option<Box<T::Item>>,
}

/// A derive cannot see how another record uses a parameter.
#[derive(Debug, PartialEq, Record)]
struct PassedOn<T: Branch> {
    many: Vec<Boxed<T>>,
}

#[test]
fn a_parameter_may_be_optional_and_boxed_in_any_way() {
    fn same<
        T: std::fmt::Debug + PartialEq + Describe + signalbook::Encode + for<'de> signalbook::Decode<'de>,
    >(
        value: &T,
        bytes: &[u8],
    ) {
        assert_eq!(encode_to_vec(value).unwrap(), bytes);
        assert_eq!(&decode::<T>(bytes).unwrap(), value);
        T::describe(&mut Builder::new());
    }
    same(&Boxed { one: Some(Box::new(1)) }, &[2, 2]);
    same(&Listed { many: vec![Some(Box::new(1)), None] }, &[4, 2, 2, 0, 0]);
    same(&Defaulted { one: Some(Box::new(1)), other: None }, &[2, 2, 0]);
    same(&Turned { one: Box::new(Some(1)) }, &[2, 2]);
    same(&PassedOn { many: vec![Boxed { one: Some(Box::new(1)) }] }, &[2, 2, 2, 0]);
    same(&Belonging::<std::ops::Range<i32>> { one: Some(Box::new(1)) }, &[2, 2]);
}
