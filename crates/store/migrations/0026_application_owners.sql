-- Who takes care of an application: people and service principals.
CREATE TABLE application_owners (
    client_id BLOB NOT NULL REFERENCES applications (client_id),
    owner_id BLOB NOT NULL,
    PRIMARY KEY (client_id, owner_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX application_owners_by_owner ON application_owners (owner_id, client_id);
INSERT INTO application_owners (client_id, owner_id)
    SELECT client_id, owner_id FROM applications WHERE owner_id IS NOT NULL;
ALTER TABLE applications DROP COLUMN owner_id;
