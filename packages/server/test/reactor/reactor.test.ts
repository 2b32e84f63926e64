import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Question } from '@lockstep/domain'
import { ReactorFault } from '../../src/ports/reactor.ts'
import type { Commit, Target } from '../../src/ports/reactor.ts'
import { createTestDatabase } from '../../testing/database.ts'
import type { TestDatabase } from '../../testing/database.ts'
import {
  accepted,
  assertSound,
  claim,
  createRun,
  finish,
  newAgentId,
  newRunId,
  PROJECT,
  startToyReactor,
  until,
  work,
} from '../../testing/toy-reactor.ts'
import type { ToyReactor } from '../../testing/toy-reactor.ts'

let database: TestDatabase
let toy: ToyReactor

before(async () => {
  database = await createTestDatabase()
  toy = await startToyReactor(database)
})
after(async () => {
  await toy[Symbol.asyncDispose]()
  await assertSound(database)
  await database[Symbol.asyncDispose]()
})

const poke = (target: Target, options = {}) =>
  toy.reactor.submit(target, { type: 'poked' }, 'user:usr_1', options)

async function count(sql: string, values: readonly unknown[] = []): Promise<number> {
  const { rows } = await database.pool.query<{ count: string }>(sql, [...values])
  return Number(rows[0]?.count)
}

suite('submit', () => {
  test('answers after the commit with the version and the state', async () => {
    const run = await createRun(toy)
    const answer = accepted(await poke(run))
    assert.deepEqual([answer.version, answer.repeated], [2, false])
    assert.equal(await count('SELECT count(*) FROM events WHERE type = $1', ['poked']), 1)
  })

  test('a refusal of the reducer writes nothing', async () => {
    const run = await createRun(toy)
    await toy.reactor.submit(run, { type: 'ended' }, 'rule')
    const before = await count('SELECT count(*) FROM events')
    assert.deepEqual(await poke(run), { ok: false, refusal: 'already_finished' })
    assert.equal(await count('SELECT count(*) FROM events'), before)
  })

  test('what does not exist is not found, and what exists is not made again', async () => {
    const run = await createRun(toy)
    assert.deepEqual(await poke({ ...run, id: newRunId() }), { ok: false, refusal: 'not_found' })
    const again = await toy.reactor.create(
      { project: PROJECT, kind: 'pipeline_run', id: run.id },
      { type: 'run_created', steps: 0, jobs: 0, atOnce: 1 },
      'rule',
    )
    assert.deepEqual(again, { ok: false, refusal: 'already_created' })
  })

  test('a hundred events sent at once each happen once', async () => {
    const run = await createRun(toy)
    const answers = await Promise.all(Array.from({ length: 100 }, () => poke(run)))
    const versions = answers.map((answer) => accepted(answer).version).sort((a, b) => a - b)
    assert.deepEqual(
      versions,
      Array.from({ length: 100 }, (_, index) => index + 2),
    )
  })

  test('an expected version that has moved is refused', async () => {
    const run = await createRun(toy)
    assert.equal(accepted(await poke(run, { expectVersion: 1 })).version, 2)
    assert.deepEqual(await poke(run, { expectVersion: 1 }), { ok: false, refusal: 'version_moved' })
  })

  test('the ids, the moment and the actor of an event are kept with it', async () => {
    const run = await createRun(toy)
    await toy.reactor.submit(run, { type: 'poked' }, 'user:usr_9', { origin: { address: '::1' } })
    const { rows } = await database.pool.query<{ actor: string; origin: object; age: number }>(
      `SELECT actor, origin, extract(epoch FROM now() - at)::float8 AS age FROM events WHERE actor = 'user:usr_9'`,
    )
    assert.deepEqual([rows[0]?.actor, rows[0]?.origin], ['user:usr_9', { address: '::1' }])
    assert.ok(Math.abs(rows[0]?.age ?? 99) < 1)
  })
})

suite('a command key', () => {
  const key = { key: 'usr_1/one', bodyDigest: 'sha256:a' }

  test('gives the same answer to the same command, and does nothing twice', async () => {
    const first = await toy.reactor.create(
      { project: PROJECT, kind: 'pipeline_run', id: newRunId() },
      { type: 'run_created', steps: 0, jobs: 0, atOnce: 1 },
      'rule',
      { key },
    )
    const second = await toy.reactor.create(
      { project: PROJECT, kind: 'pipeline_run', id: newRunId() },
      { type: 'run_created', steps: 0, jobs: 0, atOnce: 1 },
      'rule',
      { key },
    )
    assert.deepEqual(accepted(second).target, accepted(first).target)
    assert.equal(accepted(second).repeated, true)
  })

  test('is refused with another body', async () => {
    const run = await createRun(toy)
    const other = { key: { ...key, bodyDigest: 'sha256:b' } }
    assert.deepEqual(await poke(run, other), { ok: false, refusal: 'key_reused' })
  })

  test('sent ten times at once has one effect', async () => {
    const run = await createRun(toy)
    const same = { key: { key: 'usr_1/ten', bodyDigest: 'sha256:c' } }
    const answers = await Promise.all(Array.from({ length: 10 }, () => poke(run, same)))
    assert.deepEqual(new Set(answers.map((answer) => accepted(answer).version)), new Set([2]))
  })
})

suite('children', () => {
  test('start with their parent, work, and tell it', async () => {
    const run = await createRun(toy, { steps: 3, jobs: 5, atOnce: 2 })
    await work(database, [toy], async () => (await countUnfinishedOf(run)) === 0)
    const { rows } = await database.pool.query<{ state: { finished: number } }>(
      `SELECT state FROM aggregates WHERE status = 'succeeded' AND kind = 'pipeline_run' AND root_id = id AND (state->>'id') = $1`,
      [run.id],
    )
    assert.equal(rows[0]?.state.finished, 3)
  })

  test('tell a root of another project', async () => {
    const listener = await createRun(toy, { project: 8 })
    await createRun(toy, { steps: 1, jobs: 1, listener: { root: listener.root, id: listener.id } })
    await work(database, [toy], async () => (await pokesOf(listener)) === 1)
    assert.equal(await pokesOf(listener), 1)
  })

  test('a message to what does not exist is set aside as evidence', async () => {
    const run = await createRun(toy)
    const nobody = newRunId()
    await toy.reactor.submit(run, { type: 'told', to: { root: nobody, id: nobody } }, 'rule')
    await until(async () => (await count('SELECT count(*) FROM inbox')) === 0)
    assert.equal(await count(`SELECT count(*) FROM set_aside WHERE reason = 'not_found'`), 1)
  })

  test('a message that comes too late is set aside, and changes nothing', async () => {
    const run = await createRun(toy)
    const ended = await createRun(toy)
    await toy.reactor.submit(ended, { type: 'ended' }, 'rule')
    await toy.reactor.submit(run, { type: 'told', to: { root: ended.root, id: ended.id } }, 'rule')
    await until(async () => (await count('SELECT count(*) FROM inbox')) === 0)
    assert.equal(await count(`SELECT count(*) FROM set_aside WHERE reason = 'already_finished'`), 1)
  })
})

suite('an owned job', () => {
  test('is finished once, by whoever holds its fence', async () => {
    await createRun(toy, { steps: 1, jobs: 1 })
    const [job] = await claim(database, newAgentId())
    assert.ok(job)
    assert.deepEqual(await finish(toy, { ...job, fence: job.fence + 1 }), {
      ok: false,
      refusal: 'stale_fence',
    })
    accepted(await finish(toy, job))
    assert.equal((await finish(toy, job)).ok, false)
    assert.equal(await count(`SELECT count(*) FROM set_aside WHERE kind = 'stale_report'`), 1)
  })

  test('of which two reports come at once takes one of them', async () => {
    const run = await createRun(toy, { steps: 1, jobs: 2, atOnce: 2 })
    const jobs = await claim(database, newAgentId())
    const [job] = jobs
    assert.ok(job)
    const answers = await Promise.all([finish(toy, job), finish(toy, job), finish(toy, job)])
    assert.equal(answers.filter(({ ok }) => ok).length, 1)
    await work(database, [toy], async () => {
      await Promise.all(jobs.slice(1).map((other) => finish(toy, other)))
      return (await countUnfinishedOf(run)) === 0
    })
  })

  test('whose deadline is over is lost, and settled by evidence', async () => {
    const run = await createRun(toy, { steps: 1, jobs: 1 })
    const [job] = await claim(database, newAgentId())
    assert.ok(job)
    await database.pool.query(`UPDATE jobs SET deadline = now() WHERE status = 'leased'`)
    const unknown = `SELECT count(*) FROM jobs WHERE status = 'unknown'`
    await until(async () => (await count(unknown)) === 1)
    assert.deepEqual(await finish(toy, job), { ok: false, refusal: 'stale_fence' })
    const outcome = { status: 'succeeded', report: null } as const
    const owned = { job: job.id, fence: job.fence, while: 'unknown', outcome } as const
    const event = { type: 'unknown_resolved', job: job.id, verdict: 'ran' }
    accepted(await toy.reactor.submit(job.owner, event, 'agent:agt_1', { owned }))
    await until(async () => (await countUnfinishedOf(run)) === 0)
    assert.equal(await count(unknown), 0)
  })
})

suite('an abort', () => {
  test('lets nothing new be claimed, and ends what nobody has claimed', async () => {
    const run = await createRun(toy, { steps: 1, jobs: 6, atOnce: 6 })
    const agent = newAgentId()
    const [held] = await claim(database, agent, 1)
    assert.ok(held)
    const children = [{ root: held.owner.root, id: held.owner.id }]
    accepted(await toy.reactor.submit(run, { type: 'abort_requested', children }, 'user:usr_1'))
    assert.deepEqual(
      (await claim(database, newAgentId(), 10)).filter(({ owner }) => owner.root === run.root),
      [],
    )
    const aborted = `SELECT count(*) FROM jobs WHERE status = 'aborted'`
    await until(async () => (await count(aborted)) === 5)
    accepted(await finish(toy, held))
    await until(async () => (await countUnfinishedOf(run)) === 0)
  })
})

suite('an abort of what a silent agent holds', () => {
  test('waits for its lease and not for its time-out, and leaves what happened as unknown', async () => {
    const run = await createRun(toy, { steps: 1, jobs: 1 })
    const [held] = await claim(database, newAgentId(), 1)
    assert.ok(held)
    const children = [{ root: held.owner.root, id: held.owner.id }]
    accepted(await toy.reactor.submit(run, { type: 'abort_requested', children }, 'user:usr_1'))
    const cancelled = `SELECT count(*) FROM jobs WHERE cancel_at IS NOT NULL AND status = 'leased'`
    await until(async () => (await count(cancelled)) === 1)
    await database.pool.query(
      `UPDATE jobs SET lease_until = now() - interval '1 hour', cancel_at = now() - interval '1 hour'
       WHERE status = 'leased'`,
    )
    const unknown = `SELECT count(*) FROM jobs WHERE status = 'unknown'`
    await until(async () => (await count(unknown)) === 1)
  })
})

suite('a guard', () => {
  test('that has moved since it was read refuses the event', async () => {
    const run = await createRun(toy)
    const check = { subject: run.id, epoch: 0 }
    accepted(await poke(run, { guards: [check] }))
    await database.pool.query('UPDATE guards SET epoch = epoch + 1')
    assert.deepEqual(await poke(run, { guards: [check] }), { ok: false, refusal: 'guard_moved' })
  })
})

suite('a wake-up', () => {
  test('comes not before its moment, by the clock of the database', async () => {
    const run = await createRun(toy)
    const wakeAt = toy.reactor.now() + 300
    await toy.reactor.submit(run, { type: 'slept', until: wakeAt }, 'rule')
    await until(async () => (await pokesOf(run)) === 1)
    const { rows } = await database.pool.query<{ at: number; actor: string }>(
      `SELECT (extract(epoch FROM at) * 1000)::float8 AS at, actor FROM events WHERE type = 'woken' ORDER BY pos DESC LIMIT 1`,
    )
    const late = (rows[0]?.at ?? 0) - wakeAt
    assert.ok(late >= 0, `${late} ms late`)
    assert.equal(rows[0]?.actor, 'timer')
  })

  test('that the reducer does not want does not come again and again', async () => {
    const run = await createRun(toy)
    await toy.reactor.submit(run, { type: 'poked' }, 'rule')
    await database.pool.query(
      `UPDATE aggregates SET wake_at = now() - interval '1 second' WHERE state->>'id' = $1`,
      [run.id],
    )
    await until(
      async () => (await count(`SELECT count(*) FROM aggregates WHERE wake_at <= now()`)) === 0,
    )
  })
})

suite('one bad aggregate', () => {
  test('whose reducer throws answers its caller with an incident, and the others go on', async () => {
    const [bad, good] = [await createRun(toy), await createRun(toy)]
    const [fault, answer] = await Promise.allSettled([
      toy.reactor.submit(bad, { type: 'broken' }, 'rule'),
      poke(good),
    ])
    assert.ok(fault.status === 'rejected' && fault.reason instanceof ReactorFault)
    assert.equal(toy.incidents.at(-1)?.id, fault.reason.incident)
    assert.ok(answer.status === 'fulfilled' && answer.value.ok)
    accepted(await poke(bad))
  })

  test('whose state grows beyond its limit keeps what went before', async () => {
    const run = await createRun(toy)
    const answers = await Promise.allSettled([
      poke(run),
      toy.reactor.submit(run, { type: 'grown', letters: 20_000 }, 'rule'),
      poke(run),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal(await pokesOf(run), 2)
  })

  test('whose text the database refuses is found among many', async () => {
    const runs = await Promise.all(Array.from({ length: 8 }, () => createRun(toy)))
    const answers = await Promise.allSettled(
      runs.map((run, index) =>
        toy.reactor.submit(run, { type: 'poked', note: index === 5 ? 'a\u0000b' : 'ab' }, 'rule'),
      ),
    )
    const failed = answers.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
    assert.deepEqual(failed, [5])
  })

  test('is set aside when a message from inside fails three times', async () => {
    const [run, bad] = [await createRun(toy), await createRun(toy)]
    await database.pool.query(
      `INSERT INTO inbox (project_id, root_id, source_id, source_seq, ordinal, target_root_id, target_id, event, at)
       SELECT project_id, root_id, id, 99, 0, b.target, b.target, '{"type": "broken"}', now() - interval '1 second'
       FROM aggregates, (SELECT id AS target FROM aggregates WHERE state->>'id' = $2) b WHERE state->>'id' = $1`,
      [run.id, bad.id],
    )
    await until(
      async () => (await count('SELECT count(*) FROM aggregates WHERE fault IS NOT NULL')) === 1,
    )
    await assert.rejects(poke(bad), /set aside/)
    await database.pool.query('DELETE FROM inbox WHERE source_seq = 99')
  })
})

suite('after the commit', () => {
  test('listeners hear what has changed', async () => {
    const heard: Commit[] = []
    const stop = toy.reactor.onCommitted((commit) => heard.push(commit))
    const run = await createRun(toy, { steps: 1, jobs: 0 })
    stop()
    const changes = heard
      .flatMap((commit) => commit.changes)
      .filter(({ root }) => root === run.root)
    const own = changes.find(({ id }) => id === run.id)
    assert.deepEqual(own && [own.kind, own.version, own.status, own.project], [
      'pipeline_run',
      1,
      'running',
      PROJECT,
    ])
    assert.equal(changes.find(({ kind }) => kind === 'step_run')?.parent, run.id)
  })

  test('questions are put to the performer', async () => {
    await using other = await startToyReactor(database)
    assert.ok(other.reactor.nodeId !== toy.reactor.nodeId)
    const asked: Question[] = []
    toy.reactor.answerWith((question) => {
      asked.push(question)
      return Promise.resolve()
    })
    const run = await createRun(toy)
    const question = { type: 'describe_gate', round: 1 } as const
    await toy.reactor.submit(run, { type: 'asked', question }, 'rule')
    await until(() => asked.length === 1)
    assert.deepEqual(asked, [question])
  })

  test('another node hears of it too, and of jobs that are ready', async () => {
    await using other = await startToyReactor(database)
    const heard: string[] = []
    const pools: string[] = []
    other.reactor.onCommitted(({ changes }) => heard.push(...changes.map(({ id }) => id)))
    other.reactor.onJobsReady((ready) => pools.push(...ready))
    const run = await createRun(toy, { steps: 1, jobs: 1 })
    await until(() => heard.includes(run.id) && pools.length > 0)
    assert.deepEqual(new Set(pools), new Set(['label:toy']))
  })
})

async function countUnfinishedOf(run: Target): Promise<number> {
  return count(
    `SELECT (SELECT count(*) FROM aggregates a WHERE a.finished_at IS NULL AND a.state->>'root' = $1)
       + (SELECT count(*) FROM inbox) AS count`,
    [run.root],
  )
}

async function pokesOf(run: Target): Promise<number> {
  return count(`SELECT (state->>'pokes')::int AS count FROM aggregates WHERE state->>'id' = $1`, [
    run.id,
  ])
}
