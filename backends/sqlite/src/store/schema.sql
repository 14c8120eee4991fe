CREATE TABLE topics (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- One sequence of offsets for the whole file. Each offset is used once, in the order of the commits.
CREATE TABLE messages (
    offset    INTEGER PRIMARY KEY AUTOINCREMENT,
    topic     INTEGER NOT NULL,          -- topics.id
    published INTEGER NOT NULL,          -- microseconds since 1970; never decreases as offsets increase
    key       BLOB,
    headers   BLOB,
    payload   BLOB                       -- null: a tombstone
) STRICT;

CREATE INDEX messages_by_topic ON messages (topic);

-- The position of a group in a topic: all messages below `next` are done, except those in `deliveries`.
CREATE TABLE cursors (
    id         INTEGER PRIMARY KEY,
    group_name TEXT NOT NULL,
    topic      INTEGER NOT NULL,         -- topics.id
    next       INTEGER NOT NULL,         -- the first offset that was not looked at
    UNIQUE (group_name, topic)
) STRICT;

-- The members of groups. A member that does not renew `alive_until` loses its row, and its messages with it.
CREATE TABLE members (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    group_name  TEXT NOT NULL,
    name        TEXT NOT NULL,
    alive_until INTEGER NOT NULL,        -- microseconds since 1970
    claim_after INTEGER,                 -- microseconds from a heartbeat to `alive_until`; null: not known
    UNIQUE (group_name, name)
) STRICT;

-- The messages that a group has looked at and not done: held by a member, or waiting for their key or a
-- member.
CREATE TABLE deliveries (
    cursor   INTEGER NOT NULL,           -- cursors.id
    offset   INTEGER NOT NULL,           -- messages.offset
    key      BLOB,                       -- messages.key
    member   INTEGER,                    -- members.id; null while the message waits
    attempts INTEGER NOT NULL,           -- how many times it was delivered
    PRIMARY KEY (cursor, offset)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_by_member ON deliveries (member) WHERE member IS NOT NULL;
