-- Whose manager is who. Links of deleted accounts stay until these are deleted for good: a restored one has its manager.
CREATE TABLE user_managers (
    user_id BLOB NOT NULL PRIMARY KEY,
    manager_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX user_managers_by_manager ON user_managers (manager_id, user_id);

CREATE INDEX users_deleted ON users (id) WHERE deleted_at IS NOT NULL;
