// Folds the waiting events of one aggregate, and of the children they start, without touching the database.

import {
  aggregateId,
  assertInvariant,
  canonicalText,
  eventVersion,
  kindOf,
  STATE_BYTES_MAX,
  upcastState,
  uuidOf,
} from '@lockstep/domain'
import type {
  Actor,
  Address,
  AggregateKind,
  AnyEvent,
  Effect,
  IdBlock,
  Instant,
  JsonValue,
  Machine,
  Occurrence,
  Plan,
  StateHead,
} from '@lockstep/domain'
import { ReactorFault } from '../../ports/reactor.ts'
import type { Submitted } from '../../ports/reactor.ts'
import type { Portion } from './queue.ts'
import type { Stored } from './stored-state.ts'
import type { Place, Submission } from './submission.ts'
import type { AggregateRow, Draft, Write } from './write.ts'

/** How deep one event may start children of children. */
const CASCADE_DEPTH_MAX = 8
const OCCURRENCE_FIELDS = [
  'self',
  'at',
  'by',
  'ids',
] as const satisfies readonly (keyof Occurrence)[]

export interface FoldWith {
  readonly machines: ReadonlyMap<AggregateKind, Machine>
  /** The moment of this flush, by the database's clock. */
  readonly at: Instant
  readonly findPlan: (digest: string) => Plan | undefined
  readonly newIds: (at: Instant) => IdBlock
  /** Measure the state after each event, to find the one that makes it too large. */
  readonly measureEach: boolean
}

/** What came of one aggregate's events. Nothing of it has happened until the flush is committed. */
export interface Folded {
  readonly place: Place
  /** Rows that change or appear: the aggregate, when an event was accepted, and new children. */
  readonly rows: AggregateRow[]
  readonly writes: Write[]
  readonly answers: { readonly submission: Submission; readonly submitted: Submitted }[]
  /** A wake-up was refused, or the column is behind: it has to say this moment. */
  readonly rewake: { readonly version: number; readonly wakeAt: Instant | undefined } | undefined
  /** A lost job's owner did not want to know. */
  readonly unwanted: readonly Submission[]
  /** The event on which the reducer, or its state, failed. Nothing of it is in the writes. */
  readonly failed: { readonly submission: Submission; readonly cause: unknown } | undefined
  /** Not folded, because of the failure. */
  readonly rest: readonly Submission[]
}

/** A plan that has to be read before the event can be folded. */
export class PlanMissing extends Error {
  override readonly name = 'PlanMissing'
  readonly digest: string

  constructor(digest: string) {
    super(`plan ${digest} is not loaded`)
    this.digest = digest
  }
}

class StateTooLarge extends Error {
  override readonly name = 'StateTooLarge'
}

/** Folds in order until the reducer throws. Throws `PlanMissing` only: load it and fold again from the start. */
export function foldPortion(portion: Portion, stored: Stored | undefined, fold: FoldWith): Folded {
  try {
    return new PortionFold(portion, stored, fold).run()
  } catch (error) {
    if (!(error instanceof StateTooLarge) || fold.measureEach) throw error
    return foldPortion(portion, stored, { ...fold, measureEach: true })
  }
}

class PortionFold {
  readonly #portion: Portion
  readonly #stored: Stored | undefined
  readonly #fold: FoldWith
  readonly #writes: Write[] = []
  readonly #answers: Folded['answers'] = []
  readonly #unwanted: Submission[] = []
  readonly #finishing = new Set<string>()
  #draft: Draft | undefined
  #refusedWake = false

  constructor(portion: Portion, stored: Stored | undefined, fold: FoldWith) {
    this.#portion = portion
    this.#stored = stored
    this.#fold = fold
  }

  run(): Folded {
    const { submissions } = this.#portion
    for (const [index, submission] of submissions.entries()) {
      try {
        if (index === 0 && this.#stored !== undefined) {
          this.#draft = draftOf(this.#stored, this.#fold.machines)
        }
        this.#take(submission)
      } catch (cause) {
        if (cause instanceof PlanMissing) throw cause
        return this.#folded({ submission, cause }, submissions.slice(index + 1))
      }
    }
    return this.#folded(undefined, [])
  }

  #folded(failed: Folded['failed'], rest: readonly Submission[]): Folded {
    const rows: AggregateRow[] = []
    const draft = this.#draft
    if (draft !== undefined && draft.version > draft.expected) {
      rows.push(rowOf(draft))
    }
    for (const write of this.#writes) {
      if (write.write === 'aggregate') rows.push(rowOf(write.draft))
    }
    return {
      place: this.#portion.place,
      rows,
      writes: this.#writes,
      answers: this.#answers,
      rewake: rows.length === 0 && this.#refusedWake ? rewakeOf(draft, this.#fold) : undefined,
      unwanted: this.#unwanted,
      failed,
      rest,
    }
  }

  #take(submission: Submission): void {
    const early = this.#refuseEarly(submission)
    if (early !== undefined) return this.#refuse(submission, early)
    const draft = this.#draft ?? this.#begin(submission)
    if (isIdleWake(submission, draft, this.#fold.at)) return
    const writes: Write[] = []
    const outcome = foldEvent(
      { draft, event: submission.event, by: submission.by, origin: submission.options.origin },
      this.#fold,
      writes,
      0,
    )
    if (!outcome.ok) return this.#refuse(submission, outcome.refusal)
    this.#draft = draft
    this.#bind(submission, draft, writes)
    this.#writes.push(...writes)
  }

  /** What the transaction needs besides the event itself: that the job is held, that the facts have not moved. */
  #bind(submission: Submission, draft: Draft, writes: Write[]): void {
    const { options, inbox, owned: jobs } = submission
    if (inbox !== undefined) writes.push({ write: 'take_inbox', key: inbox, submission })
    for (const owned of jobs) {
      this.#finishing.add(owned.job)
      writes.push({ write: 'finish_job', owner: draft.place, owned, submission })
    }
    for (const guard of options.guards ?? []) {
      writes.push({ write: 'check_guard', guard, submission })
    }
    const { version, state } = draft
    if (options.key !== undefined) {
      const answer = { root: draft.self.root, id: draft.self.id, version }
      const { project } = draft.place
      writes.push({ write: 'command', project, command: options.key, answer, submission })
    }
    if (submission.caller !== undefined && state !== undefined) {
      const target = { project: draft.place.project, ...draft.self }
      const submitted: Submitted = { ok: true, target, version, state, repeated: false }
      this.#answers.push({ submission, submitted })
    }
  }

  #refuseEarly({ create, options, owned }: Submission): string | undefined {
    const draft = this.#draft
    if (create !== undefined && draft !== undefined) return 'already_created'
    if (create === undefined && draft === undefined) return 'not_found'
    const { expectVersion } = options
    if (expectVersion !== undefined && expectVersion !== draft?.version) return 'version_moved'
    if (owned.some(({ job }) => this.#finishing.has(job))) return 'stale_fence'
    return undefined
  }

  #refuse(submission: Submission, refusal: string): void {
    const { place, event, inbox, caller, owned } = submission
    if (caller !== undefined) {
      this.#answers.push({ submission, submitted: { ok: false, refusal } })
      return
    }
    if (event.type === 'woken') this.#refusedWake = true
    if (owned.length > 0) this.#unwanted.push(submission)
    if (inbox === undefined) return
    const id = this.#fold.newIds(this.#fold.at)
    this.#writes.push(
      { write: 'take_inbox', key: inbox, submission },
      { write: 'set_aside', id, place, kind: 'refused_message', event, reason: refusal },
    )
  }

  #begin({ create, place, event }: Submission): Draft {
    assertInvariant(
      create !== undefined,
      `only a first event makes an aggregate, not ${event.type}`,
    )
    const id = aggregateId(create.kind, place.id)
    return newDraft(
      place,
      { root: id, id },
      { parent: undefined, node: undefined, attempt: 1 },
      this.#fold,
    )
  }
}

interface Happening {
  readonly draft: Draft
  readonly event: AnyEvent
  readonly by: Actor
  readonly origin: JsonValue | undefined
}

type FoldOutcome = { readonly ok: true } | { readonly ok: false; readonly refusal: string }

/** Folds one event into the draft, which is changed only when the event and everything that it starts went well. */
function foldEvent(
  { draft, event, by, origin }: Happening,
  fold: FoldWith,
  writes: Write[],
  depth: number,
): FoldOutcome {
  const ids = fold.newIds(fold.at)
  const occurrence = { ...event, self: draft.self, at: fold.at, by, ids }
  const plan = planFor(draft.state, event, fold)
  const transition = draft.machine.reduce(draft.state, occurrence, plan)
  if (!transition.ok) return { ok: false, refusal: transition.refusal }
  if (fold.measureEach) measure(JSON.stringify(transition.state), draft)
  const { place, kind } = draft
  const seq = draft.version + 1
  writes.push({
    write: 'event',
    row: {
      place,
      seq,
      kind,
      type: event.type,
      v: eventVersion(draft.machine, event.type),
      actor: by,
      ids,
      origin: origin === undefined ? undefined : canonicalText(origin),
      body: bodyText(event),
    },
  })
  for (const [ordinal, effect] of transition.effects.entries()) {
    foldEffect({ draft, effect, state: transition.state, origin }, { place, seq, ordinal }, writes)
    if (effect.type === 'start_child') startChild(draft, effect, fold, writes, depth + 1)
  }
  draft.state = transition.state
  draft.version = seq
  draft.wakeAt = wakeColumn(draft, transition.state, plan, fold.at)
  return { ok: true }
}

function startChild(
  parent: Draft,
  effect: Extract<Effect, { type: 'start_child' }>,
  fold: FoldWith,
  writes: Write[],
  depth: number,
): void {
  assertInvariant(depth <= CASCADE_DEPTH_MAX, `children start at most ${CASCADE_DEPTH_MAX} deep`)
  const place = { project: parent.place.project, root: parent.place.root, id: uuidOf(effect.id) }
  const self = { root: parent.self.root, id: effect.id }
  const { node, attempt, event } = effect
  const draft = newDraft(place, self, { parent: parent.place.id, node, attempt }, fold)
  writes.push({ write: 'aggregate', draft })
  const outcome = foldEvent({ draft, event, by: 'rule', origin: undefined }, fold, writes, depth)
  const refusal = outcome.ok ? '' : outcome.refusal
  assertInvariant(outcome.ok, `a child takes its first event: ${effect.id} refused ${refusal}`)
}

function foldEffect(
  about: {
    readonly draft: Draft
    readonly effect: Effect
    readonly state: StateHead
    readonly origin: JsonValue | undefined
  },
  cause: { readonly place: Place; readonly seq: number; readonly ordinal: number },
  writes: Write[],
): void {
  const { effect, state } = about
  const { place: owner, self } = about.draft
  switch (effect.type) {
    case 'start_child':
      return
    case 'tell':
      writes.push({ write: 'tell', cause, to: effect.to, event: effect.event })
      return
    case 'open_jobs':
      for (const order of effect.jobs) writes.push({ write: 'open_job', owner, order })
      return
    case 'close_jobs':
      for (const job of effect.jobs) {
        writes.push({ write: 'close_job', owner, job: uuidOf(job), status: effect.outcome })
      }
      return
    case 'cancel_jobs':
      writes.push({ write: 'cancel_jobs', owner, graceMs: effect.graceMs })
      return
    case 'set_guard':
      writes.push({ write: 'set_guard', subject: uuidOf(effect.subject), open: effect.open })
      return
    case 'record':
      writes.push({ write: 'fact', cause, fact: effect.fact, origin: about.origin })
      return
    case 'ask':
      writes.push({ write: 'ask', place: owner, self, question: effect.question, state })
      return
    case 'send':
      writes.push({ write: 'send', cause, self, effect: effect.effect })
  }
}

function draftOf(stored: Stored, machines: FoldWith['machines']): Draft {
  const machine = machineOf(stored.kind, machines)
  return {
    place: stored.place,
    self: { root: stored.state.root, id: stored.state.id },
    kind: stored.kind,
    machine,
    parent: stored.parent,
    node: undefined,
    attempt: 1,
    expected: stored.version,
    version: stored.version,
    state: upcastState(machine, stored.state),
    wakeAt: stored.wakeAt,
  }
}

function newDraft(
  place: Place,
  self: Address,
  origin: Pick<Draft, 'parent' | 'node' | 'attempt'>,
  fold: FoldWith,
): Draft {
  const kind = kindOf(self.id)
  const machine = machineOf(kind, fold.machines)
  return {
    place,
    self,
    kind,
    machine,
    ...origin,
    expected: 0,
    version: 0,
    state: undefined,
    wakeAt: undefined,
  }
}

function machineOf(kind: AggregateKind, machines: FoldWith['machines']): Machine {
  const machine = machines.get(kind)
  assertInvariant(machine !== undefined, `there is a machine for ${kind}`)
  return machine
}

/** The plan that the state carries out, or that the first event names. */
function planFor(
  state: StateHead | undefined,
  event: AnyEvent | undefined,
  fold: FoldWith,
): Plan | undefined {
  const digest = state === undefined ? event?.['plan'] : state.plan
  if (typeof digest !== 'string') return undefined
  const plan = fold.findPlan(digest)
  if (plan === undefined) throw new PlanMissing(digest)
  return plan
}

/**
 * Waking early is harmless, moving the column with every event is not: it is indexed. So it is written when it says
 * nothing yet, when the state wants an earlier moment, when it has passed, and when nothing more can happen.
 */
function wakeColumn(
  draft: Draft,
  state: StateHead,
  plan: Plan | undefined,
  at: Instant,
): Instant | undefined {
  if (draft.machine.isTerminal(state)) return undefined
  const wanted = draft.machine.wakeAt(state, plan)
  const { wakeAt } = draft
  if (wakeAt === undefined || wakeAt <= at) return wanted
  return wanted !== undefined && wanted < wakeAt ? wanted : wakeAt
}

function isIdleWake(submission: Submission, draft: Draft, at: Instant): boolean {
  if (submission.event.type !== 'woken' || submission.caller !== undefined) return false
  if (submission.inbox !== undefined) return false
  return draft.wakeAt === undefined || draft.wakeAt > at
}

/** What the column should say after a wake-up that the reducer refused: not the same moment again. */
function rewakeOf(draft: Draft | undefined, fold: FoldWith): Folded['rewake'] {
  if (draft?.state === undefined) return undefined
  const wanted = draft.machine.wakeAt(draft.state, planFor(draft.state, undefined, fold))
  const isOver = draft.machine.isTerminal(draft.state) || wanted === draft.wakeAt
  return { version: draft.version, wakeAt: isOver ? undefined : wanted }
}

function rowOf(draft: Draft): AggregateRow {
  const { machine, state } = draft
  assertInvariant(state !== undefined, `${draft.self.id} has a state after its first event`)
  const stateText = JSON.stringify(state)
  measure(stateText, draft)
  return {
    draft,
    state,
    stateText,
    status: machine.runStatus(state),
    waits: machine.waits(state),
    isTerminal: machine.isTerminal(state),
  }
}

function measure(stateText: string, draft: Draft): void {
  // A text of a third of the limit cannot be over it, whatever its letters.
  if (stateText.length * 3 <= STATE_BYTES_MAX) return
  const bytes = Buffer.byteLength(stateText)
  if (bytes <= STATE_BYTES_MAX) return
  throw new StateTooLarge(
    `the state of ${draft.self.id} has ${bytes} bytes, more than ${STATE_BYTES_MAX}: what can be many must be rows`,
  )
}

function bodyText(event: AnyEvent): string {
  const fields: { [field: string]: unknown } = { ...event }
  delete fields['type']
  for (const field of OCCURRENCE_FIELDS) {
    assertInvariant(!(field in fields), `${event.type} has no field ${field}: the reactor gives it`)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- canonicalText refuses what JSON cannot carry
  return canonicalText(fields as JsonValue)
}

/** What a caller is told when its event met a bug. */
export function foldFault(submission: Submission, incident: string, cause: unknown): ReactorFault {
  const message = `${submission.event.type} could not be applied; nothing was changed. Incident ${incident}.`
  return new ReactorFault('aggregate_faulted', message, { incident, cause })
}
