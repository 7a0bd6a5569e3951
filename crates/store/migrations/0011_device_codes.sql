-- Devices that wait for somebody to type their code.

CREATE TABLE device_codes (
    hash BLOB NOT NULL PRIMARY KEY, -- SHA-256 of the device code
    user_code BLOB NOT NULL UNIQUE, -- keyed hash of what is typed
    document TEXT NOT NULL, -- JSON
    expires_at INTEGER NOT NULL,
    answer TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX device_codes_by_expiry ON device_codes (expires_at);
