-- Agents: who they are, where they may work, what they have written, and the files that came from them.

CREATE TABLE agents (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  labels text[] NOT NULL,
  -- Given with the token: what the agent says of itself does not count.
  labels_bound boolean NOT NULL,
  -- Ed25519, 32 bytes. The private part never leaves the agent.
  public_key bytea NOT NULL UNIQUE,
  platform text NOT NULL,
  version text NOT NULL,
  draining boolean NOT NULL DEFAULT false,
  -- Set by a person who wants to know what really runs; cleared when the agent was asked.
  verify_asked_at timestamptz,
  enrolled_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz,
  revoked_at timestamptz
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX agents_name ON agents (name) WHERE revoked_at IS NULL;

-- One-time tokens; only their hash is kept.
CREATE TABLE agent_enrolments (
  id uuid PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  name text NOT NULL,
  labels text[] NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  agent_id uuid REFERENCES agents (id)
);

-- Where an agent may work. environment_id null: build and test work of the project.
CREATE TABLE agent_assignments (
  agent_id uuid NOT NULL REFERENCES agents (id),
  project_id int NOT NULL REFERENCES projects (number),
  environment_id uuid,
  assigned_by text NOT NULL,
  assigned_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (agent_id, project_id, environment_id)
);
CREATE INDEX agent_assignments_environment ON agent_assignments (environment_id);

-- Signed requests of the last minutes, so that none counts twice. Losing it in a crash harms nothing: requests are
-- idempotent, and signatures are good for two minutes.
CREATE UNLOGGED TABLE agent_nonces (
  agent_id uuid NOT NULL,
  nonce text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (agent_id, nonce)
);
CREATE INDEX agent_nonces_at ON agent_nonces (at);

-- The log of a job in the parts in which it came; how long it is stands in the job's row.
CREATE TABLE job_logs (
  project_id int NOT NULL,
  job_id uuid NOT NULL,
  start bigint NOT NULL,
  bytes bytea NOT NULL,
  -- Pairs of (byte offset in this part, milliseconds since the job began).
  marks int[] NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, job_id, start)
);

-- Test reports and bills of materials of a job, by digest.
CREATE TABLE job_files (
  project_id int NOT NULL,
  job_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('report', 'sbom')),
  path text NOT NULL,
  digest text NOT NULL,
  size_bytes bigint NOT NULL,
  PRIMARY KEY (project_id, job_id, kind, path)
);

-- Bytes by their SHA-256. The row is written after the file is on the disk.
CREATE TABLE blobs (
  digest text PRIMARY KEY,
  size_bytes bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- What agents found where they had placed something, each time it changed: evidence beside the reports of jobs.
CREATE TABLE agent_findings (
  agent_id uuid NOT NULL REFERENCES agents (id),
  environment_id uuid,
  component_project text NOT NULL,
  application text NOT NULL,
  component text NOT NULL,
  runs jsonb,
  verified boolean NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (agent_id, environment_id, component_project, application, component)
);
