-- Custom authentication strengths; the built-in ones are no rows.
CREATE TABLE authentication_strengths (
    id BLOB NOT NULL PRIMARY KEY,
    document TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
