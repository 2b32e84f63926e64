import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as z from 'zod/mini'
import { decodeQuery, encodeQuery } from './query.ts'
import { etagOf, versionOf } from './headers.ts'
import { openApi } from './openapi.ts'
import { COMMON_PROBLEMS, problem, PROBLEM_CODES, PROBLEMS } from './problem.ts'
import { raw, route } from './route.ts'
import { routes } from './routes.ts'
import { idSchema, pageQuery, Timestamp } from './schema.ts'

const plain = {
  method: 'POST',
  path: '/v1/things',
  summary: 'x',
  permission: 'run.read',
  object: 'system',
  response: null,
  errors: [],
} as const

suite('route', () => {
  test('a route whose path and params name different fields does not start', () => {
    assert.throws(
      () => route({ ...plain, path: '/v1/things/{thing}', params: {} }),
      /params.*braces/,
    )
  })

  test('a field name stands in one of path, query and body only', () => {
    assert.throws(
      () => route({ ...plain, query: { name: z.string() }, body: { name: z.string() } }),
      /stands in two/,
    )
  })

  test('nothing of a password is kept under an idempotency key', () => {
    const taking = Object.entries(routes).filter(
      ([, { body }]) => 'shape' in body && 'password' in body.shape,
    )
    assert.ok(taking.some(([name]) => name === 'overrideGate'))
    const kept = taking.filter(
      ([, { method, permission, secretBody }]) =>
        method === 'POST' && permission !== 'public' && !secretBody,
    )
    assert.deepEqual(kept, [])
  })

  test('a route with a permission and no object does not start', () => {
    assert.throws(() => route({ ...plain, object: 'self' }), /needs an object/)
  })

  test('a route whose object is not among its fields does not start', () => {
    // The compiler refuses it too; a route read from elsewhere has no compiler.
    const object = 'body.elsewhere' as 'system'
    assert.throws(() => route({ ...plain, object }), /not declared/)
  })

  test('a raw body is the field content of the client', () => {
    assert.throws(
      () => route({ ...plain, query: { content: z.string() }, body: raw('application/zip') }),
      /stands in two/,
    )
  })
})

suite('routes', () => {
  const entries = Object.entries(routes)

  test('no two routes share method and path', () => {
    const addresses = entries.map(
      ([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`,
    )
    assert.ok(addresses.length > 30)
    assert.deepEqual(addresses, [...new Set(addresses)])
  })

  test('no route that reads takes a body, and each that changes is not a GET', () => {
    const reading = entries.filter(([, { method }]) => method === 'GET')
    assert.ok(reading.length > 10)
    for (const [name, { body }] of reading) {
      assert.ok(body instanceof z.ZodMiniObject && Object.keys(body.shape).length === 0, name)
    }
  })

  test('everybody may call only these', () => {
    const open = entries.filter(([, { permission }]) => permission === 'public')
    assert.deepEqual(open.map(([name]) => name).toSorted(), [
      'acceptInvitation',
      'setUp',
      'showOneTimeLink',
      'signIn',
    ])
  })
})

suite('openApi', () => {
  const description = openApi(routes, '1.2.3')

  test('it has every route under its method and path', () => {
    const paths = description['paths'] as Record<string, Record<string, { operationId: string }>>
    for (const [name, { method, path }] of Object.entries(routes)) {
      assert.equal(paths[path]?.[method.toLowerCase()]?.operationId, name)
    }
  })

  test('every reference leads to a named part', () => {
    const { schemas } = description['components'] as { schemas: Record<string, unknown> }
    const references = JSON.stringify(description).matchAll(
      /"\$ref":"#\/components\/schemas\/(\w+)"/g,
    )
    const names = new Set([...references].map(([, name]) => name ?? ''))
    assert.ok(names.has('Project') && names.has('Problem'))
    for (const name of names) assert.ok(name in schemas, name)
  })

  test('objects take no unknown fields, except problems', () => {
    const { schemas } = description['components'] as {
      schemas: Record<string, { additionalProperties?: unknown }>
    }
    assert.equal(schemas['Project']?.additionalProperties, false)
    assert.deepEqual(schemas['Problem']?.additionalProperties, {})
  })
})

suite('problem', () => {
  test('its document is as printed in the language', () => {
    assert.deepEqual(
      problem('starter_cannot_approve', 'You started run connected-car-2.0/7.', 'req_1', {
        othersWhoCan: 1,
      }),
      {
        type: 'urn:lockstep:problem:starter_cannot_approve',
        status: 403,
        code: 'starter_cannot_approve',
        title: 'Who starts a run does not approve it',
        detail: 'You started run connected-car-2.0/7.',
        othersWhoCan: 1,
        requestId: 'req_1',
      },
    )
  })

  test('a field cannot overwrite what the table says', () => {
    assert.equal(problem('forbidden', 'No.', 'req_1', { status: 200, requestId: 'x' }).status, 403)
    assert.equal(problem('forbidden', 'No.', 'req_1', { requestId: 'x' }).requestId, 'req_1')
  })

  test('every code has an error status and a title that is one phrase', () => {
    assert.ok(PROBLEM_CODES.length > COMMON_PROBLEMS.length)
    for (const code of PROBLEM_CODES) {
      const { status, title } = PROBLEMS[code]
      assert.ok(status >= 400 && status < 600, code)
      assert.match(title, /^[A-Z].*[^.!]$/, code)
    }
  })
})

suite('query', () => {
  const schema = z.strictObject({
    ...pageQuery,
    state: z.optional(z.array(z.enum(['waiting', 'passed']))),
    count: z.optional(z.boolean()),
  })

  test('what the client writes is what the server reads', () => {
    const fields = { limit: 5, state: ['waiting', 'passed'], count: true }
    assert.deepEqual(decodeQuery(schema, encodeQuery(fields)), fields)
  })

  test('one value of a list is a list', () => {
    assert.deepEqual(decodeQuery(schema, new URLSearchParams('state=waiting')), {
      state: ['waiting'],
    })
  })

  for (const text of [
    '1e3',
    '0x10',
    '1.5',
    ' 1',
    '',
    '١',
    '1000000000000000000',
    '-',
    '01',
    '201',
    '0',
    '-1',
  ]) {
    test(`limit=${JSON.stringify(text)} is refused`, () => {
      const search = new URLSearchParams({ limit: text })
      assert.equal(z.safeParse(schema, decodeQuery(schema, search)).success, false)
    })
  }

  test('a field given twice is refused where it is not a list', () => {
    const search = new URLSearchParams('limit=1&limit=2')
    assert.equal(z.safeParse(schema, decodeQuery(schema, search)).success, false)
  })
})

test('an ETag is read back to its version, and nothing else is', () => {
  assert.equal(versionOf(etagOf(12)), 12)
  for (const text of ['"v0"', 'v1', '"1"', 'W/"v1"', '"v1", "v2"', '*'])
    assert.equal(versionOf(text), undefined)
})

test('an id schema takes ids with its prefix only', () => {
  const schema = idSchema('run')
  assert.equal(z.safeParse(schema, 'run_01KA5XQ2000000000000000000').success, true)
  for (const text of [
    'gat_01KA5XQ2000000000000000000',
    'run_01KA5XQ2',
    'run_01KA5XQ2000000000000000000 ',
    'run_81KA5XQ2000000000000000000',
  ]) {
    assert.equal(z.safeParse(schema, text).success, false)
  }
})

for (const text of [
  '2026-99-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01 00:00:00Z',
  '2026-01-01T00:00:00+01:00',
]) {
  test(`${text} is no time`, () => {
    assert.equal(z.safeParse(Timestamp, text).success, false)
  })
}

test('the last day of a leap year February is a time, to the millisecond', () => {
  assert.equal(z.safeParse(Timestamp, '2024-02-29T23:59:59.9Z').success, true)
})
