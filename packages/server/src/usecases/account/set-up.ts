import { randomUUIDv7 } from 'node:crypto'
import { idOf, MINUTE_MS, type Instant } from '@lockstep/domain'
import type { People, UserRecord } from '../../ports/people.ts'
import type { InTransaction } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { openSession, type OpenedSession } from '../session/open-session.ts'
import { judgePassword } from './judge-password.ts'
import { hashSecret, makeCode } from './one-time-code.ts'
import type { Passwords } from './passwords.ts'
import { sayUse } from './say-use.ts'

export const SETUP_LIFE_MS = 30 * MINUTE_MS

/** A code for the first administrator, while there is nobody; codes of earlier starts stop working. Undefined once there is somebody. */
export async function makeSetupCode(
  people: People,
): Promise<{ readonly code: string; readonly expiresAt: Instant } | undefined> {
  if ((await people.users.count()) > 0) return undefined
  const code = makeCode('fs')
  await people.codes.withdraw('setup')
  const expiresAt = await people.codes.insert({
    secretHash: hashSecret(code),
    purpose: 'setup',
    user: null,
    lifeMs: SETUP_LIFE_MS,
  })
  return { code, expiresAt }
}

export interface SetUpInput {
  readonly code: string
  readonly name: string
  readonly email: string
  readonly password: string
  readonly deviceSecret: string | undefined
}

export interface SetUpDeps {
  readonly passwords: Passwords
  readonly inTransaction: InTransaction
}

/** Makes the first administrator with the one-time code and signs them in. Only while there is nobody, and once. */
export async function setUp(
  deps: SetUpDeps,
  input: SetUpInput,
): Promise<
  Outcome<
    { readonly session: OpenedSession; readonly user: UserRecord },
    'setup_code_wrong' | 'password_too_weak'
  >
> {
  const secretHash = hashSecret(input.code)
  // Before the password is hashed, which is slow: this asks for nobody to be signed in.
  const begins = await deps.inTransaction(({ people }) => judgeSetupLink(people, secretHash))
  if (!begins.ok) return begins
  const weak = judgePassword(input.password, [input.name, input.email])
  if (weak !== undefined) return no('password_too_weak', weak)
  const password = await deps.passwords.hash(input.password)
  return deps.inTransaction(async (write) => {
    const { people } = write
    const used = await people.codes.use(secretHash, 'setup')
    if (used === undefined || (await people.users.count()) > 0) {
      return no('setup_code_wrong', OVER)
    }
    const id = idOf('usr', randomUUIDv7())
    await people.users.insert({
      id,
      name: input.name,
      title: input.name,
      email: input.email,
      password,
    })
    await people.grants.insert({
      id: idOf('gra', randomUUIDv7()),
      subject: id,
      role: 'system_admin',
      project: null,
      environment: null,
      state: { status: 'in_force' },
    })
    await people.codes.nameUser(secretHash, id)
    const session = await openSession(write, { user: id, deviceSecret: input.deviceSecret })
    const user: UserRecord = {
      id,
      name: input.name,
      title: input.name,
      email: input.email,
      disabled: false,
      invited: null,
      createdAt: session.expiresAt,
      version: 1,
    }
    await write.record({
      type: 'first_administrator_created',
      subject: id,
      actor: `user:${id}`,
      body: { name: input.name, email: input.email },
    })
    return done({ session, user: (await people.users.find(id)) ?? user })
  })
}

/**
 * Whether this link still makes the first administrator. Once there is one no link makes another, and whoever holds the one that did is
 * told when, and who they are.
 */
export async function judgeSetupLink(
  people: People,
  secretHash: Buffer,
): Promise<Outcome<undefined, 'setup_code_wrong'>> {
  if ((await people.users.count()) === 0) {
    const found = await people.codes.findUsable(secretHash, 'setup')
    return found === undefined ? no('setup_code_wrong', OVER) : done(undefined)
  }
  const used =
    (await sayUse(people, secretHash)) ?? 'This link is used up: the first administrator was made.'
  return no('setup_code_wrong', `${used} Links for more people:  lockstep user create`)
}

const OVER =
  'This link cannot be used: it was used, has expired, or belongs to an earlier start. Start the server again to get a new one.'
