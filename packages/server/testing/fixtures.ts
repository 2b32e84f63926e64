// Things to call routes on, one of each kind.

import { randomUUIDv7 } from 'node:crypto'
import { idOf, uuidOf } from '@lockstep/domain'
import type { TestApi } from './api.ts'
import { commandWork, plannedStage, plannedTask, startPlannedRun } from './planned-runs.ts'
import { until } from './until.ts'
import { application, environment, release } from './definitions.ts'

export interface FixtureOwner {
  readonly server: TestApi
  /** The project that the thing belongs to. */
  readonly project: string
  /** What was made for the fields before, by their names: a token belongs to the account in front of it. */
  readonly made: ReadonlyMap<string, string>
}

const fresh = (): string => randomUUIDv7()
const nameOf = (uuid: string): string => `x-${uuid}`.slice(0, 40)

/** A definition of a kind with one revision; nothing runs beside it. */
function defined(kind: 'application' | 'environment' | 'release', prefix: 'def' | 'env' | 'rel') {
  return async ({ server, project }: FixtureOwner): Promise<string> => {
    const id = fresh()
    await server.database.pool.query(
      `INSERT INTO definitions (id, project_id, kind, name, source, revision)
       SELECT $1, number, $3, $4, 'x', 1 FROM projects WHERE id = $2`,
      [id, uuidOf(project), kind, nameOf(id)],
    )
    await server.database.pool.query(
      `INSERT INTO definition_revisions (definition_id, revision, digest, body, author) VALUES ($1, 1, $2, $3, 'rule')`,
      [id, `sha256:${'0'.repeat(64)}`, JSON.stringify({ ...BODIES[kind], name: 'x' })],
    )
    return idOf(prefix, id)
  }
}
const BODIES = {
  application: application('x'),
  environment: environment('x', 'x'),
  release: release('x', { collects: 'x', goes: 'x', to: 'x' }),
}

async function user({ server }: FixtureOwner): Promise<string> {
  const id = fresh()
  await server.database.pool.query(
    'INSERT INTO users (id, name, title, email) VALUES ($1, $2, $2, $3)',
    [id, nameOf(id), `${id}@example.test`],
  )
  return idOf('usr', id)
}

/**
 * Makes the thing that a path, query or body field of this name stands for, and returns its id. Whoever adds a route with a new
 * field adds how such a thing is made; kinds that belong to no project ignore the project.
 */
export const FIXTURES: Readonly<Record<string, (owner: FixtureOwner) => Promise<string>>> = {
  project: async ({ project }) => project,
  definition: defined('application', 'def'),
  // Nothing of it is set aside; who may repair is told so.
  fault: async () => idOf('run', fresh()),
  environment: defined('environment', 'env'),
  release: defined('release', 'rel'),
  async agent({ server }) {
    const id = fresh()
    await server.database.pool.query(
      `INSERT INTO agents (id, name, labels, labels_bound, public_key, platform, version)
       VALUES ($1, $2, '{}', false, $3, 'linux', '1')`,
      [id, nameOf(id), Buffer.from(id)],
    )
    return idOf('agt', id)
  },
  user,
  async group({ server }) {
    const id = fresh()
    await server.database.pool.query('INSERT INTO groups (id, name, title) VALUES ($1, $2, $2)', [
      id,
      nameOf(id),
    ])
    return idOf('grp', id)
  },
  async account({ server, project }) {
    const id = fresh()
    await server.database.pool.query(
      'INSERT INTO service_accounts (id, name, title, project_id) VALUES ($1, $2, $2, $3)',
      [id, nameOf(id), uuidOf(project)],
    )
    return idOf('svc', id)
  },
  async grant(owner) {
    const id = fresh()
    const holder = await user(owner)
    await owner.server.database.pool.query(
      `INSERT INTO grants (id, role, user_id, project_id) VALUES ($1, 'viewer', $2, $3)`,
      [id, uuidOf(holder), uuidOf(owner.project)],
    )
    return idOf('gra', id)
  },
  /** Of an artifact whose bytes are stored, without the name of the algorithm. */
  async digest({ server, project }) {
    const id = fresh()
    const digest = await server.blobs.put(Buffer.from(id))
    await server.database.pool.query(
      `INSERT INTO artifacts (id, project_id, application, component, version, digest, size_bytes)
       SELECT $1::uuid, number, 'x', 'x', $1::text, $2, 36 FROM projects WHERE id = $3`,
      [id, digest, uuidOf(project)],
    )
    return digest.slice('sha256:'.length)
  },
  async notification({ server, project }) {
    const id = fresh()
    await server.database.pool.query(
      `INSERT INTO notifications (id, effect_id, project_id, kind, receiver, address, title, body_text, body_html, state)
       SELECT $1::uuid, $1::text, number, 'x', 'x', 'x@example.test', 'x', 'x', 'x', 'refused' FROM projects WHERE id = $2`,
      [id, uuidOf(project)],
    )
    return idOf('ntf', id)
  },
  async secret({ server, project }) {
    const id = fresh()
    await server.database.pool.query(
      `INSERT INTO secrets (id, project_id, name, ciphertext, set_by)
       SELECT $1::uuid, number, $3, '', 'rule' FROM projects WHERE id = $2`,
      [id, uuidOf(project), nameOf(id)],
    )
    return idOf('sec', id)
  },
  async artifact({ server, project }) {
    const id = fresh()
    await server.database.pool.query(
      `INSERT INTO artifacts (id, project_id, application, component, version, digest, size_bytes)
       SELECT $1::uuid, number, 'x', 'x', $1::text, 'sha256:0', 1 FROM projects WHERE id = $2`,
      [id, uuidOf(project)],
    )
    return idOf('art', id)
  },
  session: async () => idOf('ses', fresh()),
  async token({ server, made }) {
    const id = fresh()
    const [user, account] = [made.get('user'), made.get('account')]
    if (user === undefined && account === undefined) return idOf('tok', id) // Nobody's.
    await server.database.pool.query(
      `INSERT INTO tokens (id, name, user_id, service_account_id, secret_hash, permissions, expires_at)
       VALUES ($1, 'x', $2, $3, '', '{}', now() + interval '1 day')`,
      [id, user && uuidOf(user), account && uuidOf(account)],
    )
    return idOf('tok', id)
  },
  async run(owner) {
    // An agent could take its work at once.
    return startRun(owner, [
      plannedStage('Staging', [plannedTask('measure', commandWork('measure'))]),
    ])
  },
  async job({ server, made }) {
    return idOf(
      'job',
      await poll(server, 'SELECT id FROM jobs WHERE root_id = $1', made.get('run') ?? ''),
    )
  },
  async step({ server, made }) {
    const sql = `SELECT id FROM aggregates WHERE root_id = $1 AND kind = 'step_run'`
    return idOf('stp', await poll(server, sql, made.get('run') ?? ''))
  },
  async gate(owner) {
    const approval = {
      kind: 'approval',
      name: 'qa',
      after: [],
      by: [{ kind: 'user', id: idOf('usr', fresh()), name: 'qa-lead' }],
      need: 1,
      oneFromEach: false,
      expiresMs: 86_400_000,
      onReject: 'wait',
    } as const
    const entry = { rules: [approval], allowSelfApproval: false }
    const run = await startRun(owner, [plannedStage('Staging', [], { entry })])
    const sql = `SELECT id FROM aggregates WHERE root_id = $1 AND kind = 'gate_run'`
    return idOf('gat', await poll(owner.server, sql, run))
  },
}

function startRun(
  { server, project }: FixtureOwner,
  stages: readonly ReturnType<typeof plannedStage>[],
): Promise<string> {
  const { reactor, database } = server
  const starter = `user:${idOf('usr', fresh())}` as const
  return startPlannedRun({ pool: database.pool, reactor }, { project, stages, starter })
}

/** The uuid that the query finds under a root, as soon as it is there. */
async function poll({ database }: TestApi, sql: string, root: string): Promise<string> {
  let found: string | undefined
  await until(`something is below ${root}`, async () => {
    found = (await database.pool.query<{ id: string }>(sql, [uuidOf(root)])).rows[0]?.id
    return found !== undefined
  })
  return found ?? ''
}
