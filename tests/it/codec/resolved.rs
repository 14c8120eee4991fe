//! Data of other schemas: read where they stand, and rewritten first, they are the same events.

use proptest::prelude::*;
use signalbook::model::sample::Choices;
use signalbook::private::{decode_in_place, decode_rewritten};
use signalbook::{Plan, encode_to_vec};
use signalbook_resolve::encode;

use super::rich::{Rich, RichRef};
use super::samples::value;
use super::versions::{reader, writer};

proptest! {
    #![proptest_config(ProptestConfig { cases: 4 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn what_stands_there_is_what_would_be_written(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut choices = Choices::new(&bytes);
        let reader = reader();
        let writer = writer(&mut choices, &reader);
        let datum = encode(&writer, &value(&mut choices, &writer, &writer.root, 6)).expect("a value of the writer's");
        let plan = Plan::typed(&writer, &reader).expect("a plan");
        prop_assert!(plan.in_place().is_some(), "no value becomes another: {}", writer.to_json());
        agree(&plan, &datum)?;
    }

    #[test]
    fn what_is_no_datum_is_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut choices = Choices::new(&bytes);
        let reader = reader();
        let writer = writer(&mut choices, &reader);
        let mut datum = encode(&writer, &value(&mut choices, &writer, &writer.root, 6)).expect("a value of the writer's");
        let plan = Plan::typed(&writer, &reader).expect("a plan");
        datum.push(0);
        agree(&plan, &datum)?;
        let place = place.index(datum.len() - 1);
        datum.pop();
        if let Some(changed) = datum.get_mut(place) {
            *changed = byte;
            agree(&plan, &datum)?;
            agree(&plan, &datum[..place])?;
        }
    }
}

/// Either way gives the same event, owned or borrowed, or none.
fn agree(plan: &Plan, datum: &[u8]) -> Result<(), TestCaseError> {
    let (mut room, mut other) = (Vec::new(), Vec::new());
    let rewritten = decode_rewritten::<Rich>(plan, datum, &mut room).ok();
    let in_place = decode_in_place::<Rich>(plan, datum).ok();
    let bytes = |event: &Option<Rich>| event.as_ref().map(encode_to_vec);
    prop_assert_eq!(bytes(&in_place), bytes(&rewritten));
    let borrowed = decode_in_place::<RichRef<'_>>(plan, datum).ok();
    let rewritten = decode_rewritten::<RichRef<'_>>(plan, datum, &mut other).ok();
    let bytes = |event: &Option<RichRef<'_>>| event.as_ref().map(encode_to_vec);
    prop_assert_eq!(bytes(&borrowed), bytes(&rewritten));
    Ok(())
}
