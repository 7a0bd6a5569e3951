-- What people let applications do, as it goes on: codes, authorizations, refresh tokens. And keys of the tenant.

CREATE TABLE authorization_codes (
    hash BLOB NOT NULL PRIMARY KEY, -- SHA-256 of the code
    authorization_id BLOB NOT NULL, -- what it becomes
    document TEXT NOT NULL, -- JSON
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

-- All tokens from one code stand on one of these. Without a reference to users and sessions, which may go first.
CREATE TABLE authorizations (
    id BLOB NOT NULL PRIMARY KEY,
    client_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    method TEXT NOT NULL,
    pass_id BLOB,
    pass_end INTEGER,
    authenticated_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    fixed_end INTEGER,
    ended TEXT,
    document TEXT NOT NULL, -- JSON
    kept_until INTEGER NOT NULL -- of no use after that; for tidying up
) STRICT, WITHOUT ROWID;
CREATE INDEX authorizations_by_user ON authorizations (user_id, client_id);
CREATE INDEX authorizations_by_kept_until ON authorizations (kept_until);

CREATE TABLE refresh_tokens (
    hash BLOB NOT NULL PRIMARY KEY, -- SHA-256 of the token
    authorization_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    rotated_at INTEGER -- first used; another one took its place then
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_authorization ON refresh_tokens (authorization_id);
CREATE INDEX refresh_tokens_by_age ON refresh_tokens (created_at);

-- Keys of the tenant that are made once and never change, sealed under the master key.
CREATE TABLE tenant_keys (
    name TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
