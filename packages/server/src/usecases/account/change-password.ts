import type { UserId } from '@lockstep/domain'
import type { UserRecord } from '../../ports/people.ts'
import type { InTransaction } from '../../ports/write.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { openSession, type OpenedSession } from '../session/open-session.ts'
import { confirmPassword, type ConfirmPasswordDeps } from './confirm-password.ts'
import { judgePassword } from './judge-password.ts'

export interface ChangePasswordDeps extends ConfirmPasswordDeps {
  readonly inTransaction: InTransaction
}

type Changed = Outcome<
  { readonly session: OpenedSession; readonly user: UserRecord },
  'password_wrong' | 'password_too_weak' | 'sign_in_delayed' | 'not_found'
> & { readonly retryAfterS?: number }

/** Changes a person's own password. Ends all their sessions, the one that asks too, and opens a new one in its place. */
export async function changePassword(
  deps: ChangePasswordDeps,
  input: {
    readonly user: UserId
    readonly current: string
    readonly password: string
    readonly deviceSecret: string | undefined
  },
): Promise<Changed> {
  const user = await deps.people.users.find(input.user)
  if (user === undefined) return no('not_found', 'This person is not there any more.')
  const confirmed = await confirmPassword(deps, user.id, input.current)
  if (!confirmed.ok) return confirmed
  const weak = judgePassword(input.password, [user.name, user.title, user.email])
  if (weak !== undefined) return no('password_too_weak', weak)
  const password = await deps.passwords.hash(input.password)
  return deps.inTransaction(async (write) => {
    await write.people.users.setPassword(user.id, password)
    await write.people.sessions.endAll([user.id])
    const session = await openSession(write, { user: user.id, deviceSecret: input.deviceSecret })
    await write.record({ type: 'password_changed', subject: user.id, body: {} })
    return done({ session, user })
  })
}
