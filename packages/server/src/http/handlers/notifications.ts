// Messages to people, and whether anything goes out at all.

import {
  answer,
  refused,
  type Hold,
  type MailChoices,
  type Notification,
  type notificationRoutes,
} from '@lockstep/contract'
import { MAIL_CHOICES, type MailChoice, type UserId } from '@lockstep/domain'
import type * as z from 'zod/mini'

import type { People } from '../../ports/people.ts'
import type { RemindApprovers } from '../../ports/reminders.ts'
import { findHold } from '../../postgres/outgoing-hold.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { countHeld } from '../../postgres/read/held.ts'
import {
  findNotification,
  findNotificationText,
  pageNotifications,
  type NotificationView,
} from '../../postgres/read/notifications.ts'
import { chooseMails } from '../../usecases/account/choose-mails.ts'
import { redeliver } from '../../usecases/notification/redeliver.ts'
import { releaseHold } from '../../usecases/notification/release-hold.ts'
import { sendTest } from '../../usecases/notification/send-test.ts'
import { NOT_FOUND } from '../authorize.ts'
import { ALWAYS_SENT, MAIL_CHOICE_WORDS } from '../mail-choice-words.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { timestampOf } from '../present.ts'
import { personOf } from '../principal.ts'
import { projectsInReach } from '../reach.ts'
import type { ServerHandlers } from '../request-context.ts'

export interface NotificationHandlersDeps {
  readonly db: Queryable
  readonly people: People
  readonly publicUrl: () => string
  readonly remind: RemindApprovers
}

export function notificationHandlers({
  db,
  people,
  publicUrl,
  remind,
}: NotificationHandlersDeps): ServerHandlers<typeof notificationRoutes> {
  return {
    async listNotifications({ query }, { reach }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const rows = await pageNotifications(db, {
        projects: projectsInReach(reach, query.project),
        state: query.state,
        after: slice.after,
        limit: slice.limit,
      })
      return answer(pageFrom(rows, query.limit, present))
    },

    async showNotification({ params }) {
      const found = await findNotification(db, params.notification)
      const text = await findNotificationText(db, params.notification)
      if (found === undefined || text === undefined) return NOT_FOUND
      return answer({ ...present(found), text })
    },

    async redeliverNotification({ params }, { inTransaction }) {
      return inTransaction(async (write) => {
        const outcome = await redeliver(write, params.notification)
        if (outcome.ok) return answer(present(outcome.value))
        return outcome.code === 'not_found' ? NOT_FOUND : { ...outcome, code: outcome.code }
      })
    },

    async testNotification({ body }, { inTransaction, principal }) {
      const own = principal.kind === 'person' ? await ownAddress(people, principal.user) : undefined
      const address = body.address ?? own
      if (address === undefined) {
        return refused('wrong_state', 'A token has no address of its own: say where the test goes.')
      }
      return inTransaction(async (write) => {
        const outcome = await sendTest(write, { address, publicUrl: publicUrl() })
        return outcome.ok ? answer(present(outcome.value)) : outcome
      })
    },

    async remindApprovers({ params }, { inTransaction }) {
      return inTransaction(async (write) => {
        const reminded = await remind(write.tx, params.gate, write.actor)
        if (reminded.kind === 'nobody')
          return refused('gate_not_waiting', 'This gate waits for nobody now.')
        if (reminded.kind === 'too_soon') {
          return refused(
            'wrong_state',
            `They were reminded at ${timestampOf(reminded.at).slice(11, 16)} UTC; once an hour is enough.`,
          )
        }
        await write.record({
          type: 'approvers_reminded',
          subject: reminded.message,
          project: reminded.project,
          body: { gate: params.gate, told: [...reminded.names] },
        })
        return answer({ told: [...reminded.names] })
      })
    },

    async showMailChoices(_request, { principal }) {
      return answer(presentChoices(await people.users.mailsOff(personOf(principal).user)))
    },

    async chooseMails({ body: { off } }, { principal, inTransaction }) {
      const { user } = personOf(principal)
      return inTransaction(async (write) => {
        await chooseMails(write, { user, off })
        return answer(presentChoices(await write.people.users.mailsOff(user)))
      })
    },

    async showHold() {
      return answer(await presentHold(db))
    },

    async releaseHold({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const { discard, comment = '' } = body
        const outcome = await releaseHold(write, { discard, comment })
        if (!outcome.ok) return outcome
        return answer({ held: false, since: null, because: null, ...outcome.value })
      })
    },
  }
}

function presentChoices(off: readonly MailChoice[]): z.output<typeof MailChoices> {
  const choices = MAIL_CHOICES.map((choice) => ({
    choice,
    ...MAIL_CHOICE_WORDS[choice],
    wanted: !off.includes(choice),
  }))
  return { choices, always: ALWAYS_SENT }
}

async function ownAddress(people: People, user: UserId): Promise<string | undefined> {
  return (await people.users.find(user))?.email
}

async function presentHold(db: Queryable): Promise<z.output<typeof Hold>> {
  const held = await findHold(db)
  if (held === undefined)
    return { held: false, since: null, because: null, messages: 0, runs: 0, jobs: 0 }
  const { since, because } = held
  return { held: true, since: timestampOf(since), because, ...(await countHeld(db)) }
}

function present(view: NotificationView): z.output<typeof Notification> {
  const { id, kind, title, receiver, address, state, failure, attempts } = view
  return {
    id,
    kind,
    title,
    receiver,
    address,
    state,
    failure,
    attempts,
    project: view.project?.name ?? null,
    at: timestampOf(view.at),
    sentAt: view.sentAt === null ? null : timestampOf(view.sentAt),
  }
}
