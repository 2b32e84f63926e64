// Why the server says no to an agent. `code` decides what the agent does; the sentence is for people.
import * as z from 'zod/mini'

/** Refusals with their HTTP status. */
export const AGENT_REFUSALS = {
  /** The message is not in the form of this protocol. */
  malformed: 400,
  /** No such agent, no valid signature, or the agent was evicted. */
  not_authentic: 401,
  /** The signature is too old or from the future; `serverTime` says what time it is. */
  clock_differs: 401,
  /** The request was seen before. */
  repeated: 401,
  /** The token is unknown, used, or too old. */
  token_refused: 401,
  /** Nothing of this name that this agent may know of. */
  not_found: 404,
  /** The lease went to a newer fence, or the job has ended: stop it, and keep nothing back. */
  stale_fence: 409,
  /** For a log of a lease that is over. */
  lease_lost: 410,
  /** The end was told before the whole log was stored; `length` says how much is there. */
  log_incomplete: 409,
  /** A file that the report names is not stored. */
  file_missing: 409,
  too_large: 413,
  /** Bytes must be appended where the stored ones end; `length` says where. */
  wrong_offset: 416,
  /** The uploaded bytes have another digest than was promised; they were thrown away. */
  wrong_digest: 422,
  /** Too many wrong tokens from one place. */
  too_many_tries: 429,
  /** The server cannot store now; try again after `Retry-After`. */
  busy: 503,
  storage_full: 507,
} as const
export type AgentRefusal = keyof typeof AGENT_REFUSALS

/** A problem document (RFC 9457) with what an agent needs to go on. */
export const AgentProblem = z.object({
  code: z.string(),
  title: z.optional(z.string()),
  detail: z.optional(z.string()),
  length: z.optional(z.int()),
  serverTime: z.optional(z.int()),
})
export type AgentProblem = z.infer<typeof AgentProblem>
