// What must never be found in the database: run every minute and after every test.

import { OVERRIDES_NEEDED } from '@lockstep/domain'
import type { ClientBase } from 'pg'

/** Something that breaks a promise. Each is a release blocker. */
export interface Violation {
  readonly rule: string
  /** Id or position of what breaks it. */
  readonly subject: string
  readonly detail: string
}

const VIOLATIONS_PER_RULE_MAX = 20
const OLD_MESSAGE_SECONDS = 30

/** Each selects `subject` and `detail` of what should not be there. */
const RULES: Readonly<Record<string, string>> = {
  'the version of an aggregate is the number of its events, which have no gaps': `
    SELECT a.id::text AS subject, format('version %s, %s events up to %s', a.version, e.count, e.last) AS detail
    FROM aggregates a CROSS JOIN LATERAL (
      SELECT count(*) AS count, coalesce(max(seq), 0) AS last FROM events
      WHERE project_id = a.project_id AND root_id = a.root_id AND id = a.id) e
    WHERE e.count <> a.version OR e.last <> a.version`,
  'what has not ended waits for something: a moment, a job, a child, a message or a person': `
    SELECT a.id::text AS subject, format('%s %s', a.kind, a.status) AS detail FROM aggregates a
    WHERE a.finished_at IS NULL AND a.wake_at IS NULL AND a.waits IS NULL AND a.fault IS NULL
      AND a.kind NOT IN ('environment_lock', 'release')
      AND NOT EXISTS (SELECT FROM jobs j WHERE j.project_id = a.project_id AND j.root_id = a.root_id AND j.owner_id = a.id AND j.finished_at IS NULL)
      AND NOT EXISTS (SELECT FROM aggregates c WHERE c.parent_id = a.id AND c.finished_at IS NULL)
      AND NOT EXISTS (SELECT FROM inbox i WHERE i.target_id = a.id)`,
  'a message is taken within half a minute': `
    SELECT i.source_id::text AS subject, format('to %s since %s', i.target_id, i.at) AS detail FROM inbox i
    WHERE i.at < now() - make_interval(secs => ${OLD_MESSAGE_SECONDS})
      AND NOT EXISTS (SELECT FROM aggregates a WHERE a.id = i.target_id AND a.fault IS NOT NULL)`,
  'one run at a time works in an environment': `
    SELECT environment_id::text AS subject, format('tokens %s', array_agg(DISTINCT lock_token)) AS detail FROM jobs
    WHERE status IN ('leased', 'running') AND lock_token IS NOT NULL
    GROUP BY environment_id HAVING count(DISTINCT lock_token) > 1`,
  'what has ended has no open job': `
    SELECT j.id::text AS subject, format('%s of %s, which %s', j.status, j.owner_id, a.status) AS detail
    FROM jobs j JOIN aggregates a ON a.project_id = j.project_id AND a.root_id = j.root_id AND a.id = j.owner_id
    WHERE j.finished_at IS NULL AND a.finished_at IS NOT NULL`,
  'a job belongs to an aggregate': `
    SELECT j.id::text AS subject, format('owner %s', j.owner_id) AS detail FROM jobs j
    WHERE NOT EXISTS (SELECT FROM aggregates a WHERE a.project_id = j.project_id AND a.root_id = j.root_id AND a.id = j.owner_id)`,
  'a step run counts its open jobs': `
    SELECT a.id::text AS subject, format('counts %s open, has %s', a.state->'counts'->>'open', o.open) AS detail
    FROM aggregates a CROSS JOIN LATERAL (
      SELECT count(*) AS open FROM jobs j
      WHERE j.project_id = a.project_id AND j.root_id = a.root_id AND j.owner_id = a.id AND j.status IN ('ready', 'leased', 'running')) o
    WHERE a.kind = 'step_run' AND a.finished_at IS NULL AND a.state ? 'counts' AND (a.state->'counts'->>'open')::int <> o.open`,
  'a terminal aggregate has a finish and no wake-up': `
    SELECT id::text AS subject, status AS detail FROM aggregates
    WHERE (status IN ('succeeded', 'failed', 'errored', 'aborted', 'skipped')) <> (finished_at IS NOT NULL)
      OR (finished_at IS NOT NULL AND wake_at IS NOT NULL)`,
  'every seal covers the events that lie under it': `
    SELECT s.lane || ':' || s.n AS subject, format('%s events, %s there', s.events, count(e.pos)) AS detail
    FROM seals s LEFT JOIN events e ON e.pos = (s.lane::bigint << 36) + s.n
    GROUP BY s.lane, s.n, s.events HAVING count(e.pos) <> s.events`,
  'every event lies under a seal': `
    SELECT e.id::text AS subject, format('seq %s at %s', e.seq, e.pos) AS detail FROM events e
    WHERE NOT EXISTS (SELECT FROM seals s WHERE s.lane = (e.pos >> 36) AND s.n = e.pos & ((1::bigint << 36) - 1))`,
  'the head of a lane is its last seal': `
    SELECT l.id::text AS subject, format('head %s, last seal %s', l.n, coalesce(s.last, 0)) AS detail
    FROM lanes l CROSS JOIN LATERAL (SELECT max(n) AS last, count(*) AS count FROM seals WHERE lane = l.id) s
    WHERE l.n <> coalesce(s.last, 0) OR l.n <> s.count`,
  'a passed gate has as many people who approved as each of its rules needs': `
    SELECT a.id::text AS subject, format('rule %s: %s approved', r.ord - 1, g.given) AS detail
    FROM aggregates a JOIN plans p ON p.digest = a.state->>'plan'
    CROSS JOIN LATERAL jsonb_array_elements(
      p.body->'stages'->((a.state->>'stage')::int)->(a.state->>'node')->'rules') WITH ORDINALITY AS r (rule, ord)
    CROSS JOIN LATERAL (
      SELECT count(*) AS given FROM (
        SELECT DISTINCT ON (person) decision FROM decisions d
        WHERE d.project_id = a.project_id AND d.root_id = a.root_id AND d.gate_id = a.id AND d.rule = r.ord - 1
        ORDER BY person, seq DESC, ordinal DESC) last
      WHERE decision = 'approve') g
    WHERE a.kind = 'gate_run' AND a.state->>'status' = 'passed' AND r.rule->>'kind' = 'approval'
      AND a.state->'rules'->((r.ord - 1)::int)->>'status' = 'given'
      AND g.given < CASE WHEN (r.rule->>'oneFromEach')::boolean THEN jsonb_array_length(r.rule->'by')
                         ELSE (r.rule->>'need')::int END`,
  'a gate that passed without an approval has as many people who overrode it as it takes': `
    SELECT a.id::text AS subject, format('%s overrode it', g.given) AS detail
    FROM aggregates a
    CROSS JOIN LATERAL (
      SELECT count(*) AS given FROM (
        SELECT DISTINCT ON (person) decision FROM decisions d
        WHERE d.project_id = a.project_id AND d.root_id = a.root_id AND d.gate_id = a.id
        ORDER BY person, seq DESC, ordinal DESC) last
      WHERE decision = 'override') g
    WHERE a.kind = 'gate_run' AND a.state->>'status' = 'passed'
      AND a.state->'rules' @> '[{"status": "overridden"}]' AND g.given < ${OVERRIDES_NEEDED}`,
}

/** Every violation found, at most so many per rule. Reads everything: in production it belongs on a standby or a quiet hour. */
export async function auditInvariants(
  client: Pick<ClientBase, 'query'>,
): Promise<readonly Violation[]> {
  const violations: Violation[] = []
  for (const [rule, sql] of Object.entries(RULES)) {
    const { rows } = await client.query<Omit<Violation, 'rule'>>(
      `${sql} LIMIT ${VIOLATIONS_PER_RULE_MAX}`,
    )
    violations.push(...rows.map((row) => ({ rule, ...row })))
  }
  return violations
}
