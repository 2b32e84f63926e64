// Where effects for the outside world go: a job of the queue, inserted by the transaction of the event that asked for it.

import { hash } from 'node:crypto'
import type { ClientBase } from 'pg'
import type { JobInsert, PgBoss } from 'pg-boss'

import type { Outgoing } from '../../ports/outgoing.ts'

export interface Outbox {
  /** Inserts the effects with this client, inside its transaction. The same id twice is one job. */
  enqueue(client: Pick<ClientBase, 'query'>, effects: readonly Outgoing[]): Promise<void>
}

/** The id of an effect: version 8 of a uuid, from source, number of the event and place in it. */
export function effectId(source: string, seq: number, ordinal: number): string {
  const hex = hash('sha256', `${source}/${seq}/${ordinal}`)
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Carries effects by pg-boss: one queue per type of effect, named like it. The queues must exist. */
export function createBossOutbox(boss: Pick<PgBoss, 'insert'>): Outbox {
  return {
    async enqueue(client, effects) {
      const db = {
        executeSql: (text: string, values?: unknown[]) => client.query(text, values ?? []),
      }
      for (const [type, same] of Map.groupBy(effects, ({ effect }) => effect.type)) {
        const jobs: JobInsert[] = same.map((outgoing) => ({ id: outgoing.id, data: outgoing }))
        await boss.insert(type, jobs, { db })
      }
    },
  }
}
