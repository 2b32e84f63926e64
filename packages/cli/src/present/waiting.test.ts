import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import type { Run } from '../documents.ts'
import { presentWaiting } from './waiting.ts'

const VIEW = { width: 80, zone: 'UTC', nowMs: Date.parse('2026-11-17T14:00:00Z') }
const NONE = { count: 0, andOlder: false }

function run(name: string, startedAt: string, since = startedAt): Run {
  const at = (clock: string): string => `2026-11-17T${clock}:00.000Z`
  return {
    id: `run_${name}`,
    address: `shop/${name}/1`,
    state: 'waiting',
    startedAt: at(startedAt),
    waitsFor: [{ on: 'person', what: `one of qa for ${name}`, since: at(since), until: null }],
  } as unknown as Run
}

suite('presentWaiting', () => {
  test('tells who waits longest first, not what began first', () => {
    const text = presentWaiting([run('old', '09:00', '13:58'), run('young', '13:00')], NONE, VIEW)
    assert.deepEqual(
      text.split('\n').map((line) => line.replaceAll(/ +/g, ' ')),
      [
        'Waits for others',
        ' ◆ shop/young/1 1 h one of qa for young',
        ' ◆ shop/old/1 2 min one of qa for old',
      ],
    )
  })

  test('says how many it does not tell, and that there may be older ones', () => {
    const last = (more: { count: number; andOlder: boolean }): string | undefined =>
      presentWaiting([run('a', '13:00')], more, VIEW)
        .split('\n')
        .at(-1)
    assert.equal(
      last({ count: 7, andOlder: false }),
      '  and 7 more:  lockstep run list --state waiting',
    )
    assert.match(last({ count: 7, andOlder: true }) ?? '', /and more than 7 more/)
    assert.doesNotMatch(last(NONE) ?? '', /more/)
  })
})
