import { HOUR_MS, SECOND_LOOK_MS, type Instant } from '@lockstep/domain'
import type { People, UserRecord } from '../../ports/people.ts'
import type { InTransaction, Write } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { openSession, type OpenedSession } from '../session/open-session.ts'
import { judgePassword } from './judge-password.ts'
import { hashSecret, makeCode } from './one-time-code.ts'
import type { Passwords } from './passwords.ts'
import { sayUse } from './say-use.ts'

export const INVITATION_LIFE_MS = 72 * HOUR_MS

export interface MadeInvitation {
  readonly user: UserRecord
  readonly code: string
  readonly expiresAt: Instant
}

/** A link with which this person chooses a password; earlier ones of theirs stop working. */
export async function invite({ people }: Write, user: UserRecord): Promise<MadeInvitation> {
  const code = makeCode('in')
  await people.codes.withdraw(user.id)
  const expiresAt = await people.codes.insert({
    secretHash: hashSecret(code),
    purpose: 'invitation',
    user: user.id,
    lifeMs: INVITATION_LIFE_MS,
  })
  return { user, code, expiresAt }
}

export interface AcceptDeps {
  readonly passwords: Passwords
  readonly inTransaction: InTransaction
}

/**
 * Sets the password of the person whom the code was made for, ends their sessions and signs them in. Once. Who had a password before
 * decides at no gate for an hour: whoever made the link may have used it.
 */
export async function acceptInvitation(
  deps: AcceptDeps,
  input: {
    readonly code: string
    readonly password: string
    readonly deviceSecret: string | undefined
  },
): Promise<
  Outcome<
    { readonly session: OpenedSession; readonly user: UserRecord },
    'invitation_wrong' | 'password_too_weak'
  >
> {
  const secretHash = hashSecret(input.code)
  // Before the password is hashed, which is slow: this asks for nobody to be signed in.
  const begins = await deps.inTransaction(({ people }) => judgeInvitation(people, secretHash))
  if (!begins.ok) return begins
  const tooEasy = judgePassword(input.password, [])
  if (tooEasy !== undefined) return no('password_too_weak', tooEasy)
  const password = await deps.passwords.hash(input.password)
  return deps.inTransaction(async (write) => {
    const { people } = write
    const used = await people.codes.use(secretHash, 'invitation')
    const user = used?.user && (await people.users.find(used.user))
    if (user === undefined || user === null || user.disabled) {
      return no('invitation_wrong', OVER)
    }
    const weak = judgePassword(input.password, [user.name, user.title, user.email])
    if (weak !== undefined) return no('password_too_weak', weak)
    if ((await people.users.passwordOf(user.id)) !== null) {
      await people.users.holdDecisions(user.id, SECOND_LOOK_MS)
    }
    await people.users.setPassword(user.id, password)
    await people.sessions.endAll([user.id])
    const session = await openSession(write, { user: user.id, deviceSecret: input.deviceSecret })
    await write.record({
      type: 'password_chosen',
      subject: user.id,
      actor: `user:${user.id}`,
      body: {},
    })
    return done({ session, user })
  })
}

/** Whether somebody still chooses a password with this link. Whoever holds one that was used is told when, and by whom. */
export async function judgeInvitation(
  people: People,
  secretHash: Buffer,
): Promise<Outcome<undefined, 'invitation_wrong'>> {
  const used = await sayUse(people, secretHash)
  if (used !== undefined) {
    return no('invitation_wrong', `${used} An administrator can make another.`)
  }
  const found = await people.codes.findUsable(secretHash, 'invitation')
  const user = found?.user && (await people.users.find(found.user))
  return !user || user.disabled ? no('invitation_wrong', OVER) : done(undefined)
}

const OVER =
  'This link cannot be used: it was used, has expired, or a newer one was made. An administrator can make another.'
