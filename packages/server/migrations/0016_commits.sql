-- Commits of branches and tags that pipelines follow, as they were when they were first seen: what is new in a release.

CREATE TABLE commits (
  project_id int NOT NULL REFERENCES projects (number),
  repository text NOT NULL,
  commit text NOT NULL,
  -- The commit before it on its branch; null for the first of all.
  parent text,
  author text NOT NULL,
  message text NOT NULL,
  written_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, repository, commit)
);
