import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  definePipeline,
  group,
  manual,
  schedule,
  stage,
  wait,
  type Trigger,
} from '@lockstep/define'
import {
  carrySchedules,
  keepSchedules,
  SCHEDULED,
  startScheduled,
} from '../src/effects/schedules.ts'
import { startOutsideTest, type TestOutside } from '../testing/outside.ts'
import { storeDefinition } from '../testing/repository.ts'
import { until } from '../testing/until.ts'

function define(outside: TestOutside, ...on: readonly Trigger[]): Promise<string> {
  return storeDefinition(
    outside.database,
    outside.project.number,
    definePipeline('nightly', {
      on,
      stages: [stage('go', { tasks: [wait('Rest', { for: '1h' })] })],
    }),
  )
}

async function listKept({ queue }: TestOutside): Promise<readonly string[]> {
  const all = await queue.getSchedules(SCHEDULED)
  return all.map(({ cron, timezone }) => `${cron} ${timezone}`).toSorted()
}

async function countRuns({ database }: TestOutside): Promise<number> {
  const { rows } = await database.pool.query<{ runs: number }>(
    'SELECT count(*)::int AS runs FROM runs r JOIN aggregates a ON a.id = r.id',
  )
  return rows[0]?.runs ?? 0
}

suite('schedules', () => {
  test('are kept as the newest definitions say', async () => {
    await using outside = await startOutsideTest()
    await outside.queue.createQueue(SCHEDULED)
    const night = schedule('0 3 * * *', 'Europe/Berlin')
    await define(outside, night, schedule('30 12 * * MON', 'UTC'))
    await keepSchedules(outside.queue, outside.deps)
    assert.deepEqual(await listKept(outside), ['0 3 * * * Europe/Berlin', '30 12 * * MON UTC'])
    await define(outside, night)
    await keepSchedules(outside.queue, outside.deps)
    assert.deepEqual(await listKept(outside), ['0 3 * * * Europe/Berlin'])
    await outside.database.pool.query('UPDATE definitions SET retired_at = now()')
    await keepSchedules(outside.queue, outside.deps)
    assert.deepEqual(await listKept(outside), [])
  })

  test('start a run for each stroke, once, and none for a time that is not theirs any more', async () => {
    await using outside = await startOutsideTest()
    await outside.queue.createQueue(SCHEDULED)
    const pipeline = await define(outside, schedule('0 3 * * *', 'UTC'))
    await keepSchedules(outside.queue, outside.deps)
    const [kept] = await outside.queue.getSchedules(SCHEDULED)
    assert.ok(kept)
    const stroke = { pipeline, schedule: kept.key }
    await startScheduled(outside.deps, { ...stroke, id: 'one' })
    await startScheduled(outside.deps, { ...stroke, id: 'one' })
    assert.equal(await countRuns(outside), 1)
    await startScheduled(outside.deps, { ...stroke, id: 'two' })
    assert.equal(await countRuns(outside), 2)
    await define(outside, schedule('0 4 * * *', 'UTC'))
    await startScheduled(outside.deps, { ...stroke, id: 'three' })
    assert.equal(await countRuns(outside), 2)
  })

  test('whose run cannot be planned are asked for again, and begin once it can', async () => {
    await using outside = await startOutsideTest()
    await outside.queue.createQueue(SCHEDULED)
    const on = schedule('0 3 * * *', 'UTC')
    const pipeline = await define(outside, on)
    await keepSchedules(outside.queue, outside.deps)
    const [kept] = await outside.queue.getSchedules(SCHEDULED)
    const stroke = { pipeline, schedule: kept?.key ?? '', id: 'one' }
    const asks = manual('Look', { by: [group('night-watch')], instructions: 'Look.' })
    const asking = stage('go', { tasks: [asks] })
    await storeDefinition(
      outside.database,
      outside.project.number,
      definePipeline('nightly', { on: [on], stages: [asking] }),
    )
    const begin = (): Promise<void> => startScheduled(outside.deps, stroke)
    await assert.rejects(begin, /car\/nightly at its time cannot be planned: .*"night-watch"/)
    assert.equal(await countRuns(outside), 0)
    await outside.group('night-watch')
    await begin()
    assert.equal(await countRuns(outside), 1)
  })

  test('are carried by the queue', async () => {
    await using outside = await startOutsideTest()
    const pipeline = await define(outside, schedule('0 3 * * *', 'UTC'))
    await using carried = await carrySchedules(outside.queue, outside.deps)
    await until('the schedule is kept', async () => (await listKept(outside)).length === 1)
    const [kept] = await outside.queue.getSchedules(SCHEDULED)
    assert.ok(kept)
    await outside.queue.send(SCHEDULED, { pipeline, schedule: kept.key })
    await until('the run has begun', async () => (await countRuns(outside)) === 1)
  })
})
