-- Secrets of a project, or of one of its environments; sealed under a key that is in no database and no backup.

ALTER TABLE secrets ADD COLUMN environment_id uuid REFERENCES definitions (id);
ALTER TABLE secrets DROP CONSTRAINT secrets_project_id_name_key;
ALTER TABLE secrets ADD CONSTRAINT secrets_by_name UNIQUE NULLS NOT DISTINCT (project_id, environment_id, name);
COMMENT ON COLUMN secrets.ciphertext IS 'empty: the key was lost, and the value with it';

-- Which key the values are sealed under: servers that share the database have to hold the same.
ALTER TABLE instance ADD COLUMN secret_key_id text;
