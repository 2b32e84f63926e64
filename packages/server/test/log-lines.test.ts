// Logs as people read them: lines, outline, search and download over HTTP.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { idOf, uuidOf, type AgentId } from '@lockstep/domain'
import type { ClaimedJob } from '../src/ports/job-claims.ts'
import { appendJobLogs } from '../src/postgres/agents/job-logs.ts'
import { commandWork, plannedStage, plannedTask } from '../testing/planned-runs.ts'
import { until } from '../testing/until.ts'
import { startRunWorld, type RunWorld } from '../testing/run-world.ts'

let world: RunWorld
before(async () => {
  world = await startRunWorld()
})
after(() => world[Symbol.asyncDispose]())

// oxlint-disable-next-line typescript/no-explicit-any -- answers are read as they come over the wire
type View = any

interface TalkingJob {
  readonly job: ClaimedJob
  readonly run: string
  readonly append: (start: number, text: string, marks?: readonly number[]) => Promise<void>
  readonly get: (path: string) => Promise<View>
}

async function startTalking(pool: string): Promise<TalkingJob> {
  const run = await world.start([
    plannedStage('Staging', [plannedTask('talk', commandWork('staging/talk', pool))]),
  ])
  const { pool: db } = world.server.database
  let job: ClaimedJob | undefined
  // What an agent holds it is told again, so jobs of other runs may come along.
  await until('the job of this run is handed out', async () => {
    const claimed = await world.claim(pool)
    const { rows } = await db.query<{ id: string }>('SELECT id FROM jobs WHERE root_id = $1', [
      uuidOf(run),
    ])
    job = claimed.find(({ id }) => uuidOf(id) === rows[0]?.id)
    return job !== undefined
  })
  if (job === undefined) throw new Error('no job')
  const { id, fence } = job
  const { rows } = await db.query<{ agent_id: string }>('SELECT agent_id FROM jobs WHERE id = $1', [
    uuidOf(id),
  ])
  const agent: AgentId = idOf('agt', rows[0]?.agent_id ?? '')
  return {
    job,
    run,
    async append(start, text, marks = [0, start]) {
      const bytes = Buffer.from(text)
      const [appended] = await appendJobLogs(db, [{ agent, job: id, fence, start, bytes, marks }])
      assert.deepEqual(appended, { ok: true, length: start + bytes.length })
    },
    get: (path) =>
      world.server.call('GET', `/v1/runs/${run}/jobs/${id}/log/${path}`, { as: world.lead }),
  }
}

suite('the log of a job', () => {
  test('is read by line, with the time of each, across the parts in which it came', async () => {
    const { append, get } = await startTalking('by-line')
    await append(0, 'one\ntwo\nthr', [0, 100, 4, 250])
    await append(11, 'ee\nfour\nfiv', [3, 900])
    const { body } = await get('lines?from=2&count=10')
    assert.deepEqual(body, {
      from: 2,
      total: 4,
      lines: [
        { text: 'two', ms: 250 },
        { text: 'three', ms: 250 },
        { text: 'four', ms: 900 },
      ],
    })
    assert.deepEqual((await get('lines?from=2&count=1')).body.lines, [{ text: 'two', ms: 250 }])
    assert.deepEqual((await get('lines?from=5')).body.lines, [])
    assert.equal((await get('lines?from=0')).status, 400)
  })

  test('tells what stands where; more is waited for, and the end too', async () => {
    const { append, get, job } = await startTalking('outline')
    await append(0, '::group::Contracts\nerror: soc\n')
    const first = (await get('outline')).body
    assert.deepEqual([first.lines, first.whole, first.ended], [2, true, false])
    assert.deepEqual(first.errors.found, [{ line: 2, through: 2, text: 'error: soc' }])
    const waiting = get('outline?beyond=2&waitMs=20000')
    await append(30, '::endgroup::\nlast')
    assert.deepEqual((await waiting).body.groups, [
      { line: 1, title: 'Contracts', through: 3, marker: 3, ms: 0, tookMs: 30 },
    ])
    const ending = get('outline?beyond=3&waitMs=20000')
    await world.finish(job, 'succeeded')
    const { lines, ended } = (await ending).body
    assert.deepEqual([lines, ended], [4, true])
    assert.deepEqual((await get('lines?from=4')).body.lines, [{ text: 'last', ms: 30 }])
  })

  test('is searched to its end, in the letters that people see', async () => {
    const { append, get } = await startTalking('search')
    const filler = 'nothing here\n'.repeat(15_000)
    await append(0, `\u001B[1mSo\u001B[0mC and soc\n${filler}`)
    await append(Buffer.byteLength(`\u001B[1mSo\u001B[0mC and soc\n${filler}`), 'a.c SOC\n')
    const { body } = await get('search?words=soc')
    assert.deepEqual([body.count, body.lines, body.searched], [3, [1, 1, 15_002], 15_002])
    const dot = (await get('search?words=a.c')).body
    assert.deepEqual([dot.count, dot.lines], [1, [15_002]])
    assert.equal((await get('search?words=')).status, 400)
  })

  test('is downloaded byte for byte, never shown by the browser', async () => {
    const { append, run, job } = await startTalking('raw')
    const text = '<script>alert(1)</script>\u001B[31m\r\n'
    await append(0, text)
    const response = await fetch(`${world.server.url}/v1/runs/${run}/jobs/${job.id}/log/raw`, {
      headers: world.lead.headers,
    })
    assert.equal(await response.text(), text)
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename="job_/)
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  })

  test('of another run is not there', async () => {
    const { job } = await startTalking('own')
    const { run } = await startTalking('other')
    for (const path of ['outline', 'lines', 'search?words=x', 'raw']) {
      const { status } = await world.server.call(
        'GET',
        `/v1/runs/${run}/jobs/${job.id}/log/${path}`,
        { as: world.lead },
      )
      assert.equal(status, 404, path)
    }
  })
})
