// The one request that an agent repeats: it renews its leases, brings what it knows, and waits for work.
import * as z from 'zod/mini'
import { JobMessage } from './job.ts'
import {
  ByteCount,
  ComponentName,
  Sha256Text,
  DurationMs,
  EnvironmentIdText,
  Fence,
  JobIdText,
  Labels,
} from './value.ts'

/** A job that the agent has in its journal and that is not acknowledged: waiting, running or ended. */
export const HeldJob = z.strictObject({
  job: JobIdText,
  fence: Fence,
  /** Bytes of log that the server has acknowledged. */
  logOffset: ByteCount,
})
export type HeldJob = z.infer<typeof HeldJob>

/** What is found on the host where a component was placed: read again file by file. */
export const InstalledComponent = z.strictObject({
  environment: z.nullable(EnvironmentIdText),
  component: ComponentName,
  /** null: it is gone. A digest of what is there when it is not what was placed. */
  runs: z.nullable(
    z.strictObject({ version: z.string().check(z.maxLength(200)), digest: Sha256Text }),
  ),
  /** Every file is as it was placed. */
  verified: z.boolean(),
})
export type InstalledComponent = z.infer<typeof InstalledComponent>

export const PollRequest = z.strictObject({
  protocol: z.int().check(z.gte(1)),
  version: z.string().check(z.maxLength(100)),
  labels: Labels,
  running: z.array(HeldJob).check(z.maxLength(200)),
  freeSlots: z.int().check(z.gte(0), z.lte(100)),
  /** Sent when the agent starts, when something changed, and when it was asked; absent otherwise. */
  installed: z.optional(z.array(InstalledComponent).check(z.maxLength(500))),
  /** Answer at once, also when there is nothing to say. */
  hurry: z.optional(z.boolean()),
})
export type PollRequest = z.infer<typeof PollRequest>

export const PollAnswer = z.strictObject({
  jobs: z.array(JobMessage).check(z.maxLength(100)),
  /** Jobs of `running` that are to be ended: TERM, after `graceMs` KILL. */
  cancel: z.array(z.strictObject({ job: JobIdText, fence: Fence, graceMs: DurationMs })),
  /** Finish what runs, take nothing new. */
  drain: z.boolean(),
  /** Read again what runs, and report it with the next poll. */
  verify: z.boolean(),
  /** Labels that count for this agent. */
  labels: Labels,
  serverTime: z.int(),
})
export type PollAnswer = z.infer<typeof PollAnswer>
