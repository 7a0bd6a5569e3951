-- The other provider's ID token, sealed under the master key: signing out there names the session by it.
ALTER TABLE sessions ADD COLUMN upstream_token BLOB;
