-- SQLite alone
-- A user's row is too long for a table without row ids: there it also stands inside the tree of ids, which becomes five
-- levels deep with a million users. With row ids finding one reads three short pages and one of rows (lists by name
-- find their rows beside each other, as far as people came in that order).
CREATE TABLE users_in_rows (
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
) STRICT;
INSERT INTO users_in_rows SELECT * FROM users ORDER BY upn_key;
DROP TABLE users;
ALTER TABLE users_in_rows RENAME TO users;
CREATE UNIQUE INDEX users_upn_key_key ON users (upn_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_display_name ON users (display_name_key, upn_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_mail ON users (mail_key, upn_key) WHERE deleted_at IS NULL AND mail_key IS NOT NULL;
CREATE INDEX users_by_enabled ON users (account_enabled, upn_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_created ON users (created_at, upn_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_hire_date ON users (employee_hire_date, upn_key)
    WHERE deleted_at IS NULL AND employee_hire_date IS NOT NULL;
CREATE INDEX users_by_type ON users (user_type, upn_key) WHERE deleted_at IS NULL;
CREATE INDEX users_deleted ON users (id) WHERE deleted_at IS NOT NULL;
CREATE INDEX users_by_own_password ON users (password_changed_at, id)
    WHERE deleted_at IS NULL AND must_change_password = 0 AND password_changed_at > created_at;
CREATE INDEX users_by_deletion ON users (deleted_at, id) WHERE deleted_at IS NOT NULL;
