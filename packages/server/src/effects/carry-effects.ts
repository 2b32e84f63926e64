// Carries what goes out of the house: one queue for each kind of effect, performed at least once under the effect's own id.

import type { Database } from '../postgres/queryable.ts'
import type { OutwardEffect } from '@lockstep/domain'
import { PgBoss } from 'pg-boss'

import type { Log } from '../ports/observe.ts'
import type { Mailer } from '../ports/mailer.ts'
import type { Outgoing } from '../ports/outgoing.ts'
import type { ReactorPort } from '../ports/reactor.ts'
import { announcePass } from './announce-pass.ts'
import { notifyApprovers, notifyGateDecided } from './notify-gate.ts'
import { notifyOwners, notifyPeople } from './notify-people.ts'

export interface EffectDeps {
  readonly db: Database
  readonly reactor: ReactorPort
  readonly mailer: Mailer
  readonly publicUrl: () => string
  readonly logger: Log
}

type EffectType = OutwardEffect['type']

/** All kinds of effects, each with its queue. */
export const EFFECT_TYPES = [
  'notify_approvers',
  'notify_gate_decided',
  'notify_owners',
  'notify_people',
  'announce_pass',
  'commit_status',
] as const satisfies readonly EffectType[]

const RETRY = { retryLimit: 30, retryDelay: 1, retryBackoff: true, retryDelayMax: 3_600 } as const
const POLLING_S = 0.5

/** The queue over a pool, with a queue for each kind of effect. Start it before the reactor, which writes into it. */
export async function openQueue(pool: Database, onError: (error: Error) => void): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values ?? []) },
    schema: 'pgboss',
  })
  boss.on('error', onError)
  await boss.start()
  for (const type of EFFECT_TYPES) await boss.createQueue(type, RETRY)
  return boss
}

/** Begins to perform what is queued. A fault is tried again with growing pauses, up to an hour. */
export async function carryEffects(boss: PgBoss, deps: EffectDeps): Promise<void> {
  for (const type of EFFECT_TYPES) {
    await boss.work<Outgoing>(
      type,
      { pollingIntervalSeconds: POLLING_S, batchSize: 1 },
      async (jobs) => {
        for (const { data } of jobs) await perform(deps, data)
      },
    )
  }
}

async function perform(deps: EffectDeps, outgoing: Outgoing): Promise<void> {
  const { effect } = outgoing
  switch (effect.type) {
    case 'notify_approvers':
      return notifyApprovers(deps, outgoing, effect)
    case 'notify_gate_decided':
      return notifyGateDecided(deps, outgoing, effect)
    case 'notify_owners':
      return notifyOwners(deps, outgoing, effect)
    case 'notify_people':
      return notifyPeople(deps, outgoing, effect)
    case 'announce_pass':
      return announcePass(deps, outgoing, effect)
    case 'commit_status':
      // No Git host is connected: there is nobody who would be told.
      return deps.logger.debug(
        { run: effect.run, state: effect.state },
        'no Git host takes commit status',
      )
  }
}
