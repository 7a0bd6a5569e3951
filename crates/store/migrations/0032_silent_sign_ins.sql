-- Sign-ins in which no person took part: an application used a refresh token, or asked without a page. They are many
-- times as many as the others, so that they lie apart: lists of the others cost what they did, and these have only the
-- indexes without which nobody finds anything.
CREATE TABLE silent_sign_ins (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    user_id BLOB,
    upn TEXT,
    upn_key TEXT, -- lower case
    user_display_name TEXT,
    app_id TEXT NOT NULL,
    app_name TEXT NOT NULL,
    ip_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    correlation_id BLOB NOT NULL,
    error TEXT, -- by name
    error_number INTEGER NOT NULL, -- 0: success
    multi_factor INTEGER NOT NULL, -- what was asked
    steps TEXT NOT NULL, -- JSON
    session_id BLOB
) STRICT;
CREATE INDEX silent_sign_ins_by_time ON silent_sign_ins (at, seq);
CREATE INDEX silent_sign_ins_by_user ON silent_sign_ins (user_id, at, seq) WHERE user_id IS NOT NULL;
CREATE INDEX silent_sign_ins_by_error ON silent_sign_ins (error_number, at, seq) WHERE error_number <> 0;
