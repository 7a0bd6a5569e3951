-- Who wants to hear of changes. What happened is read from the audit log; a subscription says how far it was told.
CREATE TABLE subscriptions (
    id BLOB NOT NULL PRIMARY KEY,
    document TEXT NOT NULL, -- JSON
    expires_at INTEGER NOT NULL,
    told TEXT NOT NULL, -- how far in the audit log
    reminded_for INTEGER NOT NULL, -- the end that its subscriber was reminded of; 0: none yet
    removed INTEGER NOT NULL -- 1: it ended before its time, and is kept until its subscriber could be told
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_by_expiry ON subscriptions (expires_at);
