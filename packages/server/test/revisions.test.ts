// One definition edited by itself: compared, checked together with its source, and published ahead of it.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { startTestApi, type Answered, type Caller, type TestApi } from '../testing/api.ts'
import { application, apply, environment, pipeline, release } from '../testing/definitions.ts'

type Json = Record<string, unknown>

let server: TestApi
let admin: Caller & { readonly id: string }
let projects = 0

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  await server.call('POST', '/v1/groups', { as: admin, body: { name: 'managers', title: 'M' } })
})
after(() => server[Symbol.asyncDispose]())

interface Edited {
  readonly project: string
  readonly id: string
  readonly revise: (body: Json, more?: Json) => Promise<Answered>
  readonly compare: (from: number, to: number) => Promise<Answered>
}

/** A pipeline in revision 1, with the release that goes through it, in one source. */
async function editedPipeline(): Promise<Edited> {
  projects += 1
  const name = `r${projects}`
  const made = await server.call('POST', '/v1/projects', { as: admin, body: { name, title: name } })
  const project: string = made.body.id
  const answered = await apply(server, admin, {
    project,
    source: 'shop',
    definitions: [
      application('shop'),
      environment('dev', 'shop'),
      pipeline('shop', 'shop'),
      release('shop-2.0', { collects: 'shop', goes: 'shop', to: 'dev' }),
    ],
  })
  assert.equal(answered.status, 200, answered.text)
  const path = `/v1/definitions?project=${project}&kind=pipeline`
  const id: string = (await server.call('GET', path, { as: admin })).body.items[0].id
  return {
    project,
    id,
    revise: (body, more = {}) =>
      server.call('POST', `/v1/definitions/${id}/revisions`, {
        as: admin,
        body: { body, from: 1, comment: 'at night', ...more },
      }),
    compare: (from, to) =>
      server.call('GET', `/v1/definitions/${id}/difference?from=${from}&to=${to}`, { as: admin }),
  }
}

const titled = (title: string): Json => ({ ...pipeline('shop', 'shop'), title })

suite('a revision made by itself', () => {
  test('is shown first, and changes nothing', async () => {
    const { revise, id } = await editedPipeline()
    const { body } = await revise(titled('Night'), { dryRun: true })
    assert.deepEqual(body.difference.lines, [
      { path: 'title', change: 'changed', before: 'not written', after: 'Night' },
    ])
    assert.deepEqual([body.mistakes, body.published, body.newest.revision], [[], false, 1])
    const now = await server.call('GET', `/v1/definitions/${id}`, { as: admin })
    assert.equal(now.body.revision, 1)
  })

  test('is published ahead of its source, which is told so; the trail keeps why', async () => {
    const { revise, project, id } = await editedPipeline()
    const { body } = await revise(titled('Night'))
    assert.deepEqual(
      [body.published, body.newest.revision, body.newest.aheadOfSource, body.newest.comment],
      [true, 2, true, 'at night'],
    )
    const again = await apply(server, admin, {
      project,
      source: 'shop',
      dryRun: true,
      definitions: [application('shop'), environment('dev', 'shop'), pipeline('shop', 'shop')],
    })
    assert.equal(
      again.body.differences.find(({ kind }: Json) => kind === 'pipeline').aheadOfSource,
      true,
    )
    const path = `/v1/audit-entries?project=${project}&subject=${id}`
    const { body: trail } = await server.call('GET', path, { as: admin })
    assert.match(JSON.stringify(trail.items[0]), /at night/)
  })

  test('is ahead of its source alone: what came from there, before and after, is not', async () => {
    const { revise, project, id } = await editedPipeline()
    const list = async () => {
      const { body } = await server.call('GET', `/v1/definitions/${id}/revisions`, { as: admin })
      return body.items.map(({ aheadOfSource }: Json) => aheadOfSource)
    }
    await revise(titled('Night'))
    assert.deepEqual(await list(), [true, false])
    await server.call('POST', `/v1/definitions/${id}/restore`, {
      as: admin,
      body: { revision: 1, comment: 'By day' },
    })
    assert.deepEqual(await list(), [true, true, false])
    const again = await apply(server, admin, {
      project,
      source: 'shop',
      definitions: [
        application('shop'),
        environment('dev', 'shop'),
        { ...pipeline('shop', 'shop'), title: 'Dawn' },
        release('shop-2.0', { collects: 'shop', goes: 'shop', to: 'dev' }),
      ],
    })
    assert.equal(again.status, 200, again.text)
    assert.deepEqual(await list(), [false, true, true, false])
  })

  test('says every mistake with the way to it', async () => {
    const { revise } = await editedPipeline()
    const wrong = pipeline('shop', 'nothing', {
      exit: [{ kind: 'approval', name: 'QA', by: [{ group: 'nobody' }] }],
    })
    const { body } = await revise(wrong, { dryRun: true })
    const ways = body.mistakes.flatMap(({ at }: { at: unknown[] | null }) => at?.join('.') ?? [])
    assert.deepEqual(ways.toSorted(), [
      'stages.0.exit.0.by.0.group',
      'stages.0.tasks.0.application.name',
    ])
    const unread = await revise({ kind: 'pipeline', name: 'shop', stages: [] }, { dryRun: true })
    assert.equal(unread.body.difference, null)
    assert.deepEqual(unread.body.mistakes[0].at, ['stages'])
    const refused = await revise(wrong)
    assert.equal(refused.body.code, 'definition_invalid')
  })

  test('must still fit what else its source says', async () => {
    const { revise } = await editedPipeline()
    const [stage] = pipeline('shop', 'shop')['stages'] as Json[]
    const { body } = await revise(
      { kind: 'pipeline', name: 'shop', stages: [{ ...stage, name: 'stay' }] },
      { dryRun: true },
    )
    assert.ok(body.mistakes.length > 0)
    assert.ok(body.mistakes.every(({ at }: { at: unknown }) => at === null))
    assert.match(body.mistakes[0].path, /^releases\/shop-2\.0/)
  })

  test('is refused when somebody was faster, without a reason, and under another name', async () => {
    const { revise } = await editedPipeline()
    assert.equal((await revise(titled('Night'), { comment: ' ' })).body.code, 'comment_missing')
    assert.equal((await revise(pipeline('store', 'shop'))).body.code, 'unknown_reference')
    await revise(titled('Faster'))
    const late = await revise(titled('Slower'))
    assert.equal(late.status, 409)
    assert.equal(late.body.code, 'revision_moved')
    assert.deepEqual(late.body.moved, [{ definition: 'pipeline/shop', expected: 1, now: 2 }])
    const seen = await revise(titled('Slower'), { dryRun: true })
    assert.deepEqual([seen.body.newest.revision, seen.body.newest.editor], [2, 'admin'])
  })

  test('that says the same makes no revision', async () => {
    const { revise } = await editedPipeline()
    const { body } = await revise(pipeline('shop', 'shop'))
    assert.deepEqual([body.published, body.newest.revision], [false, 1])
  })

  test('is compared with any other', async () => {
    const { revise, compare } = await editedPipeline()
    await revise(titled('Two'))
    await revise(titled('Three'), { from: 2 })
    const { body } = await compare(1, 3)
    assert.deepEqual(
      [body.before, body.after, body.lines],
      [1, 3, [{ path: 'title', change: 'changed', before: 'not written', after: 'Three' }]],
    )
    assert.equal((await compare(3, 1)).body.lines[0].before, 'Three')
    assert.equal((await compare(1, 9)).status, 404)
  })
})
