import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Plan } from '@lockstep/domain'
import { PlanCache } from './plan-cache.ts'

const plan = (name: string) => ({ name }) as unknown as Plan

suite('the cache of plans', () => {
  test('forgets the plan that was used longest ago when its bytes are over', () => {
    const cache = new PlanCache(100)
    cache.keep('a', plan('a'), 40)
    cache.keep('b', plan('b'), 40)
    cache.find('a')
    cache.keep('c', plan('c'), 40)
    assert.deepEqual(
      [cache.find('a'), cache.find('b'), cache.find('c')],
      [plan('a'), undefined, plan('c')],
    )
  })

  test('keeps the newest, however big it is', () => {
    const cache = new PlanCache(100)
    cache.keep('a', plan('a'), 10)
    cache.keep('big', plan('big'), 1_000)
    assert.deepEqual([cache.find('a'), cache.find('big')], [undefined, plan('big')])
  })
})
