// Messages to people: what went out, what did not, and what is held back after a restore.

import * as z from 'zod/mini'
import { MAIL_CHOICES } from '@lockstep/domain'

import { route } from '../route.ts'
import { Comment, idSchema, named, pageOf, pageQuery, Timestamp, withDefault } from '../schema.ts'

/** `queued` is tried again; `refused` never was taken, or is not wanted any more; `failed` was given up; `declined`: its receiver does without. */
export const NOTIFICATION_STATES = ['queued', 'sent', 'failed', 'refused', 'declined'] as const

export const Notification = named(
  'Notification',
  z.strictObject({
    id: idSchema('ntf'),
    /** null: of the system, such as a test. */
    project: z.nullable(z.string()),
    kind: z.string(),
    title: z.string(),
    receiver: z.string(),
    address: z.string(),
    state: z.enum(NOTIFICATION_STATES),
    failure: z.nullable(z.string()),
    attempts: z.int(),
    at: Timestamp,
    sentAt: z.nullable(Timestamp),
  }),
)

export const listNotifications = route({
  method: 'GET',
  path: '/v1/notifications',
  summary: 'List messages to people, newest first',
  permission: 'notification.read',
  object: 'reach',
  query: {
    ...pageQuery,
    project: z.optional(idSchema('prj')),
    state: z.optional(z.enum(NOTIFICATION_STATES)),
  },
  response: pageOf(Notification),
  errors: [],
})

/** A message with what it says, as its receiver reads it. */
export const NotificationText = named(
  'NotificationText',
  z.extend(Notification, { text: z.string() }),
)

export const showNotification = route({
  method: 'GET',
  path: '/v1/notifications/{notification}',
  summary: 'Show a message to people with its text',
  permission: 'notification.read',
  object: 'params.notification',
  params: { notification: idSchema('ntf') },
  response: NotificationText,
  errors: [],
})

export const redeliverNotification = route({
  method: 'POST',
  path: '/v1/notifications/{notification}/redelivery',
  summary: 'Send a message again',
  permission: 'notification.write',
  object: 'params.notification',
  params: { notification: idSchema('ntf') },
  response: Notification,
  errors: ['wrong_state'],
})

export const testNotification = route({
  method: 'POST',
  path: '/v1/notifications/test',
  summary: 'Send a test message, to see whether mail arrives',
  permission: 'system.configure',
  object: 'system',
  body: {
    address: z.optional(
      z.email('use an address such as qa-lead@example.test').check(z.maxLength(254)),
    ),
  },
  response: Notification,
  status: 201,
  errors: ['wrong_state'],
})

export const remindApprovers = route({
  method: 'POST',
  path: '/v1/gates/{gate}/reminder',
  summary: 'Write once more to those whom a gate waits for',
  permission: 'run.control',
  object: 'params.gate',
  params: { gate: idSchema('gat') },
  response: z.strictObject({ told: z.array(z.string()) }),
  errors: ['gate_not_waiting', 'wrong_state'],
})

/** Which mails I get. */
export const MailChoices = named(
  'MailChoices',
  z.strictObject({
    choices: z.array(
      z.strictObject({
        choice: z.enum(MAIL_CHOICES),
        title: z.string(),
        /** When such a mail comes. */
        detail: z.string(),
        wanted: z.boolean(),
      }),
    ),
    /** What is sent whatever is chosen, in words. */
    always: z.string(),
  }),
)

export const showMailChoices = route({
  method: 'GET',
  path: '/v1/me/mails',
  summary: 'Show which mails I get',
  permission: 'signed_in',
  object: 'self',
  response: MailChoices,
  errors: ['person_required'],
  personOnly: true,
})

export const chooseMails = route({
  method: 'PUT',
  path: '/v1/me/mails',
  summary: 'Choose which mails I get',
  permission: 'signed_in',
  object: 'self',
  body: {
    /** All that I do without. */
    off: z.array(z.enum(MAIL_CHOICES)).check(z.maxLength(MAIL_CHOICES.length)),
  },
  response: MailChoices,
  errors: ['person_required'],
  personOnly: true,
})

/** After a restore nothing goes out by itself: no message, no state of a commit, no work to agents, no run of a trigger. */
export const Hold = named(
  'Hold',
  z.strictObject({
    held: z.boolean(),
    since: z.nullable(Timestamp),
    because: z.nullable(z.string()),
    /** Messages and the like that go out when it is released. */
    messages: z.int(),
    /** Runs that have not ended, and jobs that agents would be given. */
    runs: z.int(),
    jobs: z.int(),
  }),
)

export const showHold = route({
  method: 'GET',
  path: '/v1/hold',
  summary: 'Show whether what goes out is held back after a restore',
  permission: 'signed_in',
  object: 'self',
  response: Hold,
  errors: [],
})

export const releaseHold = route({
  method: 'POST',
  path: '/v1/hold/release',
  summary: 'Let everything go out again after a restore',
  permission: 'system.configure',
  object: 'system',
  body: {
    /** Drops the messages that were waiting when the backup was made: they have been sent, most likely. */
    discard: withDefault(z.boolean(), false),
    comment: z.optional(Comment),
  },
  response: Hold,
  errors: ['wrong_state'],
})

export const notificationRoutes = {
  listNotifications,
  showNotification,
  redeliverNotification,
  testNotification,
  remindApprovers,
  showMailChoices,
  chooseMails,
  showHold,
  releaseHold,
} as const
