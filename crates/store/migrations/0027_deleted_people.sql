-- Deleted people, the last deletion first (people_lists.rs).
CREATE INDEX users_by_deletion ON users (deleted_at, id) WHERE deleted_at IS NOT NULL;
