// The write path: takes events, and lets flushers fold and commit them. What is in memory here is a hint; the database is the truth.

import { randomUUID } from 'node:crypto'
import { uuidOf } from '@lockstep/domain'
import type { Actor, Address, AggregateKind, AnyEvent, Instant, Machine } from '@lockstep/domain'
import type { ClientBase } from 'pg'
import { ReactorFault } from '../../ports/reactor.ts'
import type {
  Change,
  Commit,
  Performer,
  ReactorPort,
  SubmitOptions,
  Submitted,
  Target,
} from '../../ports/reactor.ts'
import { Connection, PINNED_SETTINGS } from './connection.ts'
import type { NewClient } from './connection.ts'
import { DatabaseClock } from './database-clock.ts'
import { Flusher } from './flusher.ts'
import type { CommittedFlush, FlushContext } from './flusher.ts'
import { Hints } from './hints.ts'
import { createIdBlocks } from './id-blocks.ts'
import { LaneFollower } from './lane-follower.ts'
import { findProjectOfRoot, message } from './messages.ts'
import type { Outbox } from './outbox.ts'
import { PlanCache } from '../plan-cache.ts'
import { Pollers } from './pollers.ts'
import { Questions } from './questions.ts'
import { Queue } from './queue.ts'
import type { Share } from './nodes.ts'
import { StateCache } from './stored-state.ts'
import type { InboxKey, Submission } from './submission.ts'
import { readUnanswered } from './takeover.ts'
import { wakeUp } from './wake-ups.ts'
import type { AggregateRow, WriteOf } from './write.ts'

const FLUSHERS = 2
/** Projects of roots that messages went to, remembered. */
const ROOTS_MAX = 10_000

/** Something that should not happen: a bug, a broken lane, a database that is short of something. */
export interface Incident {
  /** Told to people, and to be looked for in the log. */
  readonly id: string
  readonly what: string
  readonly cause: unknown
}

export interface ReactorOptions {
  /** Makes a client of the database, not yet connected. */
  readonly newClient: NewClient
  readonly machines: readonly Machine[]
  /** Takes outward effects inside the transaction; without one they are dropped, which only tests may want. */
  readonly outbox?: Outbox
  /** Version of this program, for the heartbeat. */
  readonly version?: string
  readonly onIncident?: (incident: Incident) => void
}

export class Reactor implements ReactorPort, AsyncDisposable {
  readonly nodeId = randomUUID()
  readonly #options: ReactorOptions
  readonly #queue = new Queue()
  readonly #clock = new DatabaseClock()
  readonly #plans = new PlanCache()
  readonly #machines: ReadonlyMap<AggregateKind, Machine>
  readonly #commitListeners = new Set<(commit: Commit) => void>()
  readonly #jobListeners = new Set<(pools: readonly string[]) => void>()
  readonly #commands = new Map<string, Promise<unknown>>()
  readonly #projects = new Map<string, number>()
  readonly #questions: Questions
  readonly #pollConnection: Connection
  readonly #pollers: Pollers
  readonly #follower: LaneFollower
  readonly #hints: Hints
  readonly #flushers: readonly Flusher[]
  #perform: Performer = () => Promise.resolve()
  #stopped: Promise<void> | undefined

  constructor(options: ReactorOptions) {
    this.#options = options
    this.#machines = new Map(options.machines.map((machine) => [machine.kind, machine]))
    const report = (what: string, cause: unknown) => this.#report(what, cause)
    const { newClient, version = '0' } = options
    this.#questions = new Questions((...asked) => this.#perform(...asked), report)
    this.#pollConnection = new Connection(newClient, {
      jit: 'off',
      application_name: 'lockstep pollers',
    })
    this.#pollers = new Pollers(
      {
        nodeId: this.nodeId,
        version,
        queue: this.#queue,
        clock: this.#clock,
        report,
        takeOver: (client, share) => this.#takeOver(client, share),
      },
      this.#pollConnection,
    )
    this.#follower = new LaneFollower(
      {
        report,
        committed: (commit) => this.#tellCommit(commit),
        jobsReady: (pools) => this.#tellJobs(pools),
      },
      this.#pollConnection,
    )
    this.#hints = new Hints(newClient, this.nodeId, () => this.#follower.nudge())
    const context: FlushContext = {
      nodeId: this.nodeId,
      queue: this.#queue,
      flushers: FLUSHERS,
      cache: new StateCache(),
      plans: this.#plans,
      clock: this.#clock,
      machines: this.#machines,
      newIds: createIdBlocks(),
      outbox: options.outbox,
      report,
      opened: (lane) => this.#follower.ownLane(lane),
      committed: (flush) => this.#handOn(flush),
    }
    this.#flushers = Array.from(
      { length: FLUSHERS },
      () => new Flusher(context, new Connection(newClient, PINNED_SETTINGS)),
    )
  }

  /** Who answers the questions of reducers. To be said before `start`, since performers submit to this reactor. */
  answerWith(perform: Performer): void {
    this.#perform = perform
  }

  /** Resolves when events are taken. */
  async start(): Promise<void> {
    await this.#hints.start()
    await this.#follower.start()
    await this.#pollers.start()
    await Promise.all(this.#flushers.map((flusher) => flusher.start()))
  }

  /** Finishes the flushes under way; whoever still waits is told to ask again. Twice is the same as once. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  submit(
    target: Target,
    event: AnyEvent,
    by: Actor,
    options: SubmitOptions = {},
  ): Promise<Submitted> {
    return this.#command(target, event, by, options, undefined)
  }

  create(
    root: { readonly project: number; readonly kind: AggregateKind; readonly id: string },
    event: AnyEvent,
    by: Actor,
    options: SubmitOptions = {},
  ): Promise<Submitted> {
    const { project, kind, id } = root
    return this.#command({ project, root: id, id }, event, by, options, kind)
  }

  onCommitted(listener: (commit: Commit) => void): () => void {
    this.#commitListeners.add(listener)
    return () => this.#commitListeners.delete(listener)
  }

  onJobsReady(listener: (pools: readonly string[]) => void): () => void {
    this.#jobListeners.add(listener)
    return () => this.#jobListeners.delete(listener)
  }

  now(): Instant {
    return this.#clock.now()
  }

  /** Lets the agents that wait for work look again; called when something beside a run has changed, as an assignment. */
  nudgeAgents(): void {
    this.#tellJobs(['*'])
  }

  // ── in ───────────────────────────────────────────────────────────────────────────────────────

  /** The same command sent twice at once: the second waits for the first, and then finds its answer. */
  async #command(
    target: Target,
    event: AnyEvent,
    by: Actor,
    options: SubmitOptions,
    kind: AggregateKind | undefined,
  ): Promise<Submitted> {
    const { key } = options
    if (key === undefined) return this.#enqueue(target, event, by, options, kind)
    const name = `${target.project}/${key.key}`
    const before = this.#commands.get(name) ?? Promise.resolve()
    const turn = before
      .catch(() => undefined)
      .then(() => this.#enqueue(target, event, by, options, kind))
    this.#commands.set(name, turn)
    try {
      return await turn
    } finally {
      if (this.#commands.get(name) === turn) this.#commands.delete(name)
    }
  }

  #enqueue(
    target: Target,
    event: AnyEvent,
    by: Actor,
    options: SubmitOptions,
    kind: AggregateKind | undefined,
  ): Promise<Submitted> {
    if (this.#stopped !== undefined) return Promise.reject(stopped())
    if (this.#queue.isBusy(target.project)) {
      return Promise.resolve({ ok: false, refusal: 'busy' })
    }
    const place = { project: target.project, root: uuidOf(target.root), id: uuidOf(target.id) }
    const { owned = [], ...rest } = options
    return new Promise((answer, fail) => {
      this.#queue.add({
        place,
        event,
        by,
        options: rest,
        owned: Array.isArray(owned) ? owned : [owned],
        caller: { answer, fail },
        tries: 0,
        ...(kind === undefined ? {} : { create: { kind } }),
      })
    })
  }

  // ── out ──────────────────────────────────────────────────────────────────────────────────────

  /** After the commit: everything here is a short cut of what polling would find. */
  #handOn({ lane, n, rows }: CommittedFlush): void {
    const pools = new Set<string>()
    for (const write of rows.writes) {
      switch (write.write) {
        case 'tell':
          this.#deliver(write)
          break
        case 'take_inbox':
          this.#pollers.taken(write.key)
          break
        case 'open_job':
          pools.add(write.order.pool)
          break
        case 'cancel_jobs':
          this.#pollers.nudgeCancelled()
          break
        case 'ask':
          this.#ask(write)
          break
        case 'set_guard':
          if (write.open && !isNew(write.subject, rows.aggregates)) pools.add('*')
          break
        case 'aggregate':
        case 'event':
        case 'close_job':
        case 'finish_job':
        case 'fact':
        case 'send':
        case 'set_aside':
        case 'check_guard':
        case 'command':
          break
      }
    }
    for (const { draft } of rows.aggregates) this.#expectWake(draft.place, draft.wakeAt)
    if (pools.size > 0) this.#tellJobs([...pools])
    if (rows.aggregates.length > 0)
      this.#tellCommit({ lane, n, changes: rows.aggregates.map(changeOf) })
    if (!this.#pollers.isAlone) this.#hints.send()
  }

  #deliver({ cause, to, event }: WriteOf<'tell'>): void {
    const { project, root, id } = cause.place
    const key: InboxKey = { project, root, source: id, seq: cause.seq, ordinal: cause.ordinal }
    const target = { root: uuidOf(to.root), id: uuidOf(to.id) }
    const known = target.root === root ? project : this.#projects.get(target.root)
    this.#pollers.handOn(key)
    if (known !== undefined)
      return this.#queue.add(message(key, { project: known, ...target }, event))
    void this.#deliverAbroad(key, target, event)
  }

  /** To another root: its project is asked for once. When that fails, the poll delivers. */
  async #deliverAbroad(key: InboxKey, target: Address, event: AnyEvent): Promise<void> {
    try {
      const project = await this.#pollConnection.exclusive((client) =>
        findProjectOfRoot(client, target.root),
      )
      if (project === undefined) return this.#pollers.taken(key)
      if (this.#projects.size >= ROOTS_MAX) this.#projects.clear()
      this.#projects.set(target.root, project)
      this.#queue.add(message(key, { project, ...target }, event))
    } catch {
      this.#pollers.taken(key)
    }
  }

  async #takeOver(client: ClientBase, share: Share): Promise<void> {
    const known = { machines: this.#machines, plans: this.#plans }
    const asked = await readUnanswered(client, share, known)
    for (const one of asked) this.#questions.takeOver(one)
  }

  #ask({ place, self, question, state }: WriteOf<'ask'>): void {
    const plan = state.plan === null ? undefined : this.#plans.find(state.plan)
    this.#questions.ask({ question, target: { project: place.project, ...self }, state, plan })
  }

  #expectWake(place: Submission['place'], wakeAt: number | undefined): void {
    if (wakeAt === undefined) return
    if (wakeAt > this.#clock.now()) this.#pollers.expectWake(wakeAt)
    else if (!this.#queue.has(place.id, 'woken')) this.#queue.add(wakeUp(place))
  }

  #tellCommit(commit: Commit): void {
    for (const listener of this.#commitListeners) this.#call(() => listener(commit))
  }

  #tellJobs(pools: readonly string[]): void {
    for (const listener of this.#jobListeners) this.#call(() => listener(pools))
  }

  /** A listener that throws is its own trouble, not that of the commit. */
  #call(listener: () => void): void {
    try {
      listener()
    } catch (cause) {
      this.#report('a listener of commits failed', cause)
    }
  }

  #report(what: string, cause: unknown): string {
    const id = randomUUID().slice(0, 8)
    this.#options.onIncident?.({ id, what, cause })
    return id
  }

  async #stop(): Promise<void> {
    await this.#questions.stop()
    await this.#follower[Symbol.asyncDispose]()
    await Promise.all(this.#flushers.map((flusher) => flusher[Symbol.asyncDispose]()))
    await this.#pollers[Symbol.asyncDispose]()
    await this.#hints[Symbol.asyncDispose]()
    for (const { caller } of this.#queue.drain()) caller?.fail(stopped())
  }
}

function stopped(): ReactorFault {
  return new ReactorFault('reactor_stopped', 'This server is stopping; ask again.', {
    incident: 'none',
    retryable: true,
  })
}

function isNew(subject: string, rows: readonly AggregateRow[]): boolean {
  return rows.some(({ draft }) => draft.expected === 0 && draft.place.id === subject)
}

function changeOf({ draft, status, state }: AggregateRow): Change {
  const { place, self, kind, version } = draft
  const parent = parentOf(state)
  return {
    project: place.project,
    root: self.root,
    id: self.id,
    kind,
    version,
    status,
    ...(parent === undefined ? {} : { parent }),
  }
}

/** Children carry where they belong in their state. */
function parentOf(state: object): string | undefined {
  const parent = 'parent' in state ? state.parent : undefined
  if (typeof parent !== 'object' || parent === null || !('id' in parent)) return undefined
  return typeof parent.id === 'string' ? parent.id : undefined
}
