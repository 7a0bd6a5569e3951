-- Administrative units, their members, and roles that are given for one of them (roles.rs, units.rs).

CREATE TABLE administrative_units (
    id BLOB NOT NULL PRIMARY KEY,
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL, -- lower case, for search and order
    description TEXT,
    hidden_membership INTEGER NOT NULL,
    restricted INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX administrative_units_by_name ON administrative_units (display_name_key, id);

CREATE TABLE unit_members (
    unit_id BLOB NOT NULL REFERENCES administrative_units (id),
    kind INTEGER NOT NULL, -- 0 user, 1 group
    member_id BLOB NOT NULL,
    PRIMARY KEY (unit_id, kind, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_members_by_member ON unit_members (member_id, kind, unit_id);

CREATE TABLE unit_role_assignments (
    id BLOB NOT NULL PRIMARY KEY,
    role_id BLOB NOT NULL,
    principal_id BLOB NOT NULL,
    unit_id BLOB NOT NULL REFERENCES administrative_units (id),
    created_at INTEGER NOT NULL,
    UNIQUE (principal_id, role_id, unit_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_role_assignments_by_role ON unit_role_assignments (role_id, principal_id);
CREATE INDEX unit_role_assignments_by_unit ON unit_role_assignments (unit_id, role_id);

-- Roles that the older form, /directoryRoles, shows: once activated or given, for good.
CREATE TABLE activated_roles (
    role_id BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO activated_roles (role_id) SELECT DISTINCT role_id FROM role_assignments;
