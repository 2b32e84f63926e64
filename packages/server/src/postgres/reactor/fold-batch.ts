// Reads what a flush needs, and folds all its aggregates.

import type { AggregateKind, IdBlock, Instant, Machine } from '@lockstep/domain'
import type { Client } from 'pg'
import { ReactorFault } from '../../ports/reactor.ts'
import { findAnswers } from './commands.ts'
import type { DatabaseClock } from './database-clock.ts'
import { foldPortion, PlanMissing } from './fold.ts'
import type { Folded } from './fold.ts'
import type { PlanCache } from '../plan-cache.ts'
import type { Portion } from './queue.ts'
import { readStored } from './stored-state.ts'
import type { StateCache, Stored } from './stored-state.ts'
import type { Place, Submission } from './submission.ts'

export interface FoldContext {
  readonly cache: StateCache
  readonly plans: PlanCache
  readonly clock: DatabaseClock
  readonly machines: ReadonlyMap<AggregateKind, Machine>
  readonly newIds: (at: Instant) => IdBlock
}

export interface FoldedBatch {
  readonly at: Instant
  readonly folded: readonly Folded[]
  /** Their states had moved on: they have to be folded again. */
  readonly again: readonly Submission[]
}

/**
 * Folds every portion on what is known of its state. Submissions that need no folding (a known command, an aggregate
 * that is set aside) are answered. Rejects only when the database cannot be read.
 */
export async function foldBatch(
  client: Client,
  portions: readonly Portion[],
  context: FoldContext,
): Promise<FoldedBatch> {
  const open = await answerRepeated(client, portions)
  const known = new Map<string, Stored>()
  const unread: Place[] = []
  for (const { place } of open) {
    const cached = context.cache.find(place.id)
    if (cached === undefined) unread.push(place)
    else known.set(place.id, cached)
  }
  const read = await readStored(client, unread)
  for (const [id, stored] of read) known.set(id, stored)
  const whole = withoutFaulted(open, known)
  await context.plans.load(client, planDigests(whole, known))
  const at = context.clock.now()
  const folded: Folded[] = []
  for (const portion of whole) {
    folded.push(await foldOne(client, portion, known.get(portion.place.id), { ...context, at }))
  }
  const readNow = new Set(unread.map(({ id }) => id))
  const doubted = folded.filter(({ place, rows }) => rows.length === 0 && !readNow.has(place.id))
  const moved = await findMoved(client, doubted, known)
  for (const id of moved) context.cache.evict(id)
  return {
    at,
    folded: folded.filter(({ place }) => !moved.has(place.id)),
    again: whole.flatMap(({ place, submissions }) => (moved.has(place.id) ? submissions : [])),
  }
}

/** Commands whose key is known are answered from what was stored; the rest goes on. */
async function answerRepeated(
  client: Client,
  portions: readonly Portion[],
): Promise<readonly Portion[]> {
  const keyed = portions.flatMap(({ submissions }) =>
    submissions.filter(({ options }) => options.key !== undefined),
  )
  if (keyed.length === 0) return portions
  const answers = await findAnswers(client, keyed)
  if (answers.size === 0) return portions
  for (const [submission, submitted] of answers) submission.caller?.answer(submitted)
  return portions
    .map(({ place, submissions }) => ({
      place,
      submissions: submissions.filter((submission) => !answers.has(submission)),
    }))
    .filter(({ submissions }) => submissions.length > 0)
}

/** An aggregate that was set aside takes no events until it is repaired; its inbox rows stay. */
function withoutFaulted(
  portions: readonly Portion[],
  known: ReadonlyMap<string, Stored>,
): readonly Portion[] {
  return portions.filter(({ place, submissions }) => {
    const incident = known.get(place.id)?.fault
    if (incident === undefined) return true
    const message = `This run was set aside after an internal error; repair it first. Incident ${incident}.`
    for (const { caller } of submissions) {
      caller?.fail(new ReactorFault('aggregate_faulted', message, { incident }))
    }
    return false
  })
}

/** The plans that will be asked for, as far as the events say; a plan that only a child names is read when it is missed. */
function* planDigests(
  portions: readonly Portion[],
  known: ReadonlyMap<string, Stored>,
): Iterable<string> {
  for (const { place, submissions } of portions) {
    const own = known.get(place.id)?.state.plan
    if (typeof own === 'string') yield own
    for (const { event } of submissions) {
      const named = event['plan']
      if (typeof named === 'string') yield named
    }
  }
}

async function foldOne(
  client: Client,
  portion: Portion,
  stored: Stored | undefined,
  { machines, plans, newIds, at }: FoldContext & { readonly at: Instant },
): Promise<Folded> {
  const absent = new Set<string>()
  const findPlan = (digest: string) => {
    if (absent.has(digest)) throw new Error(`plan ${digest} is not stored`)
    return plans.find(digest)
  }
  for (;;) {
    try {
      return foldPortion(portion, stored, { machines, at, findPlan, newIds, measureEach: false })
    } catch (error) {
      if (!(error instanceof PlanMissing)) throw error
      await plans.load(client, [error.digest])
      if (plans.find(error.digest) === undefined) absent.add(error.digest)
    }
  }
}

/** A refusal must not rest on a state that another node has moved on: those are folded again on what is stored. */
async function findMoved(
  client: Client,
  doubted: readonly Folded[],
  known: ReadonlyMap<string, Stored>,
): Promise<ReadonlySet<string>> {
  if (doubted.length === 0) return new Set()
  const ids = doubted.map(({ place }) => place.id)
  const stored = await readStored(
    client,
    doubted.map(({ place }) => place),
  )
  return new Set(
    ids.filter((id) => {
      const [before, now] = [known.get(id), stored.get(id)]
      // The column counts too: a wake-up is left out when it is not due.
      return before?.version !== now?.version || before?.wakeAt !== now?.wakeAt
    }),
  )
}
