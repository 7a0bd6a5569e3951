-- The first schema. SQLite's dialect; PostgreSQL's types are put in by postgres/dialect.rs.
-- Ids are 16 bytes, times microseconds since 1970 UTC, booleans 0 and 1.
-- A unique index is called <table>_<columns>_key, so that a violation has one name on both engines.

CREATE TABLE tenant (
    single INTEGER NOT NULL PRIMARY KEY CHECK (single = 1),
    id BLOB NOT NULL,
    display_name TEXT NOT NULL,
    default_domain TEXT NOT NULL,
    domains TEXT NOT NULL, -- JSON array
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The TemporaryAccessPass configuration; no row means its defaults.
CREATE TABLE pass_policy (
    single INTEGER NOT NULL PRIMARY KEY CHECK (single = 1),
    document TEXT NOT NULL, -- JSON
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Rows stay after a deletion, with deleted_at, because logs and passkeys point to them.
CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    upn TEXT NOT NULL,
    upn_key TEXT NOT NULL, -- normalised, lower case
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL, -- lower case
    mail_nickname TEXT NOT NULL,
    account_enabled INTEGER NOT NULL,
    user_type TEXT NOT NULL,
    employee_hire_date INTEGER,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    password_verifier TEXT,
    password_changed_at INTEGER,
    must_change_password INTEGER NOT NULL,
    sessions_valid_from INTEGER NOT NULL,
    given_name TEXT,
    surname TEXT,
    mail TEXT,
    mail_key TEXT, -- lower case
    job_title TEXT,
    department TEXT,
    company_name TEXT,
    office_location TEXT,
    mobile_phone TEXT,
    business_phone TEXT,
    preferred_language TEXT,
    usage_location TEXT,
    employee_id TEXT,
    employee_type TEXT,
    city TEXT,
    country TEXT,
    state TEXT,
    street_address TEXT,
    postal_code TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_upn_key_key ON users (upn_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_display_name ON users (display_name_key, upn_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_mail ON users (mail_key, upn_key) WHERE deleted_at IS NULL AND mail_key IS NOT NULL;
CREATE INDEX users_by_enabled ON users (account_enabled, upn_key) WHERE deleted_at IS NULL;

-- A user has at most one pass.
CREATE TABLE passes (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    lifetime INTEGER NOT NULL, -- minutes
    end_at INTEGER NOT NULL, -- start_at and lifetime added, for tidying up
    one_time INTEGER NOT NULL,
    used_at INTEGER,
    last_used_at INTEGER,
    blocked_at INTEGER,
    from_console INTEGER NOT NULL,
    wrong_guesses INTEGER NOT NULL, -- in a row
    verifier TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX passes_id_key ON passes (id);
CREATE INDEX passes_by_end ON passes (end_at);

CREATE TABLE passkeys (
    id BLOB NOT NULL PRIMARY KEY, -- credential id, up to 1023 bytes
    user_id BLOB NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    static_state BLOB NOT NULL,
    dynamic_state BLOB NOT NULL,
    aaguid BLOB NOT NULL,
    synced INTEGER NOT NULL,
    transports TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at);

CREATE TABLE totp_apps (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    sealed_key BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX totp_apps_by_user ON totp_apps (user_id, created_at);

-- Without a reference to users: each sign-in would lock its user's row on PostgreSQL. Every read joins them.
CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL,
    user_id BLOB NOT NULL,
    method TEXT NOT NULL,
    pass_id BLOB,
    pass_end INTEGER,
    created_at INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    kept_until INTEGER NOT NULL -- over by then in any case; for tidying up
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_token_hash_key ON sessions (token_hash);
CREATE INDEX sessions_by_user ON sessions (user_id, pass_id);
CREATE INDEX sessions_by_kept_until ON sessions (kept_until);

CREATE TABLE lockouts (
    counter BLOB NOT NULL PRIMARY KEY, -- 32 bytes: a keyed hash of what is counted
    failures INTEGER NOT NULL,
    locks INTEGER NOT NULL,
    locked_until INTEGER,
    window_start INTEGER,
    last_failure INTEGER,
    last_day INTEGER NOT NULL -- the last change in whole days, so that its index seldom changes
) STRICT, WITHOUT ROWID;
CREATE INDEX lockouts_by_last_day ON lockouts (last_day);

CREATE TABLE spent_challenges (
    challenge BLOB NOT NULL PRIMARY KEY, -- 32 bytes, a hash
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_challenges_by_expiry ON spent_challenges (expires_at);

-- Groups, roles, applications, signing keys and the logs: see 0002.
