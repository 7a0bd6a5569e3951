-- People with a password of their own, the one that was changed last first (people_lists.rs).
CREATE INDEX users_by_own_password ON users (password_changed_at, id)
    WHERE deleted_at IS NULL AND must_change_password = 0 AND password_changed_at > created_at;
