// What definitions may refer to, as the server knows it and as far as somebody may see it.

import {
  summarizeDefinitions,
  type DefinitionKind,
  type FieldType,
  type Known,
  type KnownApplication,
  type KnownEnvironment,
  type KnownGroup,
  type KnownPipeline,
} from '@lockstep/define/check'
import { uuidOf, type ProjectId } from '@lockstep/domain'

import { listDefinitionsById } from '../deliverables/definition-store.ts'
import { findRow, listRows, type Queryable } from '../queryable.ts'

/** For whom and from where it is asked. */
export interface KnownScope {
  readonly project: { readonly name: string; readonly number: number }
  /** Projects whose definitions may be seen; one's own is always among them. */
  readonly projects: 'all' | readonly ProjectId[]
  /** The definitions of this source stand in its files, and not yet here. */
  readonly withoutSource?: string
  /**
   * Names of definitions whose insides matter; of the others only the names are told. All of them matter when it is
   * absent.
   */
  readonly mentioned?: ReadonlySet<string>
  /** Who applies: does not count among those who can approve. */
  readonly editor?: string
}

interface NameRow {
  readonly id: string
  readonly kind: DefinitionKind
  readonly project: string
  readonly name: string
  readonly aliases: readonly string[]
}

/**
 * Everything that checks may rely on. Agents are left out: a label may be written before the first machine has it, and
 * planning says so by name if it still has none.
 */
export async function readKnown(db: Queryable, scope: KnownScope): Promise<Known> {
  const rows = await listNames(db, scope)
  const { mentioned } = scope
  const inside = rows.filter(
    ({ name, aliases }) =>
      mentioned === undefined || [name, ...aliases].some((one) => mentioned.has(one)),
  )
  const definitions = await listDefinitionsById(
    db,
    inside.map(({ id }) => id),
  )
  const aliasesOf = new Map(rows.map(({ id, aliases }) => [id, aliases]))
  const known = summarizeDefinitions(
    definitions.map(({ uuid, project, definition }) => ({
      project,
      definition,
      aliases: aliasesOf.get(uuid) ?? [],
    })),
  )
  return {
    project: scope.project.name,
    projects: await listProjectNames(db, scope),
    applications: {
      ...namesOnly<KnownApplication>(rows, 'application', { tiers: {} }),
      ...known.applications,
    },
    pipelines: { ...namesOnly<KnownPipeline>(rows, 'pipeline', {}), ...known.pipelines },
    environments: {
      ...namesOnly<KnownEnvironment>(rows, 'environment', { tiers: {}, receives: [] }),
      ...known.environments,
    },
    groups: await readGroups(db),
    users: await listUserNames(db),
    secrets: await listSecretNames(db, scope.project.number),
    ...(await readFactTypes(db, scope.project.number)),
    ...(scope.editor === undefined ? {} : { editor: scope.editor }),
  }
}

async function listNames(db: Queryable, scope: KnownScope): Promise<readonly NameRow[]> {
  return listRows<NameRow>(
    db,
    `SELECT d.id, d.kind, p.name AS project, d.name,
       ARRAY (SELECT a.name FROM definition_aliases a WHERE a.definition_id = d.id ORDER BY a.name) AS aliases
     FROM definitions d JOIN projects p ON p.number = d.project_id
     WHERE d.retired_at IS NULL AND d.kind <> 'release'
       AND ($1::uuid[] IS NULL OR p.id = ANY ($1) OR p.number = $2)
       AND NOT (p.number = $2 AND $3::text IS NOT NULL AND d.source = $3)
     ORDER BY p.name, d.kind, d.name LIMIT ${NAMES_MAX}`,
    [projectUuids(scope), scope.project.number, scope.withoutSource ?? null],
  )
}

const NAMES_MAX = 20_000

function projectUuids({ projects }: KnownScope): readonly string[] | null {
  return projects === 'all' ? null : projects.map(uuidOf)
}

function namesOnly<Summary>(
  rows: readonly NameRow[],
  kind: DefinitionKind,
  empty: Summary,
): Record<string, Summary> {
  return Object.fromEntries(
    rows
      .filter((row) => row.kind === kind)
      .flatMap(({ project, name, aliases }) =>
        [name, ...aliases].map((one) => [`${project}/${one}`, empty]),
      ),
  )
}

async function listProjectNames(db: Queryable, scope: KnownScope): Promise<readonly string[]> {
  const rows = await listRows<{ name: string }>(
    db,
    `SELECT name FROM projects WHERE $1::uuid[] IS NULL OR id = ANY ($1) OR number = $2 ORDER BY name`,
    [projectUuids(scope), scope.project.number],
  )
  return rows.map(({ name }) => name)
}

async function readGroups(db: Queryable): Promise<Readonly<Record<string, KnownGroup>>> {
  const rows = await listRows<{ name: string; people: readonly string[] }>(
    db,
    `SELECT g.name, ARRAY (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id
       WHERE m.group_id = g.id AND u.disabled_at IS NULL ORDER BY u.name) AS people
     FROM groups g ORDER BY g.name LIMIT ${NAMES_MAX}`,
  )
  return Object.fromEntries(
    rows.map(({ name, people }) => [name, { members: people.length, people }]),
  )
}

async function listUserNames(db: Queryable): Promise<readonly string[]> {
  const rows = await listRows<{ name: string }>(
    db,
    `SELECT name FROM users WHERE disabled_at IS NULL ORDER BY name LIMIT ${NAMES_MAX}`,
  )
  return rows.map(({ name }) => name)
}

async function listSecretNames(db: Queryable, project: number): Promise<readonly string[]> {
  const rows = await listRows<{ name: string }>(
    db,
    'SELECT DISTINCT name FROM secrets WHERE project_id = $1 ORDER BY name',
    [project],
  )
  return rows.map(({ name }) => name)
}

/** The types of the facts that were reported; nothing when none was, so that anything may stand there. */
async function readFactTypes(db: Queryable, project: number): Promise<{ facts?: FieldType }> {
  const rows = await listRows<{ name: string; value: unknown }>(
    db,
    'SELECT name, value FROM reported_facts WHERE project_id = $1 ORDER BY name LIMIT 10000',
    [project],
  )
  if (rows.length === 0) return {}
  const root: Tree = new Map()
  for (const { name, value } of rows) plant(root, name.split('.'), typeOfFact(value))
  return { facts: fieldsOf(root) }
}

type Tree = Map<string, FieldType | Tree>

function plant(tree: Tree, [first = '', ...rest]: readonly string[], type: FieldType): void {
  if (rest.length === 0) {
    if (!tree.has(first)) tree.set(first, type)
    return
  }
  const found = tree.get(first)
  const inner: Tree = found instanceof Map ? found : new Map()
  tree.set(first, inner)
  plant(inner, rest, type)
}

function fieldsOf(tree: Tree): FieldType {
  const fields = [...tree].map(([name, inner]): [string, FieldType] => [
    name,
    inner instanceof Map ? fieldsOf(inner) : inner,
  ])
  return { fields: Object.fromEntries(fields) }
}

function typeOfFact(value: unknown): FieldType {
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number') return Number.isInteger(value) ? 'whole' : 'decimal'
  return 'text'
}

/** A project by its id. */
export async function findProject(
  db: Queryable,
  project: ProjectId,
): Promise<{ readonly name: string; readonly number: number } | undefined> {
  return findRow<{ name: string; number: number }>(
    db,
    'SELECT name, number FROM projects WHERE id = $1',
    [uuidOf(project)],
  )
}

/** A project by its id; nobody else applies definitions to it until the transaction ends. */
export async function lockProject(
  db: Queryable,
  project: ProjectId,
): Promise<{ readonly name: string; readonly number: number } | undefined> {
  return findRow<{ name: string; number: number }>(
    db,
    'SELECT name, number FROM projects WHERE id = $1 FOR NO KEY UPDATE',
    [uuidOf(project)],
  )
}
