-- What is written to see whether the database takes changes again, after it refused one: as much as a change of people has, so
-- that a little room is not taken for enough.
CREATE TABLE write_probe (
    single BIGINT NOT NULL PRIMARY KEY,
    data BLOB NOT NULL
);
