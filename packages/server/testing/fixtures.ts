// Things to call routes on: one of each kind, made anew for each call, so that no call sees what another did.

import { randomUUIDv7 } from 'node:crypto'
import { idOf, uuidOf } from '@lockstep/domain'
import type { TestApi } from './api.ts'

export interface FixtureOwner {
  readonly server: TestApi
  /** The project that the thing belongs to. */
  readonly project: string
  /** What was made for the fields before, by their names: a token belongs to the account in front of it. */
  readonly made: ReadonlyMap<string, string>
}

const fresh = (): string => randomUUIDv7()
const nameOf = (uuid: string): string => `x-${uuid}`.slice(0, 40)

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
}
