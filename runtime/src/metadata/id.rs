use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

use uuid::{Timestamp, Uuid};

use crate::{Text, backend::Position};

/// Makes the ids of one publisher's events: UUIDs of version 1.
///
/// The node is random, with the bit set that distinguishes it from the address of a network card (RFC 9562,
/// section 6.10). The time of each id is later than the last one's: ids are unique even if the clock stops or
/// goes back.
#[derive(Debug)]
pub(crate) struct IdSource {
    node: [u8; 6],
    sequence: u16,
    /// The time of the last id, in the UUID's ticks of 100 ns since 15 October 1582.
    last: AtomicU64,
}

impl IdSource {
    pub(crate) fn new() -> Self {
        // The standard library seeds its hashers randomly.
        let random = RandomState::new().hash_one(0_u8).to_be_bytes();
        let mut node = [0; 6];
        node.copy_from_slice(&random[..6]);
        node[0] |= 1;
        Self {
            node,
            // A clock sequence has fourteen bits.
            sequence: u16::from_be_bytes([random[6], random[7]]) & 0x3fff,
            last: AtomicU64::new(0),
        }
    }

    pub(crate) fn next(&self, now: SystemTime) -> Text {
        text(self.next_uuid(now))
    }

    fn next_uuid(&self, now: SystemTime) -> Uuid {
        let since_epoch = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let timestamp = Timestamp::from_unix_time(since_epoch.as_secs(), since_epoch.subsec_nanos(), 0, 0);
        let (now, _) = timestamp.to_gregorian();
        let next = |last: u64| now.max(last + 1);
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(next(last)));
        // `fetch_update` fails only if the function returns `None`.
        let ticks = next(last.unwrap_or_else(|last| last));
        Uuid::new_v1(Timestamp::from_gregorian_time(ticks, self.sequence), &self.node)
    }
}

/// The id of a message that has none: the same for each delivery of the message.
///
/// It is a UUID of version 5, whose name is the position.
pub(crate) fn id_of(position: &Position) -> Text {
    /// Chosen at random.
    const NAMESPACE: Uuid = Uuid::from_u128(0xd46b_d0a9_3b5c_4ee0_8a0e_6c3e_52a1_7f0b);
    text(Uuid::new_v5(&NAMESPACE, position.to_string().as_bytes()))
}

fn text(id: Uuid) -> Text {
    Text::from(&*id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, time::Duration};

    use super::*;

    #[test]
    fn ids_have_version_1_and_are_unique_when_the_clock_stops_or_goes_back() {
        let ids = IdSource::new();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let made: HashSet<Uuid> =
            (0..20_000).map(|n| ids.next_uuid(now - Duration::from_secs(n % 2))).collect();
        assert_eq!(made.len(), 20_000);
        assert!(made.iter().all(|id| id.get_version_num() == 1));
    }

    #[test]
    fn an_id_contains_its_time() {
        let now = SystemTime::UNIX_EPOCH + Duration::new(1_767_225_600, 123_456_700);
        let id = IdSource::new().next_uuid(now);
        assert_eq!(
            id.get_timestamp().expect("an id of version 1 has a time").to_unix(),
            (1_767_225_600, 123_456_700)
        );
    }
}
