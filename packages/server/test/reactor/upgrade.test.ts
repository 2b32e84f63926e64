// Two versions of the program on one database: what the older has stored is read by the newer, and left alone the other way round.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { uuidOf, type Machine, type StateHead } from '@lockstep/domain'
import { TOY_MACHINES } from '@lockstep/testkit'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { accepted, createRun, startToyReactor } from '../../testing/toy-reactor.ts'

/** The toy run of the next release, in which a poke counts a hundred times and says who gave it. */
const NEXT_MACHINES: readonly Machine[] = TOY_MACHINES.map((machine) =>
  machine.kind === 'pipeline_run'
    ? {
        ...machine,
        stateUpcasts: [
          (older: StateHead) => ({ ...older, pokes: 100 * Number(Reflect.get(older, 'pokes')) }),
        ],
        eventUpcasts: { poked: [(older) => ({ ...older, giver: 'somebody' })] },
      }
    : machine,
)

async function storedOf(database: TestDatabase, id: string) {
  const { rows } = await database.pool.query<{ state: StateHead; fault: string | null }>(
    'SELECT state, fault FROM aggregates WHERE id = $1',
    [uuidOf(id)],
  )
  const events = await database.pool.query<{ v: number }>(
    `SELECT v FROM events WHERE id = $1 AND type = 'poked' ORDER BY seq`,
    [uuidOf(id)],
  )
  const [row] = rows
  assert.ok(row)
  return {
    v: row.state.v,
    pokes: Reflect.get(row.state, 'pokes') as unknown,
    fault: row.fault,
    events: events.rows.map(({ v }) => v),
  }
}

suite('a server of the next version', () => {
  test('reads what an older one has stored, and writes it anew with the next event only', async () => {
    await using database = await createTestDatabase()
    await using older = await startToyReactor(database)
    const [run, other] = [await createRun(older), await createRun(older)]
    for (const each of [run, other]) await older.reactor.submit(each, { type: 'poked' }, 'rule')

    await using newer = await startToyReactor(database, { machines: NEXT_MACHINES })
    const poked = accepted(await newer.reactor.submit(run, { type: 'poked' }, 'rule'))
    assert.deepEqual([poked.state.v, Reflect.get(poked.state, 'pokes')], [2, 101])
    assert.deepEqual(await storedOf(database, run.id), {
      v: 2,
      pokes: 101,
      fault: null,
      events: [1, 2],
    })
    assert.equal((await storedOf(database, other.id)).v, 1)

    // The older one still has the state of before in memory, and then meets the new one.
    const refused = await older.reactor.submit(run, { type: 'poked' }, 'rule')
    assert.deepEqual(refused, { ok: false, refusal: 'busy' })
    assert.deepEqual(older.incidents, [])
    assert.equal((await storedOf(database, run.id)).fault, null)
    accepted(await older.reactor.submit(other, { type: 'poked' }, 'rule'))
    accepted(await newer.reactor.submit(run, { type: 'poked' }, 'rule'))
    assert.equal((await storedOf(database, run.id)).pokes, 102)
  })
})
