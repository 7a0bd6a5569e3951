-- What administrators of applications need beside 0002 and 0003.

-- 0: registered, but not (or no longer) present in the tenant: it gets no tokens.
ALTER TABLE applications ADD COLUMN has_principal INTEGER NOT NULL DEFAULT 1;
-- The service principal that made it with Application.ReadWrite.OwnedBy.
ALTER TABLE applications ADD COLUMN owner_id BLOB;
-- Lower case, for search and order.
ALTER TABLE applications ADD COLUMN display_name_key TEXT NOT NULL DEFAULT '';
UPDATE applications SET display_name_key = lower(display_name);
CREATE INDEX applications_by_name ON applications (display_name_key, client_id);

ALTER TABLE app_secrets ADD COLUMN display_name TEXT;
-- None: from the application's beginning.
ALTER TABLE application_permissions ADD COLUMN created_at INTEGER;
