-- What goes out and comes in: messages by what they are about, commits that wait for a plan, tests from run to run.

CREATE INDEX notifications_subject ON notifications (subject_id, kind);
CREATE INDEX notifications_unsent ON notifications (created_at) WHERE state IN ('queued', 'failed', 'refused');

-- Runs that a commit or tag asked for and that could not be planned: tried again at each look until they can.
ALTER TABLE repositories ADD COLUMN waiting jsonb NOT NULL DEFAULT '[]';
CREATE INDEX repositories_poll ON repositories (poll_at);

-- How each test of a task went last: what is new today, and what is flaky.
CREATE TABLE test_cases (
  project_id int NOT NULL,
  pipeline_id uuid NOT NULL,
  task text NOT NULL,
  -- Digest of suite, class and name, and of the resource or cell that it ran on.
  identity text NOT NULL,
  dimension text NOT NULL,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('passed', 'failed', 'skipped')),
  -- What it ran on; null where a run has no source.
  commit_id text,
  root_id uuid NOT NULL,
  job_id uuid NOT NULL,
  -- How it went before this commit: what the first failure on a commit is held against.
  before text CHECK (before IN ('passed', 'failed', 'skipped')),
  -- It passed and failed on the same commit and dimension.
  flaky_at timestamptz,
  passes int NOT NULL DEFAULT 0,
  failures int NOT NULL DEFAULT 0,
  duration_ms int,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, pipeline_id, task, identity, dimension)
);
