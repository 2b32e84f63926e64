import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DatabaseClock } from './database-clock.ts'

function clockAt() {
  const here = { now: 0 }
  return { here, clock: new DatabaseClock(() => here.now) }
}

suite('the clock of the database', () => {
  test('is not known before the first answer', () => {
    assert.throws(() => clockAt().clock.now())
  })

  test('goes on between answers', () => {
    const { here, clock } = clockAt()
    clock.observe(1_000_000)
    here.now = 250.9
    assert.equal(clock.now(), 1_000_250)
  })

  test('is never ahead: of several answers the quickest counts', () => {
    const { here, clock } = clockAt()
    clock.observe(1_000_000 - 80) // This answer was 80 ms on its way.
    here.now = 100
    clock.observe(1_000_100 - 1)
    here.now = 200
    clock.observe(1_000_200 - 40)
    assert.equal(clock.now(), 1_000_199)
  })

  test('does not run backwards over small corrections', () => {
    const { here, clock } = clockAt()
    clock.observe(1_000_000)
    assert.equal(clock.now(), 1_000_000)
    for (here.now = 1_000; here.now < 40_000; here.now += 1_000)
      clock.observe(1_000_000 + here.now - 500)
    assert.ok(clock.now() >= 1_000_000 + 39_000)
  })

  test('follows a clock that was set back for good', () => {
    const { here, clock } = clockAt()
    clock.observe(10_000_000)
    clock.now()
    for (here.now = 1_000; here.now <= 40_000; here.now += 1_000)
      clock.observe(5_000_000 + here.now)
    assert.equal(clock.now(), 5_000_000 + here.now)
  })
})
