-- What others are to hear of by HTTP: written with the change that they hear of, deleted once they did.
CREATE TABLE deliveries (
    key TEXT NOT NULL PRIMARY KEY, -- names the message, so that it waits here only once
    document TEXT NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL, -- the next attempt; while one is under way: when it has failed for sure
    attempts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_due ON deliveries (due_at);

-- 1: the application is called when a session ends.
ALTER TABLE client_registrations ADD COLUMN back_channel_logout INTEGER NOT NULL DEFAULT 0;
