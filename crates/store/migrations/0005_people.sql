-- Finding people by the beginning of any part of their names, and those who have nothing to sign in with for good.

-- What is left of a text from the beginning of each of its parts on, lower case, at most 64 characters: display
-- name, sign-in name up to the @, employee id. Kept by people.rs, which cuts in the same way as the statement below.
CREATE TABLE people_parts (
    part TEXT NOT NULL,
    user_id BLOB NOT NULL,
    PRIMARY KEY (part, user_id)
) STRICT, WITHOUT ROWID;

INSERT INTO people_parts (part, user_id)
WITH RECURSIVE words (word, user_id) AS (
    SELECT display_name_key, id FROM users WHERE deleted_at IS NULL
    UNION
    SELECT upn_key, id FROM users WHERE deleted_at IS NULL
    UNION
    SELECT lower(employee_id), id FROM users WHERE deleted_at IS NULL AND employee_id IS NOT NULL
), cut (word, user_id, place) AS (
    SELECT word, user_id, 1 FROM words
    UNION ALL
    SELECT word, user_id, place + 1 FROM cut WHERE place < length(word) AND substr(word, place, 1) <> '@'
)
SELECT DISTINCT substr(word, place, 64), user_id FROM cut
WHERE (place = 1 OR substr(word, place - 1, 1) IN (' ', '-', '.', '_', ''''))
    AND substr(word, place, 1) NOT IN (' ', '-', '.', '_', '''', '@', '');

-- People without a passkey, an authenticator app or a password of their own. Kept by people.rs.
CREATE TABLE bare_people (
    user_id BLOB NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL -- of the account
) STRICT, WITHOUT ROWID;
CREATE INDEX bare_people_by_time ON bare_people (created_at, user_id);

INSERT INTO bare_people (user_id, created_at)
SELECT u.id, u.created_at FROM users u
WHERE u.deleted_at IS NULL
    AND (u.must_change_password = 1 OR COALESCE(u.password_changed_at, 0) <= u.created_at)
    AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = u.id)
    AND NOT EXISTS (SELECT 1 FROM totp_apps t WHERE t.user_id = u.id);
