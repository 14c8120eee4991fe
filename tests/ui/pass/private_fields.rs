//! A key path may lead through fields that are private to another module: the derives of the types on the
//! path expose them.
use signalbook::{Event, Key};

mod order {
    #[derive(signalbook::Record)]
    pub struct Order {
        id: Id,
    }

    #[derive(signalbook::Record)]
    pub struct Id {
        #[avro(name = "value")]
        number: i64,
    }

    impl Order {
        pub fn new(number: i64) -> Self {
            Self { id: Id { number } }
        }
    }
}

#[derive(Event)]
#[event(type = "com.example.shop.order.placed.v1", key = "order.id.value")]
struct OrderPlaced {
    order: order::Order,
}

fn main() {
    let event = OrderPlaced { order: order::Order::new(7) };
    assert_eq!(event.key(), Some(Key::Long(7)));
}
