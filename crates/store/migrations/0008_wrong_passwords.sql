-- The last three wrong passwords at a name, 16 bits of a keyed hash of each: see domain/src/lockout.rs.
ALTER TABLE lockouts ADD COLUMN wrong_passwords INTEGER NOT NULL DEFAULT 0;
