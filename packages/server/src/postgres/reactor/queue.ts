// What waits to be folded: a list per aggregate, a ring of aggregates per project, a ring of projects.

import type { Place, Submission } from './submission.ts'

export const PENDING_MAX = 20_000
/** One project may hold this share of the queue. */
const PROJECT_SHARE = 4
export const FLUSH_AGGREGATES_MAX = 200
/** Fewer aggregates than this are not worth two flushes. */
const PART_MIN = 64
export const FLUSH_EVENTS_MAX = 2_000
export const AGGREGATE_EVENTS_MAX = 100
/** How long an aggregate rests after a second conflict in a row: two nodes that collide must not stay in step. */
const REST_MS_MIN = 2
const REST_MS_MAX = 20
/** So many rows a poller brings at a time. */
export const PAGE_MAX = 500

/** The events of one aggregate, taken for one flush. */
export interface Portion {
  readonly place: Place
  submissions: Submission[]
}

interface Waiting {
  readonly place: Place
  list: Submission[]
  state: 'ready' | 'in_flight' | 'resting'
  /** Conflicts in a row. */
  conflicts: number
}

/** In memory only: its events are unanswered, or still in the inbox, or due by a row. */
export class Queue {
  readonly #aggregates = new Map<string, Waiting>()
  readonly #projects = new Map<number, { pending: number; ring: Waiting[] }>()
  #ring: number[] = []
  #pending = 0
  /** Aggregates in the rings. */
  #ready = 0
  #wakers: (() => void)[] = []
  readonly #random: () => number

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  get pending(): number {
    return this.#pending
  }

  get isHalfFull(): boolean {
    return this.#pending > PENDING_MAX / 2
  }

  /** Whether a caller's event has to come again later. */
  isBusy(project: number): boolean {
    const own = this.#projects.get(project)?.pending ?? 0
    return this.#pending >= PENDING_MAX || own >= PENDING_MAX / PROJECT_SHARE
  }

  /** Whether this aggregate already has an event of this type waiting. */
  has(id: string, type: string): boolean {
    return this.#aggregates.get(id)?.list.some(({ event }) => event.type === type) ?? false
  }

  add(submission: Submission): void {
    const waiting = this.#waiting(submission.place)
    waiting.list.push(submission)
    this.#count(submission.place.project, 1)
    if (waiting.state === 'ready' && waiting.list.length === 1) this.#enter(waiting)
  }

  /**
   * The next flush: projects in turn, their aggregates in order of arrival. Empty when there is nothing to do. Of so many
   * takers each gets its part, so that one folds while the database works for the other.
   */
  take(takers = 1): Portion[] {
    const portions: Portion[] = []
    const most = Math.min(FLUSH_AGGREGATES_MAX, Math.max(PART_MIN, Math.ceil(this.#ready / takers)))
    let events = 0
    while (this.#ring.length > 0 && portions.length < most && events < FLUSH_EVENTS_MAX) {
      const project = this.#ring.shift() ?? 0
      const ring = this.#projects.get(project)?.ring ?? []
      const waiting = ring.shift()
      if (ring.length > 0) this.#ring.push(project)
      if (waiting === undefined) continue
      const room = Math.min(AGGREGATE_EVENTS_MAX, FLUSH_EVENTS_MAX - events)
      const submissions = waiting.list.length <= room ? waiting.list : waiting.list.slice(0, room)
      waiting.list = waiting.list.length <= room ? [] : waiting.list.slice(room)
      waiting.state = 'in_flight'
      this.#ready -= 1
      this.#count(waiting.place.project, -submissions.length)
      events += submissions.length
      portions.push({ place: waiting.place, submissions })
    }
    return portions
  }

  /**
   * Ends the flight of an aggregate. `again`: what has to be folded once more, before what came since; after a second
   * conflict in a row it rests for a moment, and its events keep collecting.
   */
  release(place: Place, again: readonly Submission[] = [], isConflict = false): void {
    const waiting = this.#waiting(place)
    if (again.length > 0) {
      waiting.list = [...again, ...waiting.list]
      this.#count(place.project, again.length)
    }
    waiting.conflicts = isConflict ? waiting.conflicts + 1 : 0
    if (waiting.conflicts > 1) return this.#rest(waiting)
    this.#settle(waiting)
  }

  /** Resolves when there may be something to take. */
  async arrival(): Promise<void> {
    if (this.#ring.length > 0) return
    await new Promise<void>((resolve) => this.#wakers.push(resolve))
  }

  /** Lets everybody who waits for an arrival look again. */
  wakeAll(): void {
    for (const wake of this.#wakers.splice(0)) wake()
  }

  /** Everything that waits, taken out: the reactor stops. */
  drain(): Submission[] {
    const all = [...this.#aggregates.values()].flatMap(({ list }) => list)
    this.#aggregates.clear()
    this.#projects.clear()
    this.#ring = []
    this.#pending = 0
    this.#ready = 0
    return all
  }

  #rest(waiting: Waiting): void {
    waiting.state = 'resting'
    const restMs = REST_MS_MIN + this.#random() * (REST_MS_MAX - REST_MS_MIN)
    setTimeout(() => this.#settle(waiting), restMs).unref()
  }

  #settle(waiting: Waiting): void {
    waiting.state = 'ready'
    if (waiting.list.length > 0) this.#enter(waiting)
    else this.#aggregates.delete(waiting.place.id)
  }

  #enter(waiting: Waiting): void {
    const { project } = waiting.place
    const own = this.#project(project)
    own.ring.push(waiting)
    this.#ready += 1
    if (own.ring.length === 1) this.#ring.push(project)
    this.#wakers.shift()?.()
  }

  #waiting(place: Place): Waiting {
    const found = this.#aggregates.get(place.id)
    if (found !== undefined) return found
    const made: Waiting = { place, list: [], state: 'ready', conflicts: 0 }
    this.#aggregates.set(place.id, made)
    return made
  }

  #project(project: number): { pending: number; ring: Waiting[] } {
    const found = this.#projects.get(project)
    if (found !== undefined) return found
    const made = { pending: 0, ring: [] }
    this.#projects.set(project, made)
    return made
  }

  #count(project: number, change: number): void {
    this.#pending += change
    this.#project(project).pending += change
  }
}
