-- What was said about somebody's password, as Graph names it (`passwordPolicies`).
ALTER TABLE users ADD COLUMN password_policies TEXT;
