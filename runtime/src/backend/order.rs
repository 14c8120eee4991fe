/// The order that the members of a group need: [`Subscription::order`](super::Subscription::order).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// Messages with the same key are processed one after the other, in the order of the log.
    ///
    /// The key of a message is its wire key, [`Message::key`](super::Message::key). For a keyless message it
    /// is the key of the decoded event. [`Consumer`](crate::Consumer) has the exact rule, and
    /// [`KeyOrder`] says what holds among the members of a group.
    #[default]
    PerKey,
    /// Messages have no order, whether they have keys or not. A log may give messages of one key to several
    /// members at the same time.
    None,
}

/// How a log keeps the messages of a key in the hands of one member of a group at a time, for
/// [`Order::PerKey`].
///
/// Only the wire key counts here: a backend does not decode events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyOrder {
    /// The log does so itself: it gives all messages of a key to one member, and other keys to other members,
    /// as Kafka and `SQLite` do.
    ///
    /// A keyless message goes to any member. Keyless events with the same key are in order within a member;
    /// over all members they are in order only if their partition is assigned to one member at a time, or if
    /// the group has one member.
    ByKey,
    /// One member of the group reads a topic at a time, and the others wait until it leaves or counts as
    /// dead, as with Redis. All messages are in order over all members, keyless ones too.
    SingleReader,
}
