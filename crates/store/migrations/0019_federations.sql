-- Domains whose people another OpenID Provider signs in, and who is who there.
CREATE TABLE federations (
    domain TEXT NOT NULL PRIMARY KEY, -- lower case
    document TEXT NOT NULL, -- JSON
    secret BLOB -- our secret there, sealed under the master key; none: a public client
) STRICT, WITHOUT ROWID;

-- A subject is never given to anybody else, so it names its person for good; here, too, each has one at a provider.
CREATE TABLE federated_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX federated_identities_by_user ON federated_identities (user_id, issuer);
