-- Definitions and their revisions; what runs are numbered by; artifacts, snapshots, repositories and triggers.

CREATE TABLE definitions (
  id uuid PRIMARY KEY,
  project_id int NOT NULL REFERENCES projects (number),
  kind text NOT NULL CHECK (kind IN ('application', 'environment', 'pipeline', 'release')),
  name text NOT NULL,
  -- The repository that owns it: another source that applies the same name is refused.
  source text NOT NULL,
  revision int NOT NULL,
  -- True when its newest revision was made elsewhere than in its source.
  ahead_of_source boolean NOT NULL DEFAULT false,
  retired_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX definitions_by_name ON definitions (project_id, kind, name) WHERE retired_at IS NULL;

CREATE TABLE definition_revisions (
  definition_id uuid NOT NULL REFERENCES definitions (id),
  revision int NOT NULL,
  digest text NOT NULL,
  body jsonb NOT NULL,
  file text,
  author text NOT NULL,
  comment text NOT NULL DEFAULT '',
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (definition_id, revision)
);
CREATE INDEX definition_revisions_by_digest ON definition_revisions (digest);

-- Old names keep pointing to the same thing until `renamedFrom` is removed.
CREATE TABLE definition_aliases (
  project_id int NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  definition_id uuid NOT NULL REFERENCES definitions (id),
  PRIMARY KEY (project_id, kind, name)
);

CREATE TABLE repositories (
  id uuid PRIMARY KEY,
  project_id int NOT NULL REFERENCES projects (number),
  name text NOT NULL,
  url text NOT NULL,
  poll_ms int NOT NULL DEFAULT 60000,
  poll_at timestamptz NOT NULL DEFAULT now(),
  refs jsonb NOT NULL DEFAULT '{}',
  failures int NOT NULL DEFAULT 0,
  failure text,
  seen_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);

-- Every run by its address, `name/number`. The row is written before the run begins; a number may be left out, a run never.
CREATE TABLE runs (
  id uuid PRIMARY KEY,
  root_id uuid NOT NULL,
  project_id int NOT NULL REFERENCES projects (number),
  name text NOT NULL,
  number int NOT NULL,
  pipeline_id uuid NOT NULL REFERENCES definitions (id),
  release_id uuid REFERENCES definitions (id),
  plan_digest text NOT NULL,
  starter text NOT NULL,
  -- What a trigger started it for: a commit starts exactly once.
  cause text,
  source jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, name, number)
);
CREATE UNIQUE INDEX runs_by_cause ON runs (project_id, cause) WHERE cause IS NOT NULL;
CREATE INDEX runs_by_root ON runs (root_id);
CREATE INDEX runs_by_pipeline ON runs (pipeline_id, created_at DESC);

-- An immutable file set under name and version, named by its SHA-256. The same version with other bytes is refused.
CREATE TABLE artifacts (
  id uuid PRIMARY KEY,
  project_id int NOT NULL REFERENCES projects (number),
  application text NOT NULL,
  component text NOT NULL,
  version text NOT NULL,
  digest text NOT NULL,
  size_bytes bigint NOT NULL,
  -- Contracts as they stood in the definition of the build's own commit.
  contracts jsonb NOT NULL DEFAULT '{}',
  sbom_digest text,
  commit_id text,
  root_id uuid,
  job_id uuid,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, application, component, version)
);
CREATE INDEX artifacts_by_root ON artifacts (root_id);

-- Which snapshots a run made or brings: one for each application.
CREATE TABLE run_snapshots (
  root_id uuid NOT NULL,
  project_id int NOT NULL,
  application text NOT NULL,
  digest text NOT NULL,
  version text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (root_id, project_id, application)
);
CREATE INDEX run_snapshots_by_digest ON run_snapshots (digest);

-- Facts reported from outside for conditions: `incidents.sev1 = 0`.
CREATE TABLE reported_facts (
  project_id int NOT NULL REFERENCES projects (number),
  name text NOT NULL,
  value jsonb NOT NULL,
  by text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, name)
);

-- A person's lock, freezes by hand, and anything else that is said of an environment beside its definition.
CREATE TABLE secrets (
  id uuid PRIMARY KEY,
  project_id int NOT NULL REFERENCES projects (number),
  name text NOT NULL,
  version int NOT NULL DEFAULT 1,
  ciphertext bytea NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);

-- One row per outgoing message: what was sent, to whom, and how it went.
CREATE TABLE notifications (
  id uuid PRIMARY KEY,
  effect_id text NOT NULL,
  project_id int NOT NULL,
  root_id uuid,
  subject_id text,
  kind text NOT NULL,
  receiver text NOT NULL,
  address text NOT NULL,
  title text NOT NULL,
  body_text text NOT NULL,
  body_html text NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'refused')),
  failure text,
  attempts int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  UNIQUE (effect_id, receiver)
);

-- The revision of the application whose processes deploy the snapshot; its processes are in the snapshot by digest.
ALTER TABLE snapshots ADD COLUMN definition_digest text NOT NULL;

-- Which data this is: a restore makes another generation of it, so that nothing from before is taken for new.
CREATE TABLE instance (
  is_sole boolean PRIMARY KEY DEFAULT true CHECK (is_sole),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  generation int NOT NULL DEFAULT 1
);
INSERT INTO instance DEFAULT VALUES;
