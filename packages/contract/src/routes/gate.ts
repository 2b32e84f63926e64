// Gates: what they let through, their checks, and the decisions of people.

import * as z from 'zod/mini'

import { route } from '../route.ts'
import {
  Comment,
  DigestText,
  idSchema,
  named,
  pageOf,
  pageQuery,
  Password,
  Timestamp,
} from '../schema.ts'
import { GATE_STATES, RULE_STATES, ThingName } from './run.ts'

/** What a gate shows: the same facts as the mail to its approvers. */
export const Gate = named(
  'Gate',
  z.strictObject({
    id: idSchema('gat'),
    /** `connected-car-2.0/7/staging.exit`, below its project. */
    address: z.string(),
    project: z.string(),
    run: idSchema('run'),
    runAddress: z.string(),
    title: z.string(),
    stage: z.string(),
    node: z.enum(['entry', 'exit']),
    instance: z.int(),
    state: z.enum(GATE_STATES),
    since: Timestamp,
    /** When the approvals given expire, or the gate is asked again. */
    until: z.nullable(Timestamp),
    brings: z.array(
      z.strictObject({
        application: z.string(),
        from: z.nullable(z.string()),
        to: z.nullable(z.string()),
      }),
    ),
    /** Where what it lets through goes next. */
    next: z.nullable(z.string()),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        state: z.enum(RULE_STATES),
        evidence: z.string(),
      }),
    ),
    approvals: z.array(
      z.strictObject({
        rule: z.int(),
        name: z.string(),
        state: z.enum(RULE_STATES),
        given: z.int(),
        need: z.int(),
        /** Groups and users of whom approval is asked. */
        of: z.array(z.string()),
        /** The same in words: `one of qa, ops`, or `qa-lead` alone. */
        asks: z.string(),
        oneFromEach: z.boolean(),
        until: z.nullable(Timestamp),
        decisions: z.array(
          z.strictObject({
            person: z.string(),
            decision: z.enum(['approve', 'reject']),
            comment: z.string(),
            at: Timestamp,
            /** Allowed by the environment although they would be excluded. */
            self: z.nullable(z.string()),
            /** For which of the groups and users it was decided. */
            for: z.array(z.string()),
          }),
        ),
        /** Groups and users that nobody has stood for yet, each with the people who can now; none when enough have decided. */
        missing: z.array(z.strictObject({ name: z.string(), people: z.array(z.string()) })),
        /** People who can decide now. */
        waitsFor: z.array(z.string()),
      }),
    ),
    excluded: z.array(z.strictObject({ person: z.string(), why: z.string() })),
    /** Who overrides the gate; with as many as it needs its approvals are not waited for. Null: nobody does. */
    override: z.nullable(
      z.strictObject({
        by: z.array(z.strictObject({ person: z.string(), reason: z.string(), at: Timestamp })),
        need: z.int(),
        /** When the first of them counts no more; null when the gate has ended. */
        until: z.nullable(Timestamp),
      }),
    ),
    held: z.nullable(z.strictObject({ by: z.string(), at: Timestamp, reason: z.string() })),
    reason: z.string(),
    /** Digest of everything that a decision covers; null until the gate has been described. */
    covers: z.nullable(DigestText),
    /** Every decision that was recorded here, also what was taken back or became void; the newest first. */
    history: z.array(
      z.strictObject({
        rule: z.int(),
        person: z.string(),
        decision: z.enum(['approve', 'reject', 'override', 'withdraw', 'void']),
        comment: z.string(),
        at: Timestamp,
      }),
    ),
    /** What the caller may do now, and why they may not approve. */
    can: z.strictObject({
      approve: z.boolean(),
      reject: z.boolean(),
      withdraw: z.boolean(),
      hold: z.boolean(),
      override: z.boolean(),
      why: z.nullable(z.string()),
    }),
    version: z.int(),
  }),
)

export const listGates = route({
  method: 'GET',
  path: '/v1/gates',
  summary: 'List gates that wait',
  permission: 'gate.read',
  object: 'reach',
  query: {
    ...pageQuery,
    /** Only those that wait for me. */
    mine: z.optional(z.boolean()),
    run: z.optional(idSchema('run')),
  },
  response: pageOf(Gate),
  errors: [],
})

const params = { gate: idSchema('gat') }

export const showGate = route({
  method: 'GET',
  path: '/v1/gates/{gate}',
  summary: 'Show what a gate lets through, its checks and approvals',
  permission: 'gate.read',
  object: 'params.gate',
  params,
  response: Gate,
  errors: [],
})

/** Why a decision, a hold or its end is refused. */
const REFUSED = [
  'not_an_approver',
  'approver_role_missing',
  'password_new',
  'role_not_confirmed',
  'role_not_yet',
  'starter_cannot_approve',
  'editor_cannot_approve',
  'owner_of_token_cannot_approve',
  'already_decided',
  'gate_not_waiting',
  'covers_changed',
  'comment_missing',
  'wrong_state',
  'person_required',
] as const

/** The digest of what the person has been shown, or its first digits: nobody decides about what they have not seen. */
const Covers = z
  .string()
  .check(z.regex(/^(sha256:)?[0-9a-f]{8,64}$/, 'use 8 to 64 hex digits, as the gate shows them'))

export const decideGate = route({
  method: 'POST',
  path: '/v1/gates/{gate}/decision',
  summary: 'Approve or reject',
  permission: 'gate.read',
  object: 'params.gate',
  params,
  body: {
    decision: z.enum(['approve', 'reject']),
    comment: z.optional(Comment),
    covers: Covers,
  },
  response: Gate,
  personOnly: true,
  errors: REFUSED,
})

export const overrideGate = route({
  method: 'POST',
  path: '/v1/gates/{gate}/override',
  summary: 'Override a gate, together with somebody else',
  permission: 'gate.override',
  object: 'params.gate',
  params,
  body: { reason: Comment, covers: Covers, password: Password },
  response: Gate,
  personOnly: true,
  secretBody: true,
  errors: [...REFUSED, 'password_wrong', 'sign_in_delayed'],
})

export const withdrawDecision = route({
  method: 'POST',
  path: '/v1/gates/{gate}/withdrawal',
  summary: 'Take my decision back, until the gate has passed',
  permission: 'gate.read',
  object: 'params.gate',
  params,
  response: Gate,
  personOnly: true,
  errors: REFUSED,
})

export const holdGate = route({
  method: 'POST',
  path: '/v1/gates/{gate}/hold',
  summary: 'Hold a gate with a reason until somebody resumes it',
  permission: 'gate.read',
  object: 'params.gate',
  params,
  body: { reason: Comment },
  response: Gate,
  personOnly: true,
  errors: REFUSED,
})

export const resumeGate = route({
  method: 'POST',
  path: '/v1/gates/{gate}/resume',
  summary: 'Resume a gate that is on hold',
  permission: 'gate.read',
  object: 'params.gate',
  params,
  response: Gate,
  personOnly: true,
  errors: REFUSED,
})

export const retryGate = route({
  method: 'POST',
  path: '/v1/gates/{gate}/retry',
  summary: 'Judge a rejected gate again',
  permission: 'gate.retry',
  object: 'params.gate',
  params,
  body: { reason: z.optional(Comment) },
  response: named('GateRetried', z.strictObject({ run: idSchema('run'), stage: ThingName })),
  errors: ['wrong_state', 'comment_missing'],
})

export const gateRoutes = {
  listGates,
  showGate,
  decideGate,
  overrideGate,
  withdrawDecision,
  holdGate,
  resumeGate,
  retryGate,
} as const
