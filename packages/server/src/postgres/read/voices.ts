// Who holds the role that decides at a gate: the one answer for decisions, for whom a gate waits and for who is written to.

import {
  findVoiceLack,
  idOf,
  uuidOf,
  type Decider,
  type EnvironmentId,
  type Grant,
  type Place,
  type VoiceLack,
} from '@lockstep/domain'

import { bareGrantFrom, IN_FORCE } from '../people/grants.ts'
import { findRow, listRows, type Queryable } from '../queryable.ts'
import { readPeople } from './people.ts'

/** Where a gate stands, as far as roles count there: its project by its number, and the environment of its stage. */
export interface GateSpot {
  readonly project: number
  readonly environment: EnvironmentId | null
}

/** What people may decide by their roles; what a gate asks of whom is in its plan. */
export interface Voices {
  /** This person as one who decides at the gate: marked when the role is missing there. */
  at(spot: GateSpot, person: Decider): Decider
  /** What is missing there; undefined: nothing. */
  lackOf(spot: GateSpot, person: string): VoiceLack | undefined
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
  const lackOf: Voices['lackOf'] = ({ project, environment }, id) => {
    // In a project where nobody of them holds a role, only roles on the system count.
    const place = projects.get(project) ?? { on: 'system' }
    const lack = findVoiceLack(grants.get(id) ?? [], place, environment)
    return lack ?? (settling.has(id) ? 'settled_password' : undefined)
  }
  return {
    lackOf,
    at(spot, { id, groups }) {
      return lackOf(spot, id) === undefined ? { id, groups } : { id, groups, lacksRole: true }
    },
  }
}

/** Somebody at a gate, as they are now: whoever may not sign in has no groups and no role. */
export async function readDecider(db: Queryable, spot: GateSpot, person: string): Promise<Decider> {
  const [now] = await readPeople(db, [person])
  if (now === undefined) return { id: person, groups: [], lacksRole: true }
  return (await readVoices(db, [person])).at(spot, { id: now.person, groups: now.groups })
}

/** From when a person decides at gates whose password was chosen again by a link; undefined: no longer kept from it. */
export async function readDecidesFrom(db: Queryable, person: string): Promise<Date | undefined> {
  const row = await findRow<{ decides_from: Date }>(
    db,
    'SELECT decides_from FROM users WHERE id = $1 AND decides_from > now()',
    [uuidOf(person)],
  )
  return row?.decides_from
}
