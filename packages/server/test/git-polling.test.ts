// Commits and tags of real repositories, looked at by real pollers: each starts its pipelines exactly once.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { commit, definePipeline, stage, tag, wait, type Trigger } from '@lockstep/define'
import { pollRepository, RepositoryPolling, type PollDeps } from '../src/git/poll-repositories.ts'
import { listCommitsBetween } from '../src/postgres/deliverables/commit-store.ts'
import {
  claimDueRepository,
  insertRepository,
  listRepositories,
  nudgeRepository,
  type WatchedRepository,
} from '../src/postgres/deliverables/repository-store.ts'
import type { Queryable } from '../src/postgres/queryable.ts'
import { startOutsideTest, type TestOutside } from '../testing/outside.ts'
import { createRepository, storeDefinition, type TestRepository } from '../testing/repository.ts'
import { until } from '../testing/until.ts'

interface Followed {
  readonly outside: TestOutside
  readonly repository: TestRepository
  readonly deps: (server?: string) => PollDeps
  /** One look, as it is when it is due. */
  readonly look: () => Promise<WatchedRepository>
  readonly due: () => Promise<WatchedRepository>
  /** The commits of all runs, in the order of their numbers. */
  readonly started: () => Promise<readonly string[]>
}

async function follow(outside: TestOutside): Promise<Followed> {
  const { pool } = outside.database
  const repository = createRepository(join(outside.folder, 'widget'))
  await insertRepository(pool, {
    projectNumber: outside.project.number,
    name: 'widget',
    url: repository.url,
    pollMs: 60_000,
  })
  const deps = (server = 'one'): PollDeps => ({
    db: pool,
    reactor: outside.reactor,
    git: { protocols: ['file'], surroundings: { PATH: process.env['PATH'] } },
    folder: join(outside.folder, server),
    log: outside.deps.log,
  })
  const due = async (): Promise<WatchedRepository> => {
    await nudgeRepository(pool, outside.project.number, 'widget')
    const claimed = await claimDueRepository(pool)
    assert.ok(claimed)
    return claimed
  }
  return {
    outside,
    repository,
    deps,
    due,
    async look() {
      await pollRepository(deps(), await due())
      const [seen] = await listRepositories(pool, outside.project.number)
      assert.ok(seen)
      return seen
    },
    async started() {
      const { rows } = await pool.query<{ commit: string }>(
        `SELECT r.source->>'commit' AS commit FROM runs r JOIN aggregates a ON a.id = r.id ORDER BY r.number`,
      )
      return rows.map((row) => row.commit)
    },
  }
}

async function definePipelineOn(outside: TestOutside, ...on: readonly Trigger[]): Promise<string> {
  return storeDefinition(
    outside.database,
    outside.project.number,
    definePipeline('widget', {
      on,
      stages: [stage('go', { tasks: [wait('Rest', { for: '1h' })] })],
    }),
  )
}

const onMain = commit({ repository: 'widget', branch: 'main' })

suite('a commit', () => {
  test('starts its pipeline once, the oldest first, with the commit and the branch in the run', async () => {
    await using outside = await startOutsideTest()
    const uuid = await definePipelineOn(outside, onMain)
    const { repository, look, started } = await follow(outside)
    repository.commit('a', '1')
    const head = repository.commit('a', '2')
    await look() // Never seen before: its head only.
    assert.deepEqual(await started(), [head])
    const second = repository.commit('a', '3')
    const third = repository.commit('a', '4')
    await look()
    await look()
    assert.deepEqual(await started(), [head, second, third])
    const { rows } = await outside.database.pool.query(
      'SELECT cause, source, starter FROM runs WHERE number = 3',
    )
    assert.equal(rows[0]?.cause, `commit/${uuid}/${third}`)
    assert.match(rows[0]?.starter, /^trigger:trg_/)
    assert.deepEqual(rows[0]?.source, {
      repository: 'widget',
      url: repository.url,
      branch: 'main',
      commit: third,
    })
  })

  test('is kept with its message and author, and what lies between two is told', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(outside, onMain)
    const { repository, look } = await follow(outside)
    const early = repository.commit('a', '1', 'Begin')
    const first = repository.commit('a', '2', 'CAR-1: <b>first</b>\n\nWith a body.')
    await look()
    const second = repository.commit('a', '3', 'Second')
    repository.git('switch', '--quiet', '--create', 'side', first)
    repository.commit('b', '1', 'On the side')
    repository.git('switch', '--quiet', 'main')
    repository.git('merge', '--quiet', '--no-ff', '--message', 'Merge the side', 'side')
    const merged = repository.git('rev-parse', 'HEAD')
    await look()
    const between = async (to: string, since?: string) => {
      const { commits } = await listCommitsBetween(outside.database.pool, {
        projectNumber: outside.project.number,
        repository: 'widget',
        to,
        since,
      })
      return commits
    }
    assert.deepEqual(
      (await between(merged, early)).map(({ commit, message, author }) => [
        commit,
        message,
        author,
      ]),
      [
        [merged, 'Merge the side', 't'],
        [second, 'Second', 't'],
        [first, 'CAR-1: <b>first</b>\n\nWith a body.', 't'],
      ],
    )
    const everything = await between(first)
    assert.deepEqual(
      everything.map(({ commit, parent }) => [commit, parent]),
      [
        [first, early],
        [early, null],
      ],
    )
    assert.equal(
      everything[0]?.writtenAt.getTime(),
      Date.parse(repository.git('show', '--no-patch', '--format=%aI', first)),
    )
    assert.deepEqual(await between(first, first), [])
    assert.deepEqual(await between('0'.repeat(40)), [])
  })

  test('that is odd is kept whole: cut between letters, and dated when its own date is none', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(outside, onMain)
    const { repository, look, started } = await follow(outside)
    const tree = repository.git('mktree')
    const committed = '1700000000 +0000'
    const write = (author: string, message: string, parent?: string): string => {
      const path = join(outside.folder, 'odd')
      const text = [
        `tree ${tree}`,
        ...(parent === undefined ? [] : [`parent ${parent}`]),
        `author ${author}`,
        `committer t <t@example.test> ${committed}`,
        '',
        message,
      ]
      writeFileSync(path, text.join('\n'))
      return repository.git('hash-object', '-t', 'commit', '-w', '--literally', path)
    }
    const undated = write('t <t@example.test>', 'Undated')
    const far = write('t <t@example.test> 300000000000 +0000', 'Far', undated)
    const [name, message] = [`${'n'.repeat(199)}🚗`, `${'m'.repeat(3_999)}🚗`]
    const long = write(`${name}n <t@example.test> ${committed}`, `${message}m`, far)
    repository.git('update-ref', 'refs/heads/main', long)
    assert.equal((await look()).failure, null)
    assert.deepEqual(await started(), [long])
    const { commits: kept } = await listCommitsBetween(outside.database.pool, {
      projectNumber: outside.project.number,
      repository: 'widget',
      to: long,
      since: undefined,
    })
    const at = new Date(1_700_000_000_000)
    assert.deepEqual(
      kept.map((one) => [one.commit, one.author, one.message, one.writtenAt]),
      [
        [long, name, message, at],
        [far, 't', 'Far', at],
        [undated, 't', 'Undated', at],
      ],
    )
  })

  test('that cannot be kept starts its pipeline all the same', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(outside, onMain)
    const { repository, deps, due, started } = await follow(outside)
    const head = repository.commit('a', '1')
    const warned: string[] = []
    await pollRepository(
      {
        ...deps(),
        db: without('INSERT INTO commits', deps().db),
        log: { ...deps().log, warn: (_fields, what) => warned.push(what) },
      },
      await due(),
    )
    assert.deepEqual(await started(), [head])
    assert.deepEqual(warned, ['commits were not kept'])
    const [seen] = await listRepositories(outside.database.pool, outside.project.number)
    assert.deepEqual([seen?.failure, seen?.refs], [null, { 'refs/heads/main': head }])
  })

  test('starts one run when two servers see it at once', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(outside, onMain)
    const { repository, deps, due, started } = await follow(outside)
    const head = repository.commit('a', '1')
    const seen = await due()
    await Promise.all([pollRepository(deps('one'), seen), pollRepository(deps('two'), seen)])
    assert.deepEqual(await started(), [head])
  })

  test('starts one run when the server is gone before it has remembered what it saw', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(outside, onMain)
    const { repository, deps, due, look, started } = await follow(outside)
    const head = repository.commit('a', '1')
    const seen = await due()
    await assert.rejects(
      pollRepository({ ...deps(), db: without('UPDATE repositories', deps().db) }, seen),
    )
    assert.deepEqual(await started(), [head])
    const after = await look()
    assert.deepEqual(await started(), [head])
    assert.deepEqual(after.refs, { 'refs/heads/main': head })
  })

  test('is one of two that two polling servers start, and neither twice', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(outside, onMain)
    const { repository, deps, started } = await follow(outside)
    await using one = new RepositoryPolling(deps('one'))
    await using two = new RepositoryPolling(deps('two'))
    one.start()
    two.start()
    const first = repository.commit('a', '1')
    const { pool } = outside.database
    const nudge = (): Promise<void> => nudgeRepository(pool, outside.project.number, 'widget')
    await until('the first has started', async () => {
      await nudge()
      return (await started()).length === 1
    })
    const second = repository.commit('a', '2')
    await until('the second has started', async () => {
      await nudge()
      return (await started()).length === 2
    })
    assert.deepEqual(await started(), [first, second])
  })

  test('that touches none of the paths starts nothing', async () => {
    await using outside = await startOutsideTest()
    const paths = ['src/**/*.ts', 'docs/']
    await definePipelineOn(outside, commit({ repository: 'widget', branch: 'main', paths }))
    const { repository, look, started } = await follow(outside)
    const first = repository.commit('README', '1')
    await look()
    repository.commit('README', '2')
    const source = repository.commit('src/deep/a.ts', '1')
    repository.commit('src/deep/a.txt', '1')
    const document = repository.commit('docs/guide/one.md', '1')
    await look()
    assert.deepEqual(await started(), [first, source, document])
  })

  test('after which history was written anew starts the new head', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(outside, onMain)
    const { repository, look, started } = await follow(outside)
    const first = repository.commit('a', '1')
    const lost = repository.commit('a', '2')
    await look()
    repository.git('reset', '--quiet', '--hard', first)
    repository.commit('a', '3')
    const head = repository.commit('a', '4')
    await look()
    assert.deepEqual(await started(), [lost, head])
  })

  test('of another branch starts nothing', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(outside, onMain)
    const { repository, look, started } = await follow(outside)
    const head = repository.commit('a', '1')
    repository.git('checkout', '--quiet', '-b', 'side')
    repository.commit('a', '2')
    await look()
    assert.deepEqual(await started(), [head])
  })

  test('that supersedes stops the run of the commit before, and passes over those between', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(
      outside,
      commit({ repository: 'widget', branch: 'main', supersede: true }),
    )
    const { repository, look, started } = await follow(outside)
    const first = repository.commit('a', '1')
    await look()
    repository.commit('a', '2')
    const last = repository.commit('a', '3')
    await look()
    assert.deepEqual(await started(), [first, last])
    const statuses = async (): Promise<readonly string[]> => {
      const { rows } = await outside.database.pool.query<{ status: string }>(
        `SELECT a.status FROM runs r JOIN aggregates a ON a.id = r.id ORDER BY r.number`,
      )
      return rows.map(({ status }) => status)
    }
    await until('the first run was stopped', async () => (await statuses())[0] === 'aborted')
    assert.equal((await statuses())[1], 'running')
  })
})

suite('a tag', () => {
  test('starts what follows its pattern, but not when it was there before the first look', async () => {
    await using outside = await startOutsideTest()
    await definePipelineOn(outside, tag({ repository: 'widget', pattern: 'v*' }))
    const { repository, look, started } = await follow(outside)
    const first = repository.commit('a', '1')
    repository.git('tag', 'v1')
    await look()
    assert.deepEqual(await started(), [])
    repository.git('tag', '--annotate', '--message', 'Two', 'v2')
    repository.git('tag', 'other')
    await look()
    await look()
    assert.deepEqual(await started(), [first])
  })
})

suite('a commit whose pipeline cannot be planned', () => {
  test('says why, holds up no other pipeline, and starts when it can', async () => {
    await using outside = await startOutsideTest()
    const { database, project } = outside
    const stages = (environment?: { readonly name: string }) => [
      {
        kind: 'stage',
        name: 'go',
        ...(environment === undefined ? {} : { environment }),
        tasks: [{ kind: 'wait', name: 'Rest', for: '1h' }],
      },
    ]
    const on = [{ kind: 'commit', repository: 'widget', branch: 'main' }]
    const broken = { kind: 'pipeline', name: 'broken', on, stages: stages({ name: 'nowhere' }) }
    await storeDefinition(database, project.number, broken)
    await definePipelineOn(outside, onMain)
    const { repository, look } = await follow(outside)
    const names = async (): Promise<readonly string[]> => {
      const { rows } = await database.pool.query<{ name: string }>(
        'SELECT name FROM runs ORDER BY name, number',
      )
      return rows.map(({ name }) => name)
    }
    const head = repository.commit('a', '1')
    const seen = await look()
    assert.deepEqual(await names(), ['widget'])
    assert.match(
      seen.failure ?? '',
      new RegExp(`^broken was not started for ${head.slice(0, 7)}: .*nowhere`),
    )
    await storeDefinition(database, project.number, { ...broken, stages: stages() })
    const healed = await look()
    assert.deepEqual(await names(), ['broken', 'widget'])
    assert.equal(healed.failure, null)
    await look()
    assert.deepEqual(await names(), ['broken', 'widget'])
  })
})

suite('a repository that does not answer', () => {
  test('is looked at less and less often, and says what is wrong', async () => {
    await using outside = await startOutsideTest()
    const { pool } = outside.database
    const { deps } = await follow(outside)
    await pool.query(`UPDATE repositories SET url = 'file:///nowhere/at/all'`)
    const pauses: number[] = []
    for (let looks = 0; looks < 3; looks += 1) {
      await pool.query('UPDATE repositories SET poll_at = now()')
      const claimed = await claimDueRepository(pool)
      assert.ok(claimed)
      await pollRepository(deps(), claimed)
      const { rows } = await pool.query<{ pause: number }>(
        'SELECT extract(epoch FROM poll_at - now())::float8 AS pause FROM repositories',
      )
      pauses.push(Math.round(rows[0]?.pause ?? 0))
    }
    assert.ok(
      pauses.every((pause, at) => pause > 50 * 2 ** at && pause < 70 * 2 ** at),
      pauses.join(', '),
    )
    const { rows } = await pool.query<{ failure: string }>('SELECT failure FROM repositories')
    assert.match(rows[0]?.failure ?? '', /does not appear to be a git repository/)
  })
})

/** The database as a server sees it that is cut off before a statement that begins like this. */
function without(statement: string, db: Queryable): Queryable {
  const query = (text: string, values?: unknown[]): unknown => {
    if (text.startsWith(statement)) return Promise.reject(new Error('gone'))
    return db.query(text, values)
  }
  return { query } as unknown as Queryable
}
