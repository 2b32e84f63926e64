import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Client } from './client.ts'
import { brokenRuns, waitingForOthers } from './runs-in-need.ts'

type RunLine = Awaited<ReturnType<Client['listRuns']>>['items'][number]

const waits = (name: string, clock: string) => ({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what an id looks like is not asked here
  id: `run_${name}` as RunLine['id'],
  address: `shop/${name}/1`,
  startedAt: `2026-11-17T${clock}:00.000Z`,
})
const ended = (name: string, state: RunLine['state'], id = name) => ({
  id,
  project: 'shop',
  name,
  state,
})

suite('the runs that wait for others', () => {
  test('begin with the oldest, whatever order they come in', () => {
    const runs = [waits('young', '13:50'), waits('old', '09:00'), waits('between', '12:00')]
    assert.deepEqual(
      waitingForOthers(runs, new Set()).map(({ address }) => address),
      ['shop/old/1', 'shop/between/1', 'shop/young/1'],
    )
  })

  test('are without mine, named by id or by address', () => {
    const runs = [waits('mine', '13:50'), waits('ours', '13:00'), waits('theirs', '12:00')]
    assert.deepEqual(
      waitingForOthers(runs, new Set(['run_mine', 'shop/ours/1'])).map(({ address }) => address),
      ['shop/theirs/1'],
    )
  })
})

suite('the broken runs', () => {
  test('have failed, could not be run, or are unknown', () => {
    const broken = [ended('red', 'failed'), ended('off', 'errored'), ended('lost', 'unknown')]
    const fine = [ended('green', 'succeeded'), ended('blue', 'running'), ended('stop', 'aborted')]
    assert.deepEqual(brokenRuns([...fine, ...broken]), broken)
  })

  test('are not those that failed before a newer run of the same', () => {
    const before = ended('nightly', 'failed', 'a')
    assert.deepEqual(brokenRuns([ended('nightly', 'succeeded', 'b'), before]), [])
    assert.deepEqual(brokenRuns([before]), [before])
  })
})
