import { randomUUIDv7 } from 'node:crypto'
import {
  DAY_MS,
  findRangeBeyond,
  idOf,
  NEVER_BY_TOKEN,
  prefixOf,
  type EnvironmentId,
  type Instant,
  type Permission,
  type ProjectId,
  type ServiceAccountId,
  type TokenId,
  type UserId,
} from '@lockstep/domain'
import type { TokenRecord } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'
import { hashSecret } from '../account/one-time-code.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { makeTokenText } from './token-text.ts'

/** Live tokens that one person or service account may have. */
export const TOKENS_MAX = 50

export interface CreateTokenInput {
  readonly owner: UserId | ServiceAccountId
  readonly name: string
  readonly permissions: readonly Permission[]
  readonly project: ProjectId | null
  readonly environment: EnvironmentId | null
  /** Addresses and ranges; without any, those of the token that makes it. */
  readonly from: readonly string[]
  readonly days: number
  /** The token that is used to make this one; the new one has at most its rights and ends at most with it. */
  readonly parent: {
    readonly id: TokenId
    readonly permissions: readonly Permission[]
    readonly project: ProjectId | null
    readonly environment: EnvironmentId | null
    readonly from: readonly string[]
    readonly expiresAt: Instant
  } | null
}

export interface MadeToken {
  readonly token: TokenRecord
  /** Shown once; only its SHA-256 is kept. */
  readonly secret: string
}

/** Makes a token within the limits of its owner and of the token that makes it. What needs a person no token has. */
export async function createToken(
  write: Write,
  input: CreateTokenInput,
): Promise<Outcome<MadeToken, 'token_exceeds_parent' | 'too_many' | 'unknown_reference'>> {
  const { tokens, projects } = write.people
  const { owner, name, project, environment, days, parent } = input
  const permissions = [...new Set(input.permissions)]
  const from = input.from.length > 0 ? [...new Set(input.from)] : (parent?.from ?? [])
  const excess = excessOf(permissions, input)
  if (excess !== undefined) return no('token_exceeds_parent', excess)
  if (project !== null && (await projects.find(project)) === undefined) {
    return no('unknown_reference', `There is no project ${project}.`)
  }
  if ((await tokens.countLive(owner)) >= TOKENS_MAX) {
    return no('too_many', `There are ${TOKENS_MAX} tokens already. Revoke those that are not used.`)
  }
  const id = idOf('tok', randomUUIDv7())
  const secret = makeTokenText(prefixOf(owner) === 'svc' ? 'svc' : 'usr', id)
  const token = await tokens.insert({
    id,
    name,
    owner,
    secretHash: hashSecret(secret),
    permissions,
    project,
    environment,
    from,
    parent: parent?.id ?? null,
    lifeMs: days * DAY_MS,
    atMost: null,
  })
  if (parent !== null && token.expiresAt > parent.expiresAt) {
    return no(
      'token_exceeds_parent',
      `The token that you use ends on ${new Date(parent.expiresAt).toISOString()}; what it makes cannot live longer.`,
    )
  }
  await write.record({
    type: 'token_created',
    subject: id,
    body: {
      owner,
      name,
      permissions,
      project,
      environment,
      from: [...from],
      parent: parent?.id ?? null,
      expiresAt: new Date(token.expiresAt).toISOString(),
    },
  })
  return done({ token, secret })
}

/** Which limit the new token would exceed, as a sentence. */
function excessOf(
  permissions: readonly Permission[],
  { project, environment, from, parent }: CreateTokenInput,
): string | undefined {
  const forPeople = permissions.find((permission) => NEVER_BY_TOKEN.includes(permission))
  if (forPeople !== undefined)
    return `${forPeople} needs a person who is signed in; no token has it.`
  if (parent === null) return undefined
  const more = permissions.find((permission) => !parent.permissions.includes(permission))
  if (more !== undefined) return `The token that you use has no ${more}, so it cannot give it.`
  if (parent.project !== null && parent.project !== project) {
    return 'The token that you use is for one project; what it makes is for the same one.'
  }
  if (parent.environment !== null && parent.environment !== environment) {
    return 'The token that you use is for one environment; what it makes is for the same one.'
  }
  const wider = findRangeBeyond(from, parent.from)
  if (wider !== undefined)
    return `The token that you use does not work from all of ${wider}, so what it makes cannot either.`
  return undefined
}
