//! The conformance suite of backends: one case for each promise of [`backend`](crate::backend).
//!
//! A backend runs all cases in its tests, with a [`Harness`]: handles on a log, how long things take there,
//! and what it can do. [`conformance!`](crate::conformance) makes a `#[test]` of each case. A case that needs
//! a [`Capability`] that the harness does not declare prints that it is skipped.

// A case panics if the promise is broken.
#![allow(clippy::missing_panics_doc)]

mod acknowledging;
mod admin;
mod declared;
mod fixture;
mod group_positions;
mod harness;
mod loss;
mod members;
mod messages;
mod outage;
mod rebalance;
mod receiving;
mod schemas;
pub mod service;

pub use self::acknowledging::*;
pub use self::admin::*;
pub use self::declared::*;
pub use self::group_positions::*;
pub use self::harness::{Capabilities, Capability, Harness};
pub use self::loss::*;
pub use self::members::*;
pub use self::messages::*;
pub use self::outage::*;
pub use self::rebalance::*;
pub use self::receiving::*;
pub use self::schemas::*;
pub use self::service::*;

/// A case of the suite.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Case {
    /// Its name, which is the name of the function and of the test.
    pub name: &'static str,
    /// What it needs, beside what every log can do.
    pub needs: &'static [Capability],
    test: fn(&dyn Harness),
}

impl Case {
    /// All cases.
    pub const ALL: &'static [Self] = crate::conformance!(@list table ());

    /// Finds a case by its name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|case| case.name == name)
    }

    /// Runs the case. If the harness lacks what it needs, prints so and returns.
    ///
    /// # Panics
    /// If the log breaks the promise.
    #[allow(clippy::print_stdout, reason = "the output of a test")]
    pub fn run(&self, harness: &dyn Harness) {
        let capabilities = harness.capabilities();
        match self.needs.iter().find(|need| !capabilities.has(**need)) {
            Some(missing) => println!("skipped: {}: it needs {missing}", self.name),
            None => (self.test)(harness),
        }
    }
}

/// Makes a `#[test]` of each [`Case`] of the suite. The argument is a function that returns a [`Harness`]; it
/// is called for each case.
#[macro_export]
macro_rules! conformance {
    (@list $then:ident $arguments:tt) => {
        $crate::conformance! {
            @$then $arguments
            capabilities_are_declared
            messages_arrive_unchanged
            large_messages_arrive
            keyless_messages_arrive
            a_batch_has_several_topics
            odd_names_work
            handles_share_a_log
            a_key_keeps_its_order
            one_member_holds_a_key
            groups_are_independent
            a_group_continues_at_its_position
            a_group_without_acknowledgements_comes_back
            a_new_group_begins_at_its_start
            a_new_group_begins_at_an_offset
            a_new_group_begins_at_a_time
            a_start_after_the_end_loses_nothing
            unacknowledged_messages_return_on_close
            messages_are_acknowledged_in_any_order
            acknowledging_is_accepted_in_the_call
            a_second_acknowledgement_has_no_effect
            a_message_that_is_given_back_is_not_counted
            a_dead_members_messages_go_to_another
            a_heartbeat_postpones_the_claim
            a_late_acknowledgement_is_refused_or_counts
            the_others_of_a_late_call_are_acknowledged
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
            a_released_partition_is_assigned [Rebalance]
            a_revocation_is_taken_before_messages [Rebalance]
            an_outage_loses_nothing [Restart]
            topics_are_separate
            a_foreign_position_is_invalid
            a_loss_is_told_once [Discard]
            a_held_message_is_lost_with_its_member [Discard]
            the_first_schema_is_kept [SchemaStore]
            a_contract_is_recorded_before_its_message [SchemaStore]
            another_schema_of_a_version_is_a_conflict [SchemaStore]
            a_refused_schema_stops_what_requires_it [RefuseSchemas]
            a_contract_is_prepared
            topics_are_listed [Admin]
            groups_are_listed_and_forgotten [Admin]
            a_group_shows_its_progress [Admin]
            a_waiting_member_is_live [Admin]
            a_group_moves_to_an_offset [Admin]
            a_group_moves_to_a_time [Admin]
            a_group_moves_to_the_ends [Admin]
            a_group_does_not_move_to_an_invalid_target [Admin]
            a_group_does_not_move_after_the_end [Admin]
            a_group_with_live_members_does_not_move [Admin]
            a_dead_member_does_not_block_a_move [Admin]
            reading_leaves_no_trace [Admin]
            a_closed_bus_returns_errors
            a_failing_receiver_is_called_again
            a_poison_message_becomes_a_dead_letter
            a_slow_receiver_keeps_its_event
            a_shutdown_loses_and_repeats_nothing
            three_consumers_share_the_events
            an_unavailable_log_delays_a_consumer
            a_hanging_log_does_not_stop_a_shutdown
        }
    };
    (@table () $($case:ident $([$need:ident])*)*) => {
        &[$(Case { name: stringify!($case), needs: &[$(Capability::$need)*], test: $case }),*]
    };
    (@tests ($harness:expr) $($case:ident $([$need:ident])*)*) => {
        $(
            #[test]
            fn $case() {
                let case = $crate::testing::conformance::Case::find(stringify!($case));
                case.expect("a case of the suite").run(&($harness)());
            }
        )*
    };
    ($harness:expr) => {
        $crate::conformance!(@list tests ($harness));
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_contract_names_each_case() {
        let contract = include_str!("../../backend/mod.rs");
        let lines: Vec<_> =
            contract.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
        let text = lines.join(" ");
        let named: BTreeSet<_> = text
            .split("Cases: ")
            .skip(1)
            .flat_map(|cases| cases.split_once('.').expect("a list ends in a full stop").0.split(", "))
            .map(|case| case.trim_matches('`'))
            .collect();
        let cases: BTreeSet<_> = Case::ALL.iter().map(|case| case.name).collect();
        assert_eq!(named, cases);
        let (_, promises) = text.split_once("# The contract").expect("the contract");
        let (promises, _) = promises.split_once("The suite in").expect("the suite");
        for promise in promises.split("- **").skip(1) {
            assert!(promise.contains("Cases: "), "no case tests this: {promise}");
        }
    }
}
