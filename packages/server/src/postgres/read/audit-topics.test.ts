import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { TOPIC_OF_ENTRY } from '../../ports/audit.ts'
import { typesOf } from './audit-topics.ts'

const ABOUT_ACCESS =
  /(?:^|_)(?:user|administrator|password|session|group|member|role|account|token|key|secret|agent)(?:_|$)/

suite('the topic access', () => {
  test('has every entry about people, groups, roles, tokens, keys, secrets and agents', () => {
    const types = Object.keys(TOPIC_OF_ENTRY).filter((type) => ABOUT_ACCESS.test(type))
    assert.ok(types.length > 20)
    const access = typesOf('access')
    assert.deepEqual(
      types.filter((type) => !access.includes(type)),
      [],
    )
  })

  test('has nothing of what is delivered', () => {
    const others = typesOf('access').filter((type) => !ABOUT_ACCESS.test(type))
    assert.deepEqual(others, ['project_created', 'hold_released'])
  })
})

test('a type stands under one topic at most', () => {
  const all = (['decisions', 'runs', 'deployments', 'definitions', 'access'] as const).flatMap(
    typesOf,
  )
  assert.deepEqual(all, [...new Set(all)])
})
