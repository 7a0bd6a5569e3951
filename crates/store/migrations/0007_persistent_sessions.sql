-- "Stay signed in?" was answered with yes: the session outlives the browser.
ALTER TABLE sessions ADD COLUMN persistent INTEGER NOT NULL DEFAULT 0;
