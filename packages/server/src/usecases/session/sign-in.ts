import type { FailureStore, People, UserRecord } from '../../ports/people.ts'
import type { InTransaction } from '../../ports/write.ts'
import { hashSecret } from '../account/one-time-code.ts'
import type { Passwords } from '../account/passwords.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { openSession, type OpenedSession } from './open-session.ts'

/** What a person types, and what their browser brings along. */
export interface SignInInput {
  readonly name: string
  readonly password: string
  readonly deviceSecret: string | undefined
  readonly address: string
}

export interface SignInDeps {
  readonly passwords: Passwords
  /** Counters and look-ups outside of a transaction: a wrong password must be counted, whatever becomes of the request. */
  readonly people: People
  readonly inTransaction: InTransaction
}

type SignInOutcome = Outcome<
  { readonly session: OpenedSession; readonly user: UserRecord },
  'sign_in_failed' | 'sign_in_delayed'
> & {
  readonly retryAfterS?: number
}

/**
 * Signs a person in. The same answer in the same time whether the name or the password is wrong, or the person is disabled.
 * Wrong passwords are counted per account and per address and make the next try wait; a browser in which the person has
 * signed in before has a counter of its own, so strangers cannot lock anybody out.
 */
export async function signIn(deps: SignInDeps, input: SignInInput): Promise<SignInOutcome> {
  const { people, passwords } = deps
  const found = await people.users.findByLogin(input.name)
  const subjects = await subjectsOf(people, input, found)
  const delayed = await delay(people.failures, subjects)
  if (delayed !== undefined) return delayed
  // Counted before the password is looked at: many tries at once cannot slip through together.
  await people.failures.count(subjects)
  const verdict = await passwords.verify(input.password, found?.password ?? undefined)
  if (found === undefined || !verdict.matches || found.disabled) {
    return no(
      'sign_in_failed',
      'This name and password do not go together. Passwords are set again with a link from an administrator.',
    )
  }
  const again = verdict.outdated ? await passwords.hash(input.password) : undefined
  return deps.inTransaction(async (write) => {
    await write.people.failures.forget(subjects)
    if (again !== undefined) await write.people.users.setPassword(found.id, again)
    const session = await openSession(write, { user: found.id, deviceSecret: input.deviceSecret })
    await write.record({
      type: 'session_opened',
      subject: session.id,
      actor: `user:${found.id}`,
      body: { user: found.id },
    })
    return done({ session, user: found })
  })
}

async function subjectsOf(
  people: People,
  { name, deviceSecret, address }: SignInInput,
  found: UserRecord | undefined,
): Promise<readonly string[]> {
  // Unknown names are counted too, or the delay would tell which names exist.
  if (found === undefined)
    return [`name:${hashSecret(name.toLowerCase()).toString('hex')}`, `address:${address}`]
  if (deviceSecret !== undefined) {
    const device = hashSecret(deviceSecret)
    if (await people.sessions.isKnownDevice(found.id, device))
      return [`device:${device.toString('hex')}`]
  }
  return [`account:${found.id}`, `address:${address}`]
}

/** A refusal while the counters of these subjects say wait. */
export async function delay(
  failures: FailureStore,
  subjects: readonly string[],
): Promise<
  { ok: false; code: 'sign_in_delayed'; detail: string; retryAfterS: number } | undefined
> {
  const waitMs = await failures.waitMs(subjects)
  if (waitMs === 0) return undefined
  const retryAfterS = Math.ceil(waitMs / 1000)
  return {
    ...no(
      'sign_in_delayed',
      `After several wrong passwords the next try has to wait: ${retryAfterS} s from now.`,
    ),
    retryAfterS,
  }
}
