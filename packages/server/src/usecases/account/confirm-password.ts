import type { UserId } from '@lockstep/domain'
import type { People } from '../../ports/people.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { delay } from '../session/sign-in.ts'
import type { Passwords } from './passwords.ts'

export interface ConfirmPasswordDeps {
  readonly passwords: Passwords
  /** Outside of a transaction: a wrong password is counted, whatever becomes of the request. */
  readonly people: People
}

type Confirmed = Outcome<null, 'password_wrong' | 'sign_in_delayed'> & {
  readonly retryAfterS?: number
}

/**
 * Whether whoever is signed in knows the password of their account. A try is counted before it is looked at, and wrong ones make the next
 * wait; they are counted apart from signing in, so that a stranger cannot make this person wait.
 */
export async function confirmPassword(
  { people, passwords }: ConfirmPasswordDeps,
  user: UserId,
  password: string,
): Promise<Confirmed> {
  const subjects = [`password:${user}`]
  const delayed = await delay(people.failures, subjects)
  if (delayed !== undefined) return delayed
  await people.failures.count(subjects)
  const stored = await people.users.passwordOf(user)
  const { matches } = await passwords.verify(password, stored ?? undefined)
  if (!matches) return no('password_wrong', 'Your password is another one.')
  await people.failures.forget(subjects)
  return done(null)
}
