import {
  assertInvariant,
  idOf,
  prefixOf,
  ROLES,
  uuidOf,
  type Grant,
  type GrantState,
  type Place,
  type Role,
  type UserId,
} from '@lockstep/domain'
import type { GrantRecord, GrantStore, Subject } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { moveEpoch, PEOPLE_GUARD } from '../guards.ts'
import { bounds, idOrNull, instantOf, instantOrNull, uuidOrNull } from './row.ts'

interface GrantRow {
  id: string
  role: string
  user_id: string | null
  group_id: string | null
  service_account_id: string | null
  project_id: string | null
  environment_id: string | null
  created_at: Date
  given_by: string | null
  confirmed_by: string | null
  effective_at: Date | null
  in_force: boolean
  subject_name: string
}

/** A role that waits for somebody's confirmation, or for its hour, counts for nothing. */
export const IN_FORCE = `coalesce(g.effective_at <= now(), false)`

const SELECT = `SELECT g.*, ${IN_FORCE} AS in_force, coalesce(u.name, gr.name, s.name) AS subject_name FROM grants g
  LEFT JOIN users u ON u.id = g.user_id LEFT JOIN groups gr ON gr.id = g.group_id
  LEFT JOIN service_accounts s ON s.id = g.service_account_id`

/** The roles of `$1`, a user or service account, also those that reach a user through groups. */
export const HELD_BY = `(g.user_id = $1 OR g.service_account_id = $1
  OR g.group_id IN (SELECT m.group_id FROM members m WHERE m.user_id = $1))`

function roleFrom(text: string): Role {
  const role = ROLES.find((known) => known === text)
  assertInvariant(
    role !== undefined,
    `a stored grant has a role that this program knows, not ${text}`,
  )
  return role
}

/** A grant as rights see it, from its bare columns. */
export function bareGrantFrom(row: {
  readonly role: string
  readonly project_id: string | null
  readonly environment_id: string | null
}): Grant {
  return { role: roleFrom(row.role), place: placeFrom(row) }
}

function placeFrom(row: {
  readonly project_id: string | null
  readonly environment_id: string | null
}): Place {
  if (row.project_id === null) return { on: 'system' }
  const project = idOf('prj', row.project_id)
  if (row.environment_id === null) return { on: 'project', project }
  return { on: 'environment', project, environment: idOf('env', row.environment_id) }
}

function grantFrom(row: GrantRow): GrantRecord {
  const subject: Subject | null =
    idOrNull('usr', row.user_id) ??
    idOrNull('grp', row.group_id) ??
    idOrNull('svc', row.service_account_id)
  assertInvariant(subject !== null, 'a grant has a subject')
  return {
    id: idOf('gra', row.id),
    subject,
    subjectName: row.subject_name,
    role: roleFrom(row.role),
    state: stateFrom(row),
    project: idOrNull('prj', row.project_id),
    environment: idOrNull('env', row.environment_id),
    createdAt: instantOf(row.created_at),
    givenBy: idOrNull('usr', row.given_by),
    confirmedBy: idOrNull('usr', row.confirmed_by),
    effectiveAt: instantOrNull(row.effective_at),
  }
}

function stateFrom({ given_by, confirmed_by, effective_at, in_force }: GrantRow): GrantState {
  const givenBy = idOrNull('usr', given_by)
  if (in_force || givenBy === null) return { status: 'in_force' }
  const confirmedBy = idOrNull('usr', confirmed_by)
  if (effective_at === null || confirmedBy === null) return { status: 'unconfirmed', givenBy }
  return { status: 'confirmed', givenBy, confirmedBy, from: instantOf(effective_at) }
}

const SUBJECT_TABLES = { usr: 'users', grp: 'groups', svc: 'service_accounts' } as const

function kindOf(subject: Subject): keyof typeof SUBJECT_TABLES {
  const prefix = prefixOf(subject)
  assertInvariant(
    prefix === 'usr' || prefix === 'grp' || prefix === 'svc',
    'a role is held by a person, group or service account',
  )
  return prefix
}

export function grantStore(tx: Tx): GrantStore {
  return {
    async find(id) {
      const { rows } = await tx.query<GrantRow>(`${SELECT} WHERE g.id = $1`, [uuidOf(id)])
      return rows[0] && grantFrom(rows[0])
    },
    async list(slice, project) {
      const { rows } = await tx.query<GrantRow>(
        `${SELECT} WHERE g.id > $1 AND g.project_id IS NOT DISTINCT FROM $3 ORDER BY g.id LIMIT $2`,
        [...bounds(slice), uuidOrNull(project)],
      )
      return rows.map(grantFrom)
    },
    async insert({ id, subject, role, project, environment, state }) {
      const kind = kindOf(subject)
      const uuid = uuidOf(subject)
      const { rowCount: exists } = await tx.query(
        `SELECT 1 FROM ${SUBJECT_TABLES[kind]} WHERE id = $1`,
        [uuid],
      )
      if (exists === 0) return 'unknown_reference'
      const { rowCount } = await tx.query(
        `INSERT INTO grants (id, role, user_id, group_id, service_account_id, project_id, environment_id, given_by, effective_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8::uuid, CASE WHEN $8::uuid IS NULL THEN now() END) ON CONFLICT DO NOTHING`,
        [
          uuidOf(id),
          role,
          kind === 'usr' ? uuid : null,
          kind === 'grp' ? uuid : null,
          kind === 'svc' ? uuid : null,
          uuidOrNull(project),
          uuidOrNull(environment),
          state.status === 'unconfirmed' ? uuidOf(state.givenBy) : null,
        ],
      )
      if (rowCount !== 1) return 'already_granted'
      await moveEpoch(tx, PEOPLE_GUARD)
      return undefined
    },
    async confirm(id, { confirmedBy, from }) {
      const { rowCount } = await tx.query(
        'UPDATE grants SET confirmed_by = $2, effective_at = $3 WHERE id = $1 AND effective_at IS NULL',
        [uuidOf(id), uuidOf(confirmedBy), new Date(from)],
      )
      if (rowCount === 1) await moveEpoch(tx, PEOPLE_GUARD)
      return rowCount === 1
    },
    async now() {
      const { rows } = await tx.query<{ now: Date }>('SELECT now() AS now')
      return instantOf(rows[0]?.now ?? new Date(Number.NaN))
    },
    async remove(id) {
      await tx.query('DELETE FROM grants WHERE id = $1', [uuidOf(id)])
      await moveEpoch(tx, PEOPLE_GUARD)
    },
    async heldBy(owner) {
      const { rows } = await tx.query<GrantRow>(
        `${SELECT} WHERE ${HELD_BY} AND ${IN_FORCE} ORDER BY g.id`,
        [uuidOf(owner)],
      )
      return rows.map(grantFrom)
    },
    async rolesOf(subject) {
      const { rows } = await tx.query<{ role: string }>(
        'SELECT DISTINCT role FROM grants WHERE user_id = $1 OR group_id = $1 OR service_account_id = $1',
        [uuidOf(subject)],
      )
      return rows.map(({ role }) => roleFrom(role))
    },
    async peopleOf(subject) {
      const { rows } = await tx.query<{ id: string }>(
        'SELECT id FROM users WHERE id = $1 UNION SELECT user_id FROM members WHERE group_id = $1',
        [uuidOf(subject)],
      )
      return rows.map(({ id }): UserId => idOf('usr', id))
    },
  }
}
