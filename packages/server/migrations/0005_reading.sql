-- Indexes for what people look at. Nothing in them changes with events, so updates of states stay cheap.

-- Gates and runs are addressed by their id alone.
CREATE INDEX aggregates_addressed ON aggregates (id) WHERE kind IN ('gate_run', 'pipeline_run');
-- Runs of a project, newest first: their ids begin with the moment.
CREATE INDEX runs_by_project ON runs (project_id, id DESC);
