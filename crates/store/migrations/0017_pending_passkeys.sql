-- Passkeys that somebody is to make for a user, until the answer comes; found by the SHA-256 of their challenge.
CREATE TABLE pending_passkeys (
    challenge BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL,
    state BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_passkeys_by_user ON pending_passkeys (user_id, expires_at);
CREATE INDEX pending_passkeys_by_end ON pending_passkeys (expires_at);
