-- Tokens for one environment, and tokens that work from some addresses only.

ALTER TABLE tokens ADD COLUMN environment_id uuid;
-- Addresses and ranges such as 10.0.0.0/8; from anywhere when there are none.
ALTER TABLE tokens ADD COLUMN sources text[] NOT NULL DEFAULT '{}';
ALTER TABLE tokens ADD CHECK (environment_id IS NULL OR project_id IS NOT NULL);
