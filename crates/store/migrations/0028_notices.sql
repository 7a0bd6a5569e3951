-- How far people were told of what the audit log holds, a row for each way out. Without a row nothing was told yet.
CREATE TABLE notice_channels (
    channel TEXT NOT NULL PRIMARY KEY,
    told TEXT NOT NULL, -- how far in the audit log
    delivered_at INTEGER, -- the last time that one arrived
    failed_at INTEGER, -- the last attempt that failed
    failure TEXT, -- and why
    lost INTEGER NOT NULL, -- how many were given up
    lost_at INTEGER -- the last time
) STRICT, WITHOUT ROWID;
