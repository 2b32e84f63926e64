import { answer, refused, type Refused, type sessionRoutes } from '@lockstep/contract'
import { assertInvariant, parseId } from '@lockstep/domain'
import type { People, UserRecord } from '../../ports/people.ts'
import { acceptInvitation, judgeInvitation } from '../../usecases/account/invite.ts'
import { changePassword } from '../../usecases/account/change-password.ts'
import { hashSecret, isSetupCode } from '../../usecases/account/one-time-code.ts'
import type { Passwords } from '../../usecases/account/passwords.ts'
import { judgeSetupLink, setUp } from '../../usecases/account/set-up.ts'
import { csrfOf, type OpenedSession } from '../../usecases/session/open-session.ts'
import { signIn } from '../../usecases/session/sign-in.ts'
import { endedSessionCookie, sessionCookies } from '../cookie.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { presentGrant, presentSession, presentToken, presentUser, timestampOf } from '../present.ts'
import { ownerOf, personOf } from '../principal.ts'
import type { ServerHandlers } from '../request-context.ts'

export interface SessionHandlersDeps {
  readonly passwords: Passwords
  readonly people: People
  /** Browsers keep a session cookie over https and on this machine only. */
  readonly isSafeToSignIn: () => boolean
}

export function sessionHandlers(deps: SessionHandlersDeps): ServerHandlers<typeof sessionRoutes> {
  const { passwords, people } = deps
  const unsafe = (): Refused<'sign_in_needs_https'> | undefined =>
    deps.isSafeToSignIn()
      ? undefined
      : refused(
          'sign_in_needs_https',
          'This server is reached over plain http from another machine, where anybody in between can read a password. Put https in front and set LOCKSTEP_PUBLIC_URL to its address.',
        )
  return {
    async setUp({ body }, { deviceSecret, inTransaction }) {
      const outcome = await setUp({ passwords, inTransaction }, { ...body, deviceSecret })
      return outcome.ok ? signedIn(outcome.value) : outcome
    },
    async signIn({ body }, { deviceSecret, inTransaction, origin }) {
      const refusal = unsafe()
      if (refusal !== undefined) return refusal
      const { address } = origin
      const outcome = await signIn(
        { passwords, people, inTransaction },
        { ...body, deviceSecret, address },
      )
      return outcome.ok ? signedIn(outcome.value) : outcome
    },
    async acceptInvitation({ body }, { deviceSecret, inTransaction }) {
      const outcome = await acceptInvitation(
        { passwords, inTransaction },
        { ...body, deviceSecret },
      )
      return outcome.ok ? signedIn(outcome.value) : outcome
    },
    async showOneTimeLink({ body: { code } }) {
      const judge = isSetupCode(code) ? judgeSetupLink : judgeInvitation
      const judged = await judge(people, hashSecret(code))
      return answer({ over: judged.ok ? null : judged.detail })
    },
    async changePassword({ body }, { principal, deviceSecret, inTransaction }) {
      const { user } = personOf(principal)
      const outcome = await changePassword(
        { passwords, people, inTransaction },
        { ...body, user, deviceSecret },
      )
      return outcome.ok ? signedIn(outcome.value) : outcome
    },
    async listSessions({ query }, { principal }) {
      const { user, session } = personOf(principal)
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const rows = await people.sessions.list(user, slice)
      return answer(pageFrom(rows, query.limit, (row) => presentSession(row, session)))
    },
    async signOut(_request, { principal, inTransaction }) {
      const { user, session } = personOf(principal)
      const ended = await inTransaction(async (write) => {
        await write.people.sessions.end(user, session)
        await write.record({ type: 'session_ended', subject: session, body: { user } })
        return answer(null)
      })
      return ended.ok ? answer(null, { 'set-cookie': endedSessionCookie() }) : ended
    },
    async endSession({ params }, { principal, inTransaction }) {
      const { user } = personOf(principal)
      return inTransaction(async (write) => {
        if (!(await write.people.sessions.end(user, params.session))) {
          return refused('not_found', 'You have no such session; it may have ended.')
        }
        await write.record({ type: 'session_ended', subject: params.session, body: { user } })
        return answer(null)
      })
    },
    async showMe(_request, { principal }) {
      const owner = ownerOf(principal)
      assertInvariant(
        owner !== undefined && principal.kind !== 'anonymous',
        'a signed-in route has an owner',
      )
      const userId = parseId('usr', owner)
      const accountId = parseId('svc', owner)
      const user = userId && (await people.users.find(userId))
      const account = accountId && (await people.serviceAccounts.find(accountId))
      const grants = await people.grants.heldBy(owner)
      const token =
        principal.kind === 'token' ? await people.tokens.find(principal.token) : undefined
      return answer({
        kind: user === undefined ? ('service_account' as const) : ('user' as const),
        id: owner,
        name: principal.name,
        title: user?.title ?? account?.title ?? principal.name,
        email: user?.email ?? null,
        grants: grants.map(presentGrant),
        groups: user === undefined ? [] : [...(await people.groups.groupsOf(user.id))],
        token: token === undefined ? null : presentToken(token),
        csrf: principal.kind === 'person' ? principal.csrf : null,
      })
    },
  }
}

function signedIn({
  session,
  user,
}: {
  readonly session: OpenedSession
  readonly user: UserRecord
}): {
  readonly ok: true
  readonly value: { user: ReturnType<typeof presentUser>; csrf: string; expiresAt: string }
  readonly headers: Readonly<Record<string, string | readonly string[]>>
} {
  return answer(
    {
      user: presentUser(user),
      csrf: csrfOf(session.secret),
      expiresAt: timestampOf(session.expiresAt),
    },
    { 'set-cookie': sessionCookies(session) },
  )
}
