-- Logs come packed from the server, which costs far less than what the database does to large values by itself.

-- zstd; otherwise as the agent sent it.
ALTER TABLE job_logs ADD COLUMN packed boolean NOT NULL DEFAULT false;
ALTER TABLE job_logs ALTER COLUMN bytes SET STORAGE EXTERNAL;
