-- What the tenant says of passkeys, authenticator apps and the registration campaign; no row: the defaults.
CREATE TABLE method_policy (
    single INTEGER NOT NULL PRIMARY KEY CHECK (single = 1),
    document TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
