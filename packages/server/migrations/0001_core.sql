-- The tables of the write path. Every key of what runs leads with project and root, so that one run is one
-- neighbourhood on disk and partitions by root can come later. Ids are plain uuids; their prefixes are words of the API.

-- One row per thing with a life. version = number of its events. fillfactor leaves room for HOT updates, so no column
-- that changes with every event may be indexed: wake_at is written lazily, needs_person only when it turns.
CREATE TABLE aggregates (
  project_id integer NOT NULL,
  root_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  parent_id uuid,
  node text,
  attempt integer NOT NULL DEFAULT 1,
  version integer NOT NULL CHECK (version > 0),
  status text NOT NULL,
  waits jsonb,
  needs_person boolean NOT NULL DEFAULT false,
  wake_at timestamptz,
  fault text,
  state jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (project_id, root_id, id)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX aggregates_wake ON aggregates (wake_at) WHERE wake_at IS NOT NULL AND fault IS NULL;
-- Begins with kind, so that the planner never takes it for the primary key of an almost empty table.
CREATE INDEX aggregates_list ON aggregates (kind, project_id, created_at DESC);
CREATE INDEX aggregates_needs_person ON aggregates (project_id, id) WHERE needs_person;
CREATE INDEX aggregates_children ON aggregates (parent_id, node, attempt) WHERE parent_id IS NOT NULL;
-- The project of a root: what a message to another root has to find out.
CREATE UNIQUE INDEX aggregates_root ON aggregates (root_id) WHERE parent_id IS NULL;
CREATE INDEX aggregates_fault ON aggregates (id) WHERE fault IS NOT NULL;

-- What happened, once and for ever: inserted, never changed. `pos` is lane * 2^36 + number of the seal.
CREATE TABLE events (
  project_id integer NOT NULL,
  root_id uuid NOT NULL,
  id uuid NOT NULL,
  seq integer NOT NULL,
  pos bigint NOT NULL,
  kind text NOT NULL,
  type text NOT NULL,
  v smallint NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  ids uuid NOT NULL,
  origin jsonb,
  body jsonb NOT NULL,
  PRIMARY KEY (project_id, root_id, id, seq)
);
CREATE INDEX events_pos ON events (pos);

-- One attempt of one piece of work on one target. Only its owner opens and closes it.
CREATE TABLE jobs (
  project_id integer NOT NULL,
  root_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  id uuid NOT NULL,
  plan_digest text NOT NULL,
  step text NOT NULL,
  link integer NOT NULL,
  target integer NOT NULL,
  attempt integer NOT NULL,
  cause text,
  pool text NOT NULL,
  environment_id uuid,
  lock_token bigint,
  always boolean NOT NULL,
  not_before timestamptz,
  timeout_ms bigint NOT NULL,
  status text NOT NULL CHECK (status IN
    ('ready', 'leased', 'running', 'succeeded', 'failed', 'errored', 'aborted', 'unknown', 'superseded')),
  fence integer NOT NULL DEFAULT 0,
  agent_id uuid,
  lease_until timestamptz,
  deadline timestamptz,
  cancel_at timestamptz,
  cancel_grace_ms bigint,
  created_at timestamptz NOT NULL,
  leased_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  outcome jsonb,
  log_length bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, root_id, owner_id, id)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX jobs_id ON jobs (id);
CREATE INDEX jobs_ready ON jobs (pool, id) WHERE status = 'ready';
CREATE INDEX jobs_held ON jobs (agent_id) WHERE status IN ('leased', 'running');
CREATE INDEX jobs_deadline ON jobs (deadline) WHERE status IN ('leased', 'running');
CREATE INDEX jobs_cancelled ON jobs (cancel_at) WHERE status = 'ready' AND cancel_at IS NOT NULL;

-- What one aggregate tells another: written in the flush of the source, deleted in that of the target.
CREATE TABLE inbox (
  project_id integer NOT NULL,
  root_id uuid NOT NULL,
  source_id uuid NOT NULL,
  source_seq integer NOT NULL,
  ordinal smallint NOT NULL,
  target_root_id uuid NOT NULL,
  target_id uuid NOT NULL,
  event jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (project_id, root_id, source_id, source_seq, ordinal)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX inbox_at ON inbox (at);

-- Shut: nothing new of the subject may be handed out. The epoch moves with every change of what it guards.
CREATE TABLE guards (
  subject uuid PRIMARY KEY,
  epoch bigint NOT NULL DEFAULT 0,
  open boolean NOT NULL DEFAULT true
) WITH (fillfactor = 60);

-- Commands that were carried out, by the key of who asked.
CREATE TABLE commands (
  project_id integer NOT NULL,
  key text NOT NULL,
  body_digest text NOT NULL,
  answer jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (project_id, key)
);
CREATE INDEX commands_at ON commands (at);

-- One writer each; its head is the audit chain, the position of the event stream, and the witness of a commit.
CREATE TABLE lanes (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  node_id uuid NOT NULL,
  n bigint NOT NULL DEFAULT 0,
  hash bytea NOT NULL,
  closed_at timestamptz
) WITH (fillfactor = 20);
CREATE TABLE seals (
  lane integer NOT NULL,
  n bigint NOT NULL,
  prev bytea NOT NULL,
  hash bytea NOT NULL,
  events integer NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (lane, n)
);
CREATE TABLE checkpoints (
  n bigint PRIMARY KEY,
  prev bytea NOT NULL,
  heads jsonb NOT NULL,
  root bytea NOT NULL,
  key_id text NOT NULL,
  signature bytea NOT NULL,
  at timestamptz NOT NULL
);

CREATE TABLE nodes (
  id uuid PRIMARY KEY,
  version text NOT NULL,
  beat_at timestamptz NOT NULL
);

-- Messages that came too late or did no good, kept as evidence.
CREATE TABLE set_aside (
  id uuid PRIMARY KEY,
  project_id integer,
  root_id uuid,
  subject uuid,
  kind text NOT NULL,
  event jsonb NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX set_aside_at ON set_aside (at);
CREATE INDEX set_aside_subject ON set_aside (subject, at);

-- Facts: inserted once, named by digest or by the event that made them.

CREATE TABLE plans (
  digest text PRIMARY KEY,
  kind text NOT NULL,
  body jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE decisions (
  project_id integer NOT NULL,
  root_id uuid NOT NULL,
  gate_id uuid NOT NULL,
  seq integer NOT NULL,
  ordinal smallint NOT NULL,
  rule integer NOT NULL,
  person text NOT NULL,
  decision text NOT NULL CHECK (decision IN ('approve', 'reject', 'withdraw', 'void')),
  covers text,
  comment text NOT NULL,
  how text NOT NULL,
  origin jsonb,
  at timestamptz NOT NULL,
  PRIMARY KEY (project_id, root_id, gate_id, seq, ordinal)
);

CREATE TABLE snapshots (
  digest text PRIMARY KEY,
  ordinal bigint GENERATED ALWAYS AS IDENTITY,
  application_project text NOT NULL,
  application text NOT NULL,
  version text NOT NULL,
  body jsonb NOT NULL,
  project_id integer NOT NULL,
  root_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (application_project, application, version)
);

CREATE TABLE test_results (
  project_id integer NOT NULL,
  root_id uuid NOT NULL,
  job_id uuid NOT NULL,
  stage text NOT NULL,
  task text NOT NULL,
  results jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (project_id, root_id, job_id)
);

-- What runs where, by the last accepted report; the log answers for any moment of the past.
CREATE TABLE inventory (
  environment_id uuid NOT NULL,
  component_project text NOT NULL,
  application text NOT NULL,
  component text NOT NULL,
  resource text NOT NULL,
  runs jsonb,
  wanted jsonb,
  verified boolean NOT NULL,
  unknown boolean NOT NULL,
  by_root_id uuid NOT NULL,
  by_job_id uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (environment_id, component_project, application, component, resource)
) WITH (fillfactor = 80);
CREATE TABLE inventory_log (
  environment_id uuid NOT NULL,
  component_project text NOT NULL,
  application text NOT NULL,
  component text NOT NULL,
  resource text NOT NULL,
  runs jsonb,
  wanted jsonb,
  verified boolean NOT NULL,
  unknown boolean NOT NULL,
  by_root_id uuid NOT NULL,
  by_job_id uuid,
  at timestamptz NOT NULL,
  -- The event that said so.
  source_id uuid NOT NULL,
  seq integer NOT NULL,
  ordinal smallint NOT NULL,
  PRIMARY KEY (environment_id, component_project, application, component, resource, at, source_id, seq, ordinal)
);
