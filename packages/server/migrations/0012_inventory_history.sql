-- What came to an environment and what went is read from the end.
CREATE INDEX inventory_log_at ON inventory_log (environment_id, at DESC);
