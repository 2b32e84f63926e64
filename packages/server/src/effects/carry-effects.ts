// Carries what goes out of the house: one queue for each kind of effect, performed at least once under the effect's own id.

import type { OutwardEffect } from '@lockstep/domain'
import { PgBoss, type JobResult, type QueueOptions } from 'pg-boss'

import type { Mailer } from '../ports/mailer.ts'
import type { Log } from '../ports/observe.ts'
import type { Outgoing } from '../ports/outgoing.ts'
import type { ReactorPort } from '../ports/reactor.ts'
import type { Queryable } from '../postgres/queryable.ts'
import { announcePass } from './announce-pass.ts'
import { notifyApprovers, notifyGateDecided, notifyOverride } from './notify-gate.ts'
import { notifyOwners, notifyPeople } from './notify-people.ts'

/** What performers use. */
export interface EffectDeps {
  readonly db: Queryable
  readonly reactor: ReactorPort
  readonly mailer: Mailer
  readonly publicUrl: () => string
  readonly log: Log
}

type EffectType = OutwardEffect['type']

/** All kinds of effects, each with its queue. */
export const EFFECT_TYPES = [
  'notify_approvers',
  'notify_override',
  'notify_gate_decided',
  'notify_owners',
  'notify_people',
  'announce_pass',
] as const satisfies readonly EffectType[]

/** Tried again after a second, then ever later, at most an hour apart, for about a day. */
const RETRIES: QueueOptions = {
  retryLimit: 36,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 3_600,
  expireInSeconds: 300,
}
const POLLING_S = 0.5
/** So many are performed at a time; a queue in which more waits is looked at again at once. */
const AT_ONCE = 4

/** The queue over a pool, with a queue for each kind of effect. Start it before the reactor, which writes into it. */
export async function openQueue(db: Queryable, onError: (error: Error) => void): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => db.query(text, values ?? []) },
    schema: 'pgboss',
  })
  boss.on('error', onError)
  await boss.start()
  for (const type of EFFECT_TYPES) {
    await boss.createQueue(type, RETRIES)
    await boss.updateQueue(type, RETRIES)
  }
  return boss
}

/** Begins to perform what is queued. A fault is tried again with growing pauses, up to an hour. */
export async function carryEffects(
  boss: PgBoss,
  deps: EffectDeps,
  { pollingS = POLLING_S }: { readonly pollingS?: number } = {},
): Promise<void> {
  for (const type of EFFECT_TYPES) {
    const options = {
      pollingIntervalSeconds: pollingS,
      batchSize: AT_ONCE,
      burstWhenBatchFull: true,
      perJobResults: true,
    } as const
    await boss.work<Outgoing, unknown, typeof options>(type, options, (jobs) =>
      Promise.all(jobs.map(({ id, data }) => carry(deps, id, data))),
    )
  }
}

/** How it went, for the queue: each effect is tried again by itself. */
async function carry(deps: EffectDeps, id: string, outgoing: Outgoing): Promise<JobResult> {
  try {
    await performEffect(deps, outgoing)
    return { id, status: 'completed' }
  } catch (error) {
    const { id: effect, effect: of } = outgoing
    deps.log.warn({ err: error, effect }, `${of.type} could not be carried out; it is tried again`)
    const message = error instanceof Error ? error.message : String(error)
    return { id, status: 'failed', output: { message } }
  }
}

/** Performs one effect. Performed again it does only what is left to do. */
export async function performEffect(deps: EffectDeps, outgoing: Outgoing): Promise<void> {
  const { effect } = outgoing
  switch (effect.type) {
    case 'notify_approvers':
      return notifyApprovers(deps, outgoing, effect)
    case 'notify_override':
      return notifyOverride(deps, outgoing, effect)
    case 'notify_gate_decided':
      return notifyGateDecided(deps, outgoing, effect)
    case 'notify_owners':
      return notifyOwners(deps, outgoing, effect)
    case 'notify_people':
      return notifyPeople(deps, outgoing, effect)
    case 'announce_pass':
      return announcePass(deps, outgoing, effect)
  }
}
