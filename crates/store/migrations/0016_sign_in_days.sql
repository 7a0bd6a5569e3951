-- How many sign-ins succeeded on a day, by what they were done with; for the portal's chart.
CREATE TABLE sign_in_days (
    day INTEGER NOT NULL, -- since 1970-01-01, UTC
    kind TEXT NOT NULL,
    sign_ins INTEGER NOT NULL,
    PRIMARY KEY (day, kind)
) STRICT;

-- One row: sign-ins before this moment are in the table above.
CREATE TABLE sign_in_days_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    counted_until INTEGER NOT NULL
) STRICT;
