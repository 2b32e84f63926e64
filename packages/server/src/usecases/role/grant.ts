import { randomUUIDv7 } from 'node:crypto'
import {
  assertInvariant,
  idOf,
  isDeciding,
  ROLE_SCOPES,
  type EnvironmentId,
  type ProjectId,
  type Role,
  type Scope,
} from '@lockstep/domain'
import type { GrantRecord, Subject } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'

export interface GrantInput {
  readonly subject: Subject
  readonly role: Role
  /** null: on the whole system. */
  readonly project: { readonly id: ProjectId; readonly number: number } | null
  readonly environment: EnvironmentId | null
}

type Refusals =
  | 'role_not_for_this'
  | 'already_granted'
  | 'cannot_change_yourself'
  | 'unknown_reference'

/**
 * Grants a role. Ends the sessions of everybody it touches: they sign in again with the rights they have now.
 * Nobody gives themselves the right to decide at gates, not even an administrator.
 */
export async function grantRole(
  write: Write,
  input: GrantInput,
): Promise<Outcome<GrantRecord, Refusals>> {
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
  if (isDeciding(role) && touched.some((person) => actor === `user:${person}`)) {
    return no(
      'cannot_change_yourself',
      'Nobody lets themselves approve. Another administrator or project owner can grant it.',
    )
  }
  const id = idOf('gra', randomUUIDv7())
  const refusal = await people.grants.insert({
    id,
    subject,
    role,
    project: project?.id ?? null,
    environment,
  })
  if (refusal === 'unknown_reference') return no(refusal, `There is no ${subject}.`)
  if (refusal === 'already_granted')
    return no(refusal, `${subject} holds the role ${role} here already.`)
  const grant = await people.grants.find(id)
  assertInvariant(grant !== undefined, 'an inserted grant is there')
  await people.sessions.endAll(touched.filter((person) => actor !== `user:${person}`))
  await write.record({
    type: 'role_granted',
    subject: id,
    project: project?.number ?? 0,
    body: { holder: subject, role, project: project?.id ?? null, environment },
  })
  return done(grant)
}

function scopeOf({ project, environment }: GrantInput): Scope {
  if (environment !== null) return 'environment'
  return project === null ? 'system' : 'project'
}
