-- How single people sign in, where that differs from everybody else.
CREATE TABLE personal_sign_in (
    user_id BLOB NOT NULL PRIMARY KEY,
    system_preferred INTEGER NOT NULL, -- 1: the strongest second factor is asked for first
    mfa TEXT NOT NULL, -- disabled, enabled, enforced
    must_register INTEGER NOT NULL -- 1: a second factor must be registered before any application opens
) STRICT, WITHOUT ROWID;
