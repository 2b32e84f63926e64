-- Keys by which a project lets its artifacts be signed, and the signatures that came. Only public keys; a removed one counts no more.

CREATE TABLE trusted_keys (
  id uuid PRIMARY KEY,
  project_id int NOT NULL REFERENCES projects (number),
  name text NOT NULL,
  -- SPKI in DER.
  public_key bytea NOT NULL,
  added_by text NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  removed_at timestamptz
);
CREATE UNIQUE INDEX trusted_keys_name ON trusted_keys (project_id, name) WHERE removed_at IS NULL;

-- Of the digest, so of the bytes, whatever they are called.
CREATE TABLE artifact_signatures (
  project_id int NOT NULL REFERENCES projects (number),
  digest text NOT NULL,
  key_id uuid NOT NULL REFERENCES trusted_keys,
  signature bytea NOT NULL,
  sent_by text NOT NULL,
  sent_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, digest, key_id)
);
