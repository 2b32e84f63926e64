// What an agent says about one job: that it began, what it wrote, how it ended. All of it under the lease's fence.
import * as z from 'zod/mini'
import { PollAnswer, PollRequest } from './poll.ts'
import {
  ByteCount,
  Sha256Text,
  DurationMs,
  Fence,
  Sentence,
  StoredFile,
  VersionDigest,
} from './value.ts'

export const StartRequest = z.strictObject({ fence: Fence })
export type StartRequest = z.infer<typeof StartRequest>
export const StartAnswer = z.strictObject({ started: z.literal(true) })
export type StartAnswer = z.infer<typeof StartAnswer>

/** How much of the log is stored and durable; with 200 and with 416, where it says from where to go on. */
export const LogAnswer = z.strictObject({ length: ByteCount })
export type LogAnswer = z.infer<typeof LogAnswer>

/** (byte offset in the chunk, milliseconds since the job began): when the bytes from there on were written. */
export type LogMark = readonly [offset: number, atMs: number]

/** How a command ended, told from the journal. */
export const JobReportMessage = z.strictObject({
  outcome: z.enum(['succeeded', 'failed', 'errored', 'aborted']),
  exitCode: z.nullable(z.int()),
  reason: z.nullable(Sentence),
  runs: z.optional(z.nullable(VersionDigest)),
  artifacts: z.optional(
    z
      .array(
        z.strictObject({
          component: z.string().check(z.minLength(1), z.maxLength(100)),
          version: z.string().check(z.minLength(1), z.maxLength(200)),
          digest: Sha256Text,
          sizeBytes: ByteCount,
        }),
      )
      .check(z.maxLength(200)),
  ),
  version: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
})
export type JobReportMessage = z.infer<typeof JobReportMessage>

export const FinishRequest = z.strictObject({
  fence: Fence,
  /**
   * `ended`: the journal says how. `lost`: it was begun and nobody can prove how it ended (its supervisor was killed, or
   * the machine restarted); `report.reason` says what is known. Such work is never begun again by the agent.
   */
  verdict: z.enum(['ended', 'lost']),
  report: JobReportMessage,
  /** The whole log; the server accepts the end only when it has stored as many bytes. */
  logLength: ByteCount,
  /** How long the work took, by the agent's monotonic clock. */
  durationMs: DurationMs,
  /** Test reports and the bill of materials, uploaded before. */
  reports: z.array(StoredFile).check(z.maxLength(500)),
  sbom: z.nullable(StoredFile),
  /** A poll for the place that has become free, answered at once; the job that ends is not among its `running`. */
  next: z.optional(PollRequest),
})
export type FinishRequest = z.infer<typeof FinishRequest>

/** `next` answers the poll that came with the end; absent when it could not be answered: poll as ever. */
export const FinishAnswer = z.strictObject({
  acknowledged: z.literal(true),
  next: z.optional(PollAnswer),
})
export type FinishAnswer = z.infer<typeof FinishAnswer>

export const BeginUploadRequest = z.strictObject({ fence: Fence, sizeBytes: ByteCount })
export type BeginUploadRequest = z.infer<typeof BeginUploadRequest>

/** How many bytes are there already; `complete` when the whole is stored and its digest was right. */
export const UploadAnswer = z.strictObject({ length: ByteCount, complete: z.boolean() })
export type UploadAnswer = z.infer<typeof UploadAnswer>
