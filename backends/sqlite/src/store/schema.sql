CREATE TABLE topics (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- One sequence of offsets for the whole file, each used once, in the order of the commits.
CREATE TABLE messages (
    offset    INTEGER PRIMARY KEY AUTOINCREMENT,
    topic     INTEGER NOT NULL,          -- topics.id
    published INTEGER NOT NULL,          -- microseconds since 1970; never less than that of the offset before
    key       BLOB,
    headers   BLOB,
    payload   BLOB NOT NULL
) STRICT;

CREATE INDEX messages_by_topic ON messages (topic);

-- How far a group has looked into a topic: it has done all messages below `next` but those in `deliveries`.
CREATE TABLE cursors (
    id         INTEGER PRIMARY KEY,
    group_name TEXT NOT NULL,
    topic      INTEGER NOT NULL,         -- topics.id
    next       INTEGER NOT NULL,         -- the first offset not looked at
    UNIQUE (group_name, topic)
) STRICT;

-- Who reads in a group. A member that is silent beyond `alive_until` loses its row, and with it what it holds.
CREATE TABLE members (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    group_name  TEXT NOT NULL,
    name        TEXT NOT NULL,
    alive_until INTEGER NOT NULL,        -- microseconds since 1970
    UNIQUE (group_name, name)
) STRICT;

-- What a group has looked at and not done: in a member's hands, or waiting for its key or for a member.
CREATE TABLE deliveries (
    cursor   INTEGER NOT NULL,           -- cursors.id
    offset   INTEGER NOT NULL,           -- messages.offset
    key      BLOB,                       -- messages.key
    member   INTEGER,                    -- members.id; null while it waits
    attempts INTEGER NOT NULL,           -- how often it was handed out
    PRIMARY KEY (cursor, offset)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_by_member ON deliveries (member) WHERE member IS NOT NULL;
