// What was set aside after a fault of ours: listed for whoever runs the server, and taken up again after an upgrade.

import * as z from 'zod/mini'

import { route } from '../route.ts'
import { Comment, named, Timestamp } from '../schema.ts'

/** What is set aside at most in one list; more of them is another kind of trouble. */
export const FAULTS_MAX = 200

export const Fault = named(
  'Fault',
  z.strictObject({
    id: z.string(),
    /** What it is: `stage_run`, `gate_run`, … */
    kind: z.string(),
    /** The log of the server has more under this word. */
    incident: z.string(),
    project: z.string(),
    /** Address of the run that it belongs to; null: it belongs to none. */
    run: z.nullable(z.string()),
    /** Messages that wait for it. */
    messages: z.int(),
    since: Timestamp,
  }),
)

export const listFaults = route({
  method: 'GET',
  path: '/v1/faults',
  summary: 'List what was set aside after a fault',
  permission: 'system.read',
  object: 'system',
  response: z.strictObject({ items: z.array(Fault) }),
  errors: [],
})

export const repairFault = route({
  method: 'POST',
  path: '/v1/faults/{fault}/repair',
  summary: 'Take up again what was set aside: of a run, everything in it',
  permission: 'system.configure',
  object: 'system',
  params: { fault: z.string().check(z.regex(/^[a-z]{3}_[0-9A-Z]{26}$/)) },
  body: { reason: z.optional(Comment) },
  response: z.strictObject({ repaired: z.array(Fault) }),
  errors: ['wrong_state'],
})

export const faultRoutes = { listFaults, repairFault } as const
