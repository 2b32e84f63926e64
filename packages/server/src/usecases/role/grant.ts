import { randomUUIDv7 } from 'node:crypto'
import {
  assertInvariant,
  beginGrant,
  type BegunGrant,
  idOf,
  parseId,
  ROLE_SCOPES,
  type EnvironmentId,
  type ProjectId,
  type Role,
  type Scope,
} from '@lockstep/domain'
import type { GrantRecord, Subject } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { giverOf } from './giver-of.ts'
import { recordGrant } from './record-grant.ts'

export interface GrantInput {
  readonly subject: Subject
  readonly role: Role
  /** null: on the whole system. */
  readonly project: { readonly id: ProjectId; readonly number: number } | null
  readonly environment: EnvironmentId | null
}

type Refusals = 'role_not_for_this' | 'already_granted' | 'unknown_reference'

/** A grant as it is now, and how many sessions ended: whose rights change signs in again. */
export interface ChangedGrant {
  readonly grant: GrantRecord
  readonly endedSessions: number
  /** Why it waits for somebody else; null: it does not. */
  readonly because: BegunGrant['because']
}

/**
 * Grants a role. Ends the sessions of everybody it touches: they sign in again with the rights they have now. One with which
 * its giver would decide at gates, or that decides and is given by a token or by somebody whose password is new by a link, counts for
 * nothing until somebody else confirms it, and an hour more.
 */
export async function grantRole(
  write: Write,
  input: GrantInput,
): Promise<Outcome<ChangedGrant, Refusals>> {
  const { people, actor } = write
  const { subject, role, project, environment } = input
  const scope = scopeOf(input)
  if (!ROLE_SCOPES[role].includes(scope)) {
    return no(
      'role_not_for_this',
      `The role ${role} is granted on ${ROLE_SCOPES[role].join(' or ')}, not on ${scope}.`,
    )
  }
  const touched = await people.grants.peopleOf(subject)
  const { state, because } = beginGrant({
    role,
    giver: await giverOf(write),
    reaches: touched,
  })
  const id = idOf('gra', randomUUIDv7())
  const refusal = await people.grants.insert({
    id,
    subject,
    role,
    project: project?.id ?? null,
    environment,
    state,
  })
  if (refusal === 'unknown_reference') return no(refusal, `There is no ${subject}.`)
  if (refusal === 'already_granted')
    return no(
      refusal,
      `${await nameOf(write, subject)} has the role ${role} here already, or it waits to be confirmed: lockstep role list`,
    )
  const grant = await people.grants.find(id)
  assertInvariant(grant !== undefined, 'an inserted grant is there')
  const others = touched.filter((person) => actor !== `user:${person}`)
  const endedSessions = state.status === 'in_force' ? await people.sessions.endAll(others) : 0
  const waits = state.status === 'unconfirmed' ? { waitsForConfirmation: true } : {}
  await recordGrant(write, 'role_granted', grant, waits)
  return done({ grant, endedSessions, because })
}

/** As people call them; the id of somebody who is not there. */
async function nameOf({ people }: Write, subject: Subject): Promise<string> {
  const user = parseId('usr', subject)
  if (user !== undefined) return (await people.users.find(user))?.name ?? subject
  const group = parseId('grp', subject)
  if (group !== undefined) return `Group ${(await people.groups.find(group))?.name ?? subject}`
  const account = parseId('svc', subject)
  const found = account && (await people.serviceAccounts.find(account))
  return `Service account ${found?.name ?? subject}`
}

function scopeOf({ project, environment }: GrantInput): Scope {
  if (environment !== null) return 'environment'
  return project === null ? 'system' : 'project'
}
