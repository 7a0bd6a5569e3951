-- Who hears of what by notices; without the row as the program has it.
CREATE TABLE notice_settings (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    document TEXT NOT NULL -- JSON
) STRICT;
