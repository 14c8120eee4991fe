//! What holds for every backend: one case for each promise of [`backend`](crate::backend).
//!
//! A backend runs them all from its tests; the function gives an open bus, each time a fresh one or each time the same:
//!
//! ```
//! use signalbook_runtime::MemoryBackend;
//!
//! signalbook_runtime::conformance!(MemoryBackend::new);
//! ```

// A case panics where the promise is broken: that is what it is for.
#![allow(clippy::missing_panics_doc)]

mod bench;
mod groups;
mod members;
mod messages;
mod receive;

pub use self::groups::*;
pub use self::members::*;
pub use self::messages::*;
pub use self::receive::*;

/// Makes a `#[test]` of each case, over the bus that the function gives: `fn() -> impl Backend + 'static`.
#[macro_export]
macro_rules! conformance {
    ($open:expr) => {
        $crate::conformance!($open;
            messages_arrive_whole
            a_key_keeps_its_order
            a_key_is_in_one_members_hands
            groups_know_nothing_of_each_other
            a_group_goes_on_where_it_stands
            a_new_group_begins_where_it_says
            a_group_moves_to_an_offset
            a_group_moves_to_a_time
            what_was_not_acknowledged_returns_on_close
            acknowledgements_come_in_any_order
            a_dead_members_messages_go_to_another
            a_sign_of_life_postpones_the_claim
            a_late_acknowledgement_is_refused_or_counts
            a_name_that_joins_again_takes_its_place
            a_cancelled_receive_loses_nothing
            publishing_is_accepted_in_the_call
            receive_waits_and_wakes
            acknowledging_while_receiving
            many_members_share_the_work
            topics_are_apart
            a_foreign_position_is_invalid
            a_closed_bus_says_so
        );
    };
    ($open:expr; $($case:ident)*) => {
        $(
            #[test]
            fn $case() {
                let backend = ($open)();
                $crate::testing::conformance::$case(&backend);
            }
        )*
    };
}
