-- Groups, roles, applications, signing keys, and the two logs.
--
-- Users are named by plain ids: a user's row stays when the account is deleted (it is marked), so what refers to it
-- is removed by the writer, see forget_principal in roles.rs. The logs refer to things that may be gone.

CREATE TABLE groups (
    id BLOB NOT NULL PRIMARY KEY,
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL, -- lower case, for search and order
    description TEXT,
    mail_nickname TEXT NOT NULL,
    role_assignable INTEGER NOT NULL,
    visibility TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_by_name ON groups (display_name_key, id);

CREATE TABLE group_members (
    group_id BLOB NOT NULL REFERENCES groups (id),
    kind INTEGER NOT NULL, -- 0 user, 1 group
    member_id BLOB NOT NULL,
    PRIMARY KEY (group_id, kind, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_by_member ON group_members (member_id, kind, group_id);

CREATE TABLE group_owners (
    group_id BLOB NOT NULL REFERENCES groups (id),
    user_id BLOB NOT NULL,
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_owners_by_user ON group_owners (user_id, group_id);

CREATE TABLE role_assignments (
    id BLOB NOT NULL PRIMARY KEY,
    role_id BLOB NOT NULL,
    principal_id BLOB NOT NULL, -- a user or a service principal
    created_at INTEGER NOT NULL,
    UNIQUE (principal_id, role_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_assignments_by_role ON role_assignments (role_id, principal_id);

CREATE TABLE applications (
    client_id BLOB NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    service_principal_id BLOB NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE application_permissions (
    client_id BLOB NOT NULL REFERENCES applications (client_id),
    permission TEXT NOT NULL, -- such as User.Read.All
    PRIMARY KEY (client_id, permission)
) STRICT, WITHOUT ROWID;

CREATE TABLE app_secrets (
    id BLOB NOT NULL PRIMARY KEY,
    client_id BLOB NOT NULL REFERENCES applications (client_id),
    hash BLOB NOT NULL,
    hint TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX app_secrets_by_client ON app_secrets (client_id);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    use_from INTEGER NOT NULL,
    retired_at INTEGER
) STRICT;

-- seq counts up by itself and tells apart what happened at the same time.
CREATE TABLE audits (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    activity TEXT NOT NULL,
    succeeded INTEGER NOT NULL,
    reason TEXT NOT NULL,
    initiator TEXT NOT NULL, -- JSON
    initiator_user BLOB,
    initiator_app BLOB, -- client id
    ip_address TEXT NOT NULL,
    targets TEXT NOT NULL, -- JSON
    details TEXT NOT NULL, -- JSON
    correlation_id BLOB NOT NULL
) STRICT;
CREATE INDEX audits_by_time ON audits (at, seq);
CREATE INDEX audits_by_activity ON audits (activity, at, seq);
CREATE INDEX audits_by_correlation ON audits (correlation_id);
CREATE INDEX audits_by_user ON audits (initiator_user, at, seq) WHERE initiator_user IS NOT NULL;
CREATE INDEX audits_by_app ON audits (initiator_app, at, seq) WHERE initiator_app IS NOT NULL;

-- Finds the events that touched something; what else is known of the target is in audits.targets.
CREATE TABLE audit_targets (
    target_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (target_id, at, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_ins (
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
CREATE INDEX sign_ins_by_time ON sign_ins (at, seq);
CREATE INDEX sign_ins_by_user ON sign_ins (user_id, at, seq) WHERE user_id IS NOT NULL;
CREATE INDEX sign_ins_by_upn ON sign_ins (upn_key, at, seq) WHERE upn_key IS NOT NULL;
CREATE INDEX sign_ins_by_ip ON sign_ins (ip_address, at, seq);
CREATE INDEX sign_ins_by_correlation ON sign_ins (correlation_id);
CREATE INDEX sign_ins_by_error ON sign_ins (error_number, at, seq) WHERE error_number <> 0;
