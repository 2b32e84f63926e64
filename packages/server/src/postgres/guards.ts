// Guards of things that decisions rest on: a number that moves with every change of them.

import { idOf, uuidOf } from '@lockstep/domain'

import { findRow, type Queryable } from './queryable.ts'

/** Guards who people are: enabled or not, their groups and their roles. One for the server; changes are rare. */
export const PEOPLE_GUARD = idOf('grp', '00000000-0000-0000-0000-000000000000')

/** The epoch of a guard; made when it is asked for the first time. */
export async function readEpoch(db: Queryable, subject: string): Promise<number> {
  await db.query(`INSERT INTO guards (subject) VALUES ($1) ON CONFLICT DO NOTHING`, [
    uuidOf(subject),
  ])
  const row = await findRow<{ epoch: string }>(db, `SELECT epoch FROM guards WHERE subject = $1`, [
    uuidOf(subject),
  ])
  return Number(row?.epoch ?? 0)
}

/** Whatever runs statements inside the transaction of a change. */
interface Statements {
  query(text: string, values: unknown[]): Promise<unknown>
}

/** Moves the epoch: whoever decided on what was before has to look again. Inside the transaction of the change. */
export async function moveEpoch(db: Statements, subject: string): Promise<void> {
  await db.query(
    `INSERT INTO guards (subject, epoch) VALUES ($1, 1)
     ON CONFLICT (subject) DO UPDATE SET epoch = guards.epoch + 1`,
    [uuidOf(subject)],
  )
}
