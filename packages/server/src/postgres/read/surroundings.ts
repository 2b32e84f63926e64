// What surrounds the definitions of a source: who refers to them, which runs use them, where they are deployed.

import type { DefinitionKind, Surroundings } from '@lockstep/define/check'
import { idOf, uuidOf, type ProjectId, type RunId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** A definition that is asked about. */
export interface Asked {
  readonly uuid: string
  readonly kind: DefinitionKind
  readonly name: string
}

/** References of other sources, and where things are deployed: what a difference has to know of the rest of the world. */
export async function readSurroundings(
  db: Queryable,
  scope: {
    readonly project: { readonly name: string; readonly number: number }
    readonly source: string
    /** Projects that whoever applies may see. */
    readonly projects: 'all' | readonly ProjectId[]
    /** Definitions as they are now. */
    readonly before: readonly Asked[]
  },
): Promise<Surroundings> {
  const names = scope.before.map(({ name }) => name)
  return {
    project: scope.project.name,
    ...(await readReferences(db, scope, names)),
    deployed: await readDeployed(db, scope.project.name, scope.before),
  }
}

interface ReferenceRow {
  readonly kind: DefinitionKind
  readonly from_project: string
  readonly from_name: string
  readonly visible: boolean
  readonly to_kind: DefinitionKind
  readonly to_name: string
  readonly tiers: readonly string[] | null
}

/** Keys of JSON under which a reference to a definition stands, by what it refers to. */
const REFERENCE_PATHS: readonly (readonly [to: DefinitionKind, path: string])[] = [
  ['application', '$.receives[*].application'],
  ['application', '$.applications[*].application'],
  ['application', '$.stages[*].tasks.**.application'],
  ['pipeline', '$.pipeline'],
  ['pipeline', '$.applications[*].from'],
  ['pipeline', '$.on[*].pipeline'],
  ['pipeline', '$.stages[*].**.pipeline'],
  ['environment', '$.stages[*].environment'],
  ['environment', '$.environments.*'],
]

// Only bodies in which one of the names stands at all are looked into.
async function readReferences(
  db: Queryable,
  scope: Parameters<typeof readSurroundings>[1],
  names: readonly string[],
): Promise<Pick<Surroundings, 'tierMaps' | 'references'>> {
  if (names.length === 0) return { tierMaps: [], references: [] }
  const paths = REFERENCE_PATHS.map(
    ([to, path]) =>
      `SELECT '${to}' AS to_kind, j AS reference FROM jsonb_path_query(r.body, '${path.includes('**') ? 'strict' : 'lax'} ${path} ? (@.name.type() == "string")', '{}', true) j`,
  )
  const rows = await listRows<ReferenceRow>(
    db,
    `SELECT DISTINCT d.kind, p.name AS from_project, d.name AS from_name,
       ($5::uuid[] IS NULL OR p.id = ANY ($5)) AS visible, f.to_kind, f.reference->>'name' AS to_name,
       CASE WHEN d.kind = 'environment' AND f.to_kind = 'application' THEN
         (SELECT array_agg(t.key ORDER BY t.key) FROM jsonb_array_elements(r.body->'receives') m
           CROSS JOIN LATERAL jsonb_object_keys(m->'map') AS t (key)
          WHERE m->'application' = f.reference) END AS tiers
     FROM definitions d JOIN projects p ON p.number = d.project_id
     JOIN definition_revisions r ON r.definition_id = d.id AND r.revision = d.revision
     CROSS JOIN LATERAL (${paths.join(' UNION ')}) f
     WHERE d.retired_at IS NULL AND NOT (d.project_id = $1 AND d.source = $2)
       AND f.reference->>'name' = ANY ($3)
       AND COALESCE(f.reference->>'project', p.name) = $4
     ORDER BY from_project, d.kind, from_name LIMIT 5000`,
    [
      scope.project.number,
      scope.source,
      names,
      scope.project.name,
      scope.projects === 'all' ? null : scope.projects.map(uuidOf),
    ],
  )
  const address = (name: string): string => `${scope.project.name}/${name}`
  return {
    tierMaps: rows.flatMap((row) =>
      row.tiers === null
        ? []
        : [
            {
              environment: `${row.from_project}/${row.from_name}`,
              application: address(row.to_name),
              tiers: row.tiers,
              visible: row.visible,
            },
          ],
    ),
    references: rows.map((row) => ({
      from: `${row.from_project}/${row.from_name}`,
      kind: row.to_kind,
      to: address(row.to_name),
      visible: row.visible,
    })),
  }
}

/** `kind name` → environments in which something of it runs. */
async function readDeployed(
  db: Queryable,
  project: string,
  asked: readonly Asked[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const applications = asked.filter(({ kind }) => kind === 'application').map(({ name }) => name)
  const environments = asked.filter(({ kind }) => kind === 'environment').map(({ uuid }) => uuid)
  const rows = await listRows<{ key: string; place: string }>(
    db,
    `SELECT DISTINCT 'application ' || i.application AS key, p.name || '/' || d.name AS place
     FROM inventory i JOIN definitions d ON d.id = i.environment_id JOIN projects p ON p.number = d.project_id
     WHERE i.component_project = $1 AND i.application = ANY ($2) AND (i.runs IS NOT NULL OR i.unknown)
     UNION
     SELECT DISTINCT 'environment ' || d.name, i.component_project || '/' || i.application
     FROM inventory i JOIN definitions d ON d.id = i.environment_id
     WHERE i.environment_id = ANY ($3::uuid[]) AND (i.runs IS NOT NULL OR i.unknown)
     ORDER BY key, place LIMIT 5000`,
    [project, applications, environments],
  )
  return new Map(
    [...Map.groupBy(rows, ({ key }) => key)].map(([key, group]) => [
      key,
      group.map(({ place }) => place),
    ]),
  )
}

/** A run under way and a definition whose revision it keeps. */
export interface KeepingRun {
  readonly run: RunId
  /** `project/name/number`. */
  readonly address: string
  readonly project: ProjectId
  /** The stage in which it is. */
  readonly stage: string
  readonly kind: DefinitionKind
  readonly name: string
  readonly revision: number
}

/** Runs that have not ended and were planned with one of these definitions of a project; at most 200, newest first. */
export async function listKeepingRuns(
  db: Queryable,
  project: string,
  definitions: readonly Pick<Asked, 'kind' | 'name'>[],
): Promise<readonly KeepingRun[]> {
  if (definitions.length === 0) return []
  const rows = await listRows<{
    id: string
    address: string
    project: string
    stage: string | null
    kind: DefinitionKind
    name: string
    revision: number
  }>(
    db,
    `SELECT r.id, p.name || '/' || r.name || '/' || r.number AS address, p.id AS project,
       (SELECT l.body->'stages'->s.node::int->>'name' FROM aggregates s
        WHERE s.parent_id = a.id AND s.kind = 'stage_run' ORDER BY s.created_at DESC LIMIT 1) AS stage,
       d->>'kind' AS kind, d->>'name' AS name, (d->>'revision')::int AS revision
     FROM aggregates a
     JOIN runs r ON r.project_id = a.project_id AND r.id = a.id
     JOIN projects p ON p.number = r.project_id
     JOIN plans l ON l.digest = r.plan_digest
     CROSS JOIN LATERAL jsonb_array_elements(l.body->'definitions') d
     WHERE a.kind = 'pipeline_run' AND a.finished_at IS NULL AND d->>'project' = $1
       AND (d->>'kind', d->>'name') IN (SELECT * FROM unnest($2::text[], $3::text[]))
     ORDER BY r.created_at DESC, 5, 6 LIMIT 200`,
    [project, definitions.map(({ kind }) => kind), definitions.map(({ name }) => name)],
  )
  return rows.map((row) => ({
    ...row,
    run: idOf('run', row.id),
    project: idOf('prj', row.project),
    stage: row.stage ?? '',
  }))
}
