-- The applications that a run brings, as definitions: runs are listed by them, newest first.
CREATE TABLE run_applications (
  application_id uuid NOT NULL REFERENCES definitions (id),
  run_id uuid NOT NULL REFERENCES runs (id),
  PRIMARY KEY (application_id, run_id)
);

-- Of runs before: those that had the name then, or have given it up for another since.
INSERT INTO run_applications (application_id, run_id)
SELECT DISTINCT d.id, r.id FROM runs r
JOIN plans pl ON pl.digest = r.plan_digest
CROSS JOIN LATERAL jsonb_array_elements(pl.body->'brings') AS b
JOIN projects p ON p.name = b->'application'->>'project'
JOIN definitions d ON d.project_id = p.number AND d.kind = 'application'
  AND (d.name = b->'application'->>'name' OR EXISTS (
    SELECT FROM definition_aliases a WHERE a.definition_id = d.id AND a.name = b->'application'->>'name'))
WHERE jsonb_typeof(pl.body->'brings') = 'array'
  AND d.created_at <= r.created_at AND (d.retired_at IS NULL OR d.retired_at >= r.created_at);
