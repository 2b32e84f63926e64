// What a flush writes of facts: decisions, what runs where, and how tests went.

import { uuidOf, type Fact } from '@lockstep/domain'
import { foldInventoryFacts, type FactWrite, type InventoryFacts } from './inventory-facts.ts'
import type { StatementBuilder } from './statement-builder.ts'
import type { Place } from './submission.ts'
import type { WriteOf } from './write.ts'

/** Facts are rare beside transitions, so they travel as records and not as columns. */
export function addFacts(builder: StatementBuilder, facts: readonly WriteOf<'fact'>[]): void {
  const decisions = factsOf('decision', facts)
  const inventory = foldInventoryFacts(facts)
  const results = factsOf('test_results', facts)
  if (decisions.length > 0) addDecisions(builder, decisions)
  if (inventory.known.length > 0) addInventory(builder, inventory)
  if (inventory.passed.length > 0) addPassedOver(builder, inventory)
  if (results.length > 0) addTestResults(builder, results)
}

function factsOf<K extends Fact['kind']>(
  kind: K,
  facts: readonly WriteOf<'fact'>[],
): FactWrite<K>[] {
  const isOfKind = (write: WriteOf<'fact'>): write is WriteOf<'fact'> & FactWrite<K> =>
    write.fact.kind === kind
  return facts.filter(isOfKind)
}

function addDecisions(builder: StatementBuilder, decisions: FactWrite<'decision'>[]): void {
  builder.part('d')
  const records = decisions.map(({ fact, cause, origin }) => ({
    ...placeRecord(cause.place),
    gate: uuidOf(fact.gate),
    seq: cause.seq,
    ordinal: cause.ordinal,
    rule: fact.rule,
    person: fact.person,
    decision: fact.decision,
    covers: fact.covers,
    comment: fact.comment,
    how: fact.how,
    origin,
  }))
  builder.write(`
    decided AS (
      INSERT INTO decisions (project_id, root_id, gate_id, seq, ordinal, rule, person, decision, covers, comment, how, origin, at)
      SELECT t.project, t.root, t.gate, t.seq, t.ordinal, t.rule, t.person, t.decision, t.covers, t.comment, t.how, t.origin, ${builder.at}
      FROM jsonb_to_recordset(${builder.value(JSON.stringify(records), 'jsonb')}) AS t (project int, root uuid, gate uuid, seq int,
        ordinal smallint, rule int, person text, decision text, covers text, comment text, how text, origin jsonb)
      WHERE (SELECT ok FROM verdict))`)
}

function addInventory(builder: StatementBuilder, { known, current }: InventoryFacts): void {
  builder.part('v')
  const columns = `(environment uuid, component_project text, application text, component text, resource text, runs jsonb,
    wanted jsonb, verified bool, "unknown" bool, by_root uuid, by_job uuid, source uuid, seq int, ordinal smallint)`
  const shown = `t.environment, t.component_project, t.application, t.component, t.resource, nullif(t.runs, 'null'), nullif(t.wanted, 'null'),
    t.verified, t.unknown, t.by_root, t.by_job, ${builder.at}`
  const named = `environment_id, component_project, application, component, resource, runs, wanted, verified, "unknown",
    by_root_id, by_job_id, at`
  builder.write(`
    inventory_logged AS (
      INSERT INTO inventory_log (${named}, source_id, seq, ordinal)
      SELECT ${shown}, t.source, t.seq, t.ordinal
      FROM jsonb_to_recordset(${builder.value(JSON.stringify(known), 'jsonb')}) AS t ${columns}
      WHERE (SELECT ok FROM verdict))`)
  builder.write(`
    inventory_set AS (
      INSERT INTO inventory (${named})
      SELECT ${shown} FROM jsonb_to_recordset(${builder.value(JSON.stringify(current), 'jsonb')}) AS t ${columns}
      WHERE (SELECT ok FROM verdict)
      ON CONFLICT (environment_id, component_project, application, component, resource) DO UPDATE SET
        runs = excluded.runs, wanted = excluded.wanted, verified = excluded.verified, "unknown" = excluded."unknown",
        by_root_id = excluded.by_root_id, by_job_id = excluded.by_job_id, at = excluded.at
      WHERE inventory.at <= excluded.at)`)
}

/**
 * What is wanted where nothing had to be done. The row says itself whether it still runs these bits: an agent may have found
 * others since the plan was made, and then only what is wanted changes.
 */
function addPassedOver(builder: StatementBuilder, { passed }: InventoryFacts): void {
  builder.part('p')
  builder.write(`
    passed_over AS (
      UPDATE inventory i SET wanted = nullif(t.wanted, 'null'), at = greatest(i.at, ${builder.at}), by_root_id = t.by_root, by_job_id = NULL,
        runs = CASE WHEN i.runs->>'digest' = t.wanted->>'digest' THEN t.wanted ELSE i.runs END
      FROM jsonb_to_recordset(${builder.value(JSON.stringify(passed), 'jsonb')}) AS t (environment uuid, component_project text,
        application text, component text, resource text, wanted jsonb, by_root uuid, source uuid, seq int, ordinal smallint)
      WHERE (SELECT ok FROM verdict) AND i.environment_id = t.environment AND i.component_project = t.component_project
        AND i.application = t.application AND i.component = t.component AND i.resource = t.resource
        AND (i.wanted IS DISTINCT FROM nullif(t.wanted, 'null')
          OR (i.runs->>'digest' = t.wanted->>'digest' AND i.runs->>'version' <> t.wanted->>'version'))
      RETURNING i.*, t.source, t.seq, t.ordinal),
    passed_over_logged AS (
      INSERT INTO inventory_log (environment_id, component_project, application, component, resource, runs, wanted, verified,
        "unknown", by_root_id, by_job_id, at, source_id, seq, ordinal)
      SELECT environment_id, component_project, application, component, resource, runs, wanted, verified, "unknown",
        by_root_id, by_job_id, at, source, seq, ordinal FROM passed_over)`)
}

function addTestResults(builder: StatementBuilder, results: FactWrite<'test_results'>[]): void {
  builder.part('r')
  const records = results.map(({ fact, cause }) => ({
    ...placeRecord(cause.place),
    job: uuidOf(fact.job),
    stage: fact.stage,
    task: fact.task,
    results: fact.results,
  }))
  builder.write(`
    tested AS (
      INSERT INTO test_results (project_id, root_id, job_id, stage, task, results, at)
      SELECT t.project, t.root, t.job, t.stage, t.task, t.results, ${builder.at}
      FROM jsonb_to_recordset(${builder.value(JSON.stringify(records), 'jsonb')}) AS t (project int, root uuid, job uuid,
        stage text, task text, results jsonb)
      WHERE (SELECT ok FROM verdict)
      ON CONFLICT (project_id, root_id, job_id) DO NOTHING)`)
}

function placeRecord({ project, root }: Place): { project: number; root: string } {
  return { project, root }
}
