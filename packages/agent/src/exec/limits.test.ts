import assert from 'node:assert/strict'
import { mock, suite, test } from 'node:test'
import { Limits } from './limits.ts'

suite('limits of a job', () => {
  test('a command that falls silent is stopped; one that goes on writing is not', () => {
    using place = arrange({ noOutputMs: 3_000 })
    for (let second = 0; second < 10; second += 1) {
      place.pass(1_000)
      place.limits.noteOutput()
    }
    place.pass(2_900)
    assert.equal(place.limits.stop, undefined)
    place.pass(100)
    assert.deepEqual(place.limits.stop, { reason: 'no_output', afterMs: 3_000 })
  })

  test('silence does not count while the output waits for us', () => {
    using place = arrange({ noOutputMs: 3_000 })
    place.waits = true
    place.pass(20_000)
    place.waits = false
    place.pass(2_900)
    assert.equal(place.limits.signal.aborted, false)
    place.pass(100)
    assert.deepEqual(place.limits.stop, { reason: 'no_output', afterMs: 3_000 })
  })

  test('time that was spent before counts', () => {
    using place = arrange({ timeoutMs: 60_000, spentMs: 55_000 })
    place.pass(4_900)
    assert.equal(place.limits.stop, undefined)
    place.pass(100)
    assert.deepEqual(place.limits.stop, { reason: 'timed_out', afterMs: 60_000 })
  })

  test('what stops a command first is the reason', () => {
    using place = arrange({ timeoutMs: 1_000 })
    place.limits.cancel(200)
    place.pass(2_000)
    assert.deepEqual(place.limits.stop, { reason: 'cancelled', graceMs: 200 })
    assert.equal(place.limits.signal.aborted, true)
  })
})

function arrange(limit: { timeoutMs?: number; spentMs?: number; noOutputMs?: number }) {
  mock.timers.enable({ apis: ['setInterval'] })
  let now = 5_000
  const place = { waits: false }
  const limits = new Limits({
    timeoutMs: limit.timeoutMs ?? 3_600_000,
    spentMs: limit.spentMs ?? 0,
    noOutputMs: limit.noOutputMs ?? null,
    isWaitingForUs: () => place.waits,
    now: () => now,
  })
  return Object.assign(place, {
    limits,
    pass(ms: number): void {
      for (const end = now + ms; now < end;) {
        now += 100
        mock.timers.tick(100)
      }
    },
    [Symbol.dispose](): void {
      limits[Symbol.dispose]()
      mock.timers.reset()
    },
  })
}
