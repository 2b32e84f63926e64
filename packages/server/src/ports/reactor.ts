// The write path of everything that runs: events in, committed states out. One implementation, in `postgres/reactor`.

import type {
  Actor,
  Address,
  AggregateKind,
  AnyEvent,
  Instant,
  JobId,
  JsonValue,
  Plan,
  Question,
  RunStatus,
  StateHead,
} from '@lockstep/domain'

/** An aggregate with the number of its root's project, which leads every key. */
export interface Target extends Address {
  readonly project: number
}

/** Makes a command repeatable: the same key with the same body has one effect and the same answer. */
export interface CommandKey {
  /** Unique in the project; says who asked (`token:tok_…/<Idempotency-Key>`, `trigger/trg_…/<commit>`). */
  readonly key: string
  /** Digest of what was asked; the same key with another digest is refused as `key_reused`. */
  readonly bodyDigest: string
}

/** A fact that was read before and must not have moved when the event is committed. */
export interface GuardCheck {
  /** Id of what is guarded: a run, an environment, a project's people. */
  readonly subject: string
  readonly epoch: number
  /** When given, the guard must also be open (or shut). */
  readonly open?: boolean
}

/** The event is the report of a job: the row must be held with this fence, and is closed in the same commit. */
export interface OwnedJob {
  readonly job: JobId
  readonly fence: number
  /** `held`: leased or running. `unknown`: its deadline passed, and now there is evidence. `ready`: nobody has claimed it. */
  readonly while: 'held' | 'unknown' | 'ready'
  /**
   * How the row ends. `unknown` leaves it open for evidence or for a person; `superseded`: another attempt
   * follows, because a person said so, or because a repeatable one was lost.
   */
  readonly outcome: {
    readonly status: 'succeeded' | 'failed' | 'errored' | 'aborted' | 'unknown' | 'superseded'
    /** The report, kept on the row. */
    readonly report: JsonValue
  }
}

export interface SubmitOptions {
  readonly key?: CommandKey
  /** Every job that the event ends. Needed for each event that names one. */
  readonly owned?: OwnedJob | readonly OwnedJob[]
  readonly guards?: readonly GuardCheck[]
  /** Refused as `version_moved` unless the aggregate has this version. */
  readonly expectVersion?: number
  /** Where the event came from (address, session, client), kept with it for the audit. */
  readonly origin?: JsonValue
}

/**
 * Answered after the commit. The reactor itself refuses with `busy` (too much is waiting, in all or from this project: come
 * again in a second, nothing was written), `not_found`, `already_created` (the id is taken), `stale_fence` (the job is not held
 * with this fence any more; the message is kept as evidence), `guard_moved` and `version_moved` (a fact that the event rests on
 * has moved: read it again and decide again), `key_reused` (the same key was used with another body); besides, there are the
 * words of the reducers.
 */
export type Submitted =
  | {
      readonly ok: true
      /** The aggregate that the event happened to; of a repeated command, the one it happened to the first time. */
      readonly target: Target
      /** The number of this event in its aggregate. */
      readonly version: number
      /** The state after this event; of a repeated command the state of today. */
      readonly state: StateHead
      /** True when the command key was known and nothing was done now. */
      readonly repeated: boolean
    }
  | { readonly ok: false; readonly refusal: string }

/** Something has a new version; what the event stream tells browsers. */
export interface Change {
  readonly project: number
  readonly root: string
  readonly id: string
  /** Kind of aggregate, or the id prefix of a plain thing (`env`, `usr`, …). */
  readonly kind: string
  readonly version: number
  /** Absent for plain things. */
  readonly status?: RunStatus
  readonly parent?: string
}

/** A commit, by the lane that wrote it and its number there: the position of the event stream. */
export interface Commit {
  readonly lane: number
  readonly n: number
  readonly changes: readonly Change[]
}

/** Answers a question by reading facts and submitting the answering event. Runs after the commit; may be asked again. */
export type Performer = (
  question: Question,
  target: Target,
  state: StateHead,
  plan: Plan | undefined,
) => Promise<void>

/**
 * Folds events into aggregates and commits them. Every answer comes after the commit; an answer that was lost is asked
 * for again with the same command key, fence or id. A call rejects only for faults (`ReactorFault`).
 */
export interface ReactorPort {
  /** The event happens to an aggregate that exists. */
  submit(target: Target, event: AnyEvent, by: Actor, options?: SubmitOptions): Promise<Submitted>
  /** The first event of a root: a pipeline run, a release, a lock. The id is the caller's and is its root too. */
  create(
    root: { readonly project: number; readonly kind: AggregateKind; readonly id: string },
    event: AnyEvent,
    by: Actor,
    options?: SubmitOptions,
  ): Promise<Submitted>
  /** Called for each commit of any node, in order per lane, possibly again after a reconnect. Returns how to stop. */
  onCommitted(listener: (commit: Commit) => void): () => void
  /** Called when jobs became ready in these pools (`agent:agt_…`, `label:…`; `*`: in some); a hint, polling is the truth. */
  onJobsReady(listener: (pools: readonly string[]) => void): () => void
  /** The moment of now by the database's clock, without asking it. */
  now(): Instant
}

/** The database or a reducer failed; nothing was committed for this event, unless `retryable` says to ask again. */
export class ReactorFault extends Error {
  override readonly name = 'ReactorFault'
  readonly code: 'aggregate_faulted' | 'event_refused_by_database' | 'reactor_stopped'
  readonly retryable: boolean
  /** Number to look for in the log. */
  readonly incident: string

  constructor(
    code: ReactorFault['code'],
    message: string,
    options: { readonly incident: string; readonly retryable?: boolean; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.incident = options.incident
    this.retryable = options.retryable ?? false
  }
}
