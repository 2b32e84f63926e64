// Who holds the role that decides at a gate: the one answer for decisions, for whom a gate waits and for who is written to.

import {
  findVoiceLack,
  idOf,
  isBeforeNewPassword,
  mayOverride,
  ROLE_PERMISSIONS,
  ROLES,
  uuidOf,
  type Decider,
  type EnvironmentId,
  type Grant,
  type Place,
  type VoiceLack,
} from '@lockstep/domain'

import type { Target } from '../../ports/reactor.ts'
import { bareGrantFrom, IN_FORCE } from '../people/grants.ts'
import { listRows, type Queryable } from '../queryable.ts'
import { readPeople } from './people.ts'

/** Where a gate stands, as far as roles count there: its project by its number, and the environment of its stage. */
export interface GateSpot {
  readonly project: number
  readonly environment: EnvironmentId | null
}

/** What people may decide by their roles; what a gate asks of whom is in its plan. */
export interface Voices {
  /** This person as one who decides at the gate: with what they lack there, if anything. */
  at(spot: GateSpot, person: Decider): Decider
  /** Whether this person may override the gate, and whether their password is theirs again. */
  overriding(spot: GateSpot, id: string): Overrider
}

/** Somebody who would override a gate. */
export interface Overrider extends Pick<Decider, 'id' | 'lack'> {
  readonly mayOverride: boolean
}

/** The roles that these people hold now, of their own and by their groups. */
export async function readVoices(db: Queryable, people: readonly string[]): Promise<Voices> {
  const rows = await listRows<{
    person: string
    role: string
    project_id: string | null
    environment_id: string | null
    number: number | null
    settles: boolean
  }>(
    db,
    // Two halves, each by an index of its own: joined by "or" it would look at every grant for every person.
    `SELECT g.user_id AS person, g.role, g.project_id, g.environment_id, p.number, u.decides_from > now() AS settles
     FROM grants g JOIN users u ON u.id = g.user_id LEFT JOIN projects p ON p.id = g.project_id
     WHERE g.user_id = ANY ($1::uuid[]) AND ${IN_FORCE}
     UNION ALL
     SELECT m.user_id, g.role, g.project_id, g.environment_id, p.number, u.decides_from > now()
     FROM members m JOIN grants g ON g.group_id = m.group_id JOIN users u ON u.id = m.user_id LEFT JOIN projects p ON p.id = g.project_id
     WHERE m.user_id = ANY ($1::uuid[]) AND ${IN_FORCE}`,
    [people.map(uuidOf)],
  )
  const grants = new Map<string, Grant[]>()
  const settling = new Set<string>()
  const projects = new Map<number, Place>()
  for (const row of rows) {
    const person = idOf('usr', row.person)
    if (row.settles) settling.add(person)
    grants.set(person, [...(grants.get(person) ?? []), bareGrantFrom(row)])
    if (row.number !== null && row.project_id !== null) {
      projects.set(row.number, { on: 'project', project: idOf('prj', row.project_id) })
    }
  }
  // In a project where nobody of them holds a role, only roles on the system count.
  const placeOf = ({ project }: GateSpot): Place => projects.get(project) ?? { on: 'system' }
  const lackOf = (spot: GateSpot, id: string): VoiceLack | undefined => {
    const { environment } = spot
    const place = placeOf(spot)
    const lack = findVoiceLack(grants.get(id) ?? [], place, environment)
    return lack ?? (settling.has(id) ? 'new_password' : undefined)
  }
  return {
    at(spot, { id, groups }) {
      const lack = lackOf(spot, id)
      return lack === undefined ? { id, groups } : { id, groups, lack }
    },
    overriding(spot, id) {
      const may = { id, mayOverride: mayOverride(grants.get(id) ?? [], placeOf(spot)) }
      return settling.has(id) ? { ...may, lack: 'new_password' } : may
    },
  }
}

/** Somebody who would override the gate, as they are now. */
export async function readOverrider(
  db: Queryable,
  spot: GateSpot,
  person: string,
): Promise<Overrider> {
  const [now] = await readPeople(db, [person])
  if (now === undefined) return { id: person, mayOverride: false }
  return (await readVoices(db, [person])).overriding(spot, person)
}

/** Everybody who may override the gate: told when somebody does. */
export async function listOverriders(db: Queryable, spot: GateSpot): Promise<readonly string[]> {
  const holders = await listRows<{ id: string }>(
    db,
    `SELECT DISTINCT COALESCE(g.user_id, m.user_id) AS id FROM grants g LEFT JOIN members m ON m.group_id = g.group_id
     WHERE g.role = ANY ($1) AND ${IN_FORCE} AND COALESCE(g.user_id, m.user_id) IS NOT NULL`,
    [ROLES.filter((role) => ROLE_PERMISSIONS[role].includes('gate.override'))],
  )
  const ids = holders.map(({ id }) => idOf('usr', id))
  const voices = await readVoices(db, ids)
  return ids.filter((id) => voices.overriding(spot, id).mayOverride)
}

/** Somebody at a gate, as they are now: whoever may not sign in has no groups and no role. */
export async function readDecider(db: Queryable, spot: GateSpot, person: string): Promise<Decider> {
  const [now] = await readPeople(db, [person])
  if (now === undefined) return { id: person, groups: [], lack: 'approver_role' }
  return (await readVoices(db, [person])).at(spot, { id: now.person, groups: now.groups })
}

/** Who of these people decided at this gate before their password was new by a link: that decision was theirs. */
export async function readDecidedBefore(
  db: Queryable,
  gate: Target,
  people: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await listRows<{ person: string; at: Date; from: Date }>(
    db,
    `SELECT d.person, max(d.at) AS at, u.decides_from AS from
     FROM unnest($4::text[], $5::uuid[]) AS w (person, id) JOIN users u ON u.id = w.id
     JOIN decisions d ON d.project_id = $1 AND d.root_id = $2 AND d.gate_id = $3 AND d.person = w.person
     WHERE u.decides_from > now() AND d.decision IN ('approve', 'reject', 'override') GROUP BY d.person, u.decides_from`,
    [gate.project, uuidOf(gate.root), uuidOf(gate.id), people, people.map(uuidOf)],
  )
  const theirs = rows.filter(({ at, from }) => isBeforeNewPassword(at.getTime(), from.getTime()))
  return new Set(theirs.map(({ person }) => person))
}
