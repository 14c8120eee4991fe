//! The conformance suite of backends: one case for each promise of [`backend`](crate::backend).
//!
//! A backend runs all cases in its tests. The given function returns an open bus, a new one for each case or
//! always the same one:
//!
//! ```
//! use signalbook_runtime::MemoryBackend;
//!
//! signalbook_runtime::conformance!(MemoryBackend::new);
//! ```
//!
//! A backend whose test can discard messages also passes a function that discards the messages of a topic
//! before a position:
//!
//! ```
//! use signalbook_runtime::{MemoryBackend, backend::Position};
//!
//! fn discard(backend: &MemoryBackend, before: &Position) {
//!     backend.discard(&before.partition.topic, &before.offset).expect("an offset");
//! }
//!
//! signalbook_runtime::conformance!(MemoryBackend::new, discard);
//! ```

// A case panics if the promise is broken.
#![allow(clippy::missing_panics_doc)]

mod admin;
mod fixture;
mod groups;
mod loss;
mod members;
mod messages;
mod rebalance;
mod receiving;
mod schemas;

pub use self::admin::*;
pub use self::groups::*;
pub use self::loss::*;
pub use self::members::*;
pub use self::messages::*;
pub use self::rebalance::*;
pub use self::receiving::*;
pub use self::schemas::*;

/// Makes a `#[test]` of each case. The first argument is a function that returns an open bus, an
/// `impl Backend + 'static`. The second one is optional: a function that discards the messages of a topic
/// before a [`Position`](crate::backend::Position).
#[macro_export]
macro_rules! conformance {
    ($open:expr, $discard:expr) => {
        $crate::conformance!($open);

        #[test]
        fn a_loss_is_told_once() {
            $crate::testing::conformance::a_loss_is_told_once(&($open)(), $discard);
        }

        #[test]
        fn a_held_message_is_lost_with_its_member() {
            $crate::testing::conformance::a_held_message_is_lost_with_its_member(&($open)(), $discard);
        }
    };
    ($open:expr) => {
        $crate::conformance!($open;
            messages_arrive_unchanged
            a_key_keeps_its_order
            one_member_holds_a_key
            groups_are_independent
            a_group_continues_at_its_position
            a_new_group_begins_at_its_start
            a_new_group_begins_at_an_offset
            a_new_group_begins_at_a_time
            unacknowledged_messages_return_on_close
            messages_are_acknowledged_in_any_order
            a_dead_members_messages_go_to_another
            a_heartbeat_postpones_the_claim
            a_late_acknowledgement_is_refused_or_counts
            a_member_that_joins_again_replaces_itself
            a_cancelled_receive_loses_nothing
            publishing_is_accepted_in_the_call
            a_flush_covers_what_was_accepted
            receive_waits_and_wakes
            acknowledging_while_receiving
            a_message_is_replaced_by_another
            many_members_share_the_work
            a_group_without_order_gets_all_messages
            a_key_stays_in_its_partition
            a_rebalance_repeats_nothing_acknowledged
            unfinished_messages_move_with_their_partition
            a_dropped_rebalance_loses_nothing
            topics_are_separate
            a_foreign_position_is_invalid
            the_first_schema_is_kept
            a_contract_is_recorded_before_its_message
            another_schema_of_a_version_is_a_conflict
            topics_are_listed
            groups_are_listed_and_forgotten
            a_group_shows_its_progress
            a_waiting_member_is_live
            a_group_moves_to_an_offset
            a_group_moves_to_a_time
            a_group_moves_to_the_ends
            a_group_does_not_move_to_an_invalid_target
            a_group_with_live_members_does_not_move
            a_dead_member_does_not_block_a_move
            reading_leaves_no_trace
            a_closed_bus_returns_errors
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
