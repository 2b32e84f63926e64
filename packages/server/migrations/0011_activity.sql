-- The newest decisions and snapshots are read from the end.
CREATE INDEX decisions_at ON decisions (at DESC);
CREATE INDEX snapshots_at ON snapshots (created_at DESC);
