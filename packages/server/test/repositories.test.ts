import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { commit, definePipeline, sideBySide, stage, test as testTask } from '@lockstep/define'
import { idOf } from '@lockstep/domain'
import { peopleOn } from '../src/postgres/people/people.ts'
import { transact } from '../src/postgres/transact.ts'
import { changeRepository } from '../src/usecases/repository/change.ts'
import { followRepository } from '../src/usecases/repository/follow.ts'
import { startRunWorld, type RunWorld } from '../testing/run-world.ts'

let world: RunWorld
before(async () => {
  world = await startRunWorld()
})
after(() => world[Symbol.asyncDispose]())

const add = (name: string) =>
  world.post(
    '/v1/repositories',
    { project: world.project, name, url: `https://git.example.test/${name}.git` },
    world.admin,
  )
const change = (name: string, more: object) =>
  world.post('/v1/repositories/change', { project: world.project, name, ...more }, world.admin)
const remove = (name: string) =>
  world.server.call('DELETE', `/v1/repositories?project=${world.project}&name=${name}`, {
    as: world.admin,
  })

suite('a repository that is followed', () => {
  test('moves to another address, keeps what was seen there, and is looked at at once', async () => {
    await add('moved')
    const { pool } = world.server.database
    await pool.query(
      `UPDATE repositories SET refs = '{"refs/heads/main":"abc"}', failure = 'gone', failures = 3, poll_at = now() + interval '1 day' WHERE name = 'moved'`,
    )
    const url = 'https://git.example.test/new/home.git'
    const changed = await change('moved', { url, pollMs: 5_000 })
    assert.deepEqual(
      [changed.status, changed.body.url, changed.body.pollMs, changed.body.failure],
      [200, url, 5_000, null],
    )
    assert.deepEqual(changed.body.branches, { main: 'abc' })
    const { rows } = await pool.query(
      `SELECT poll_at <= now() AS due FROM repositories WHERE name = 'moved'`,
    )
    assert.deepEqual(rows, [{ due: true }])
    assert.equal((await world.server.audited()).at(-1), 'repository_changed')
  })

  test('is changed to no address that it could not be added with', async () => {
    await add('guarded')
    for (const url of [
      'https://me:secret@git.example.test/x.git',
      'https://token@git.example.test/x.git',
      'https://git.example.test/x.git?token=abc',
      'https:///x',
      'javascript:alert(1)',
      'http://git.example.test/x.git',
    ]) {
      const refused = await change('guarded', { url })
      assert.deepEqual([refused.status, refused.body.field], [400, 'url'])
    }
    assert.equal((await change('guarded', {})).status, 400)
    assert.equal((await change('nowhere', { pollMs: 5_000 })).body.code, 'unknown_reference')
  })

  test('has an address that the server asks, whichever way it comes', async () => {
    const { pool } = world.server.database
    const [project] = (await pool.query<{ id: string }>('SELECT id FROM projects')).rows
    const url = 'ftp://git.example.test/x.git'
    const refuse = (address: string) => (address === url ? 'Nobody asks there.' : undefined)
    const input = { project: idOf('prj', project?.id ?? ''), name: 'anywhere', url, pollMs: 5_000 }
    for (const take of [followRepository, changeRepository]) {
      const outcome = await transact(
        pool,
        async (tx) => {
          const people = peopleOn(tx)
          const origin = { address: '::1', client: 'test' }
          const record = () => assert.fail('nothing was done')
          return take({ tx, people, actor: 'rule', origin, record }, input, refuse)
        },
        ({ ok }) => ok,
      )
      assert.ok(!outcome.ok)
      assert.deepEqual([outcome.code, outcome.detail], ['invalid_field', 'Nobody asks there.'])
    }
  })

  test('tells what was committed between two commits, and how far back that is known', async () => {
    await add('written')
    const [old, first, second] = ['a', 'b', 'c'].map((letter) => letter.repeat(40))
    await world.server.database.pool.query(
      `INSERT INTO commits (project_id, repository, commit, parent, author, message, written_at)
       SELECT number, 'written', c.commit, c.parent, 'Ada', c.message, '2026-11-17T14:00:00Z'
       FROM projects, (VALUES ($1, $2, 'First'), ($3, $1, 'Second')) AS c (commit, parent, message)
       WHERE name = 'car'`,
      [first, old, second],
    )
    const between = async (to = '', since = '') => {
      const path = `/v1/commits?project=${world.project}&repository=written&to=${to}`
      const { body } = await world.server.call(
        'GET',
        since === '' ? path : `${path}&since=${since}`,
        {
          as: world.admin,
        },
      )
      return body
    }
    assert.deepEqual(await between(second, first), {
      commits: [
        { commit: second, author: 'Ada', message: 'Second', at: '2026-11-17T14:00:00.000Z' },
      ],
      isWhole: true,
    })
    const known = await between(second, 'd'.repeat(40))
    assert.deepEqual([known.commits.length, known.isWhole], [2, false])
    assert.equal((await between(second, old)).isWhole, true)
    assert.equal((await between(second)).isWhole, false)
    const unseen = 'e'.repeat(40)
    assert.deepEqual(await between(unseen, first), { commits: [], isWhole: false })
    assert.deepEqual(await between(first, first), { commits: [], isWhole: true })
    assert.deepEqual(await between(unseen, unseen), { commits: [], isWhole: false })
    assert.equal((await between('main')).code, 'invalid_field')
  })

  test('is not deleted while a pipeline is started by it or a task works in it, and they are named', async () => {
    await add('widget')
    await add('tools')
    await world.apply(
      definePipeline('widget', {
        on: [commit({ repository: 'widget', branch: 'main' })],
        stages: [
          stage('check', {
            tasks: [
              sideBySide('both', [
                testTask('Unit', { run: ['true'] }),
                testTask('Bench', { run: ['true'], source: { repository: 'tools' } }),
              ]),
            ],
          }),
        ],
      }),
    )
    const [started, worked] = [await remove('widget'), await remove('tools')]
    assert.deepEqual([started.status, started.body.code], [409, 'repository_in_use'])
    assert.deepEqual(started.body.uses, ['pipeline "widget" is started by it'])
    assert.deepEqual(worked.body.uses, ['"Bench" of widget/check works in it'])
    assert.match(worked.body.detail, /^"Bench" of widget\/check works in it\. Change it first/)
    const nightly = (name: string, repository: string) =>
      definePipeline(name, {
        stages: [
          stage('check', { tasks: [testTask('Night', { run: ['true'], source: { repository } })] }),
        ],
      })
    await world.apply(nightly('other', 'widget'))
    const [again, twice] = [await remove('tools'), await remove('widget')]
    assert.match(again.body.detail, /works in it\. Change it first/)
    assert.match(twice.body.detail, /; pipeline "widget" is started by it\. Change them first/)
  })

  test('is deleted when nothing uses it, and its name can be given again', async () => {
    await add('spare')
    assert.equal((await remove('spare')).status, 204)
    assert.equal((await world.server.audited()).at(-1), 'repository_unfollowed')
    assert.equal((await remove('spare')).body.code, 'unknown_reference')
    assert.equal((await add('spare')).status, 201)
  })
})
