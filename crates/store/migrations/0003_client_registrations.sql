-- How applications are registered, and what they were granted.

-- No row means the defaults.
CREATE TABLE client_registrations (
    client_id BLOB NOT NULL PRIMARY KEY REFERENCES applications (client_id),
    document TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

-- Names of resources; those of the documents, so that a name finds its application and has only one.
CREATE TABLE identifier_uris (
    uri TEXT NOT NULL PRIMARY KEY,
    client_id BLOB NOT NULL REFERENCES applications (client_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX identifier_uris_by_client ON identifier_uris (client_id);

-- Clients and resources are service principals, our Graph among them, which is no row anywhere.
CREATE TABLE delegated_grants (
    client_id BLOB NOT NULL,
    resource_id BLOB NOT NULL,
    principal_id BLOB NOT NULL, -- a user; 16 zero bytes: everyone
    scopes TEXT NOT NULL, -- names, separated by blanks
    created_at INTEGER NOT NULL,
    PRIMARY KEY (client_id, resource_id, principal_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX delegated_grants_by_principal ON delegated_grants (principal_id, client_id);
CREATE INDEX delegated_grants_by_resource ON delegated_grants (resource_id, client_id);

-- Roles of our Graph are in application_permissions.
CREATE TABLE app_role_assignments (
    principal_id BLOB NOT NULL,
    resource_id BLOB NOT NULL,
    role_id BLOB NOT NULL, -- 16 zero bytes: assigned without a role
    kind INTEGER NOT NULL, -- 0 user, 1 group, 2 service principal
    created_at INTEGER NOT NULL,
    PRIMARY KEY (principal_id, resource_id, role_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX app_role_assignments_by_resource ON app_role_assignments (resource_id, principal_id);
