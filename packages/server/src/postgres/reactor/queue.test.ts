import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AGGREGATE_EVENTS_MAX, FLUSH_AGGREGATES_MAX, PENDING_MAX, Queue } from './queue.ts'
import type { Submission } from './submission.ts'

function submission(project: number, id: string, type = 'poked'): Submission {
  const place = { project, root: id, id }
  return { place, event: { type }, by: 'rule', options: {}, owned: [], tries: 0 }
}

function add(queue: Queue, project: number, id: string, count = 1): void {
  for (let n = 0; n < count; n += 1) queue.add(submission(project, id, `event-${n}`))
}

const typesOf = (submissions: readonly Submission[]) => submissions.map(({ event }) => event.type)

suite('the queue', () => {
  test('gives projects their turns', () => {
    const queue = new Queue()
    for (const id of ['a', 'b', 'c']) add(queue, 1, id)
    add(queue, 2, 'x')
    assert.deepEqual(
      queue.take().map(({ place }) => place.id),
      ['a', 'x', 'b', 'c'],
    )
  })

  test('gives an aggregate to one taker at a time, with its events in order', () => {
    const queue = new Queue()
    add(queue, 1, 'a', 2)
    const [portion] = queue.take()
    assert.deepEqual(typesOf(portion?.submissions ?? []), ['event-0', 'event-1'])
    add(queue, 1, 'a')
    assert.deepEqual(queue.take(), [])
    queue.release({ project: 1, root: 'a', id: 'a' })
    assert.equal(queue.take().length, 1)
  })

  test('puts what has to be folded again before what came since', () => {
    const queue = new Queue()
    queue.add(submission(1, 'a', 'first'))
    const [portion] = queue.take()
    assert.ok(portion)
    queue.add(submission(1, 'a', 'second'))
    queue.release(portion.place, portion.submissions)
    assert.deepEqual(typesOf(queue.take()[0]?.submissions ?? []), ['first', 'second'])
  })

  test('takes no more than a flush may carry', () => {
    const queue = new Queue()
    for (let n = 0; n < FLUSH_AGGREGATES_MAX + 50; n += 1) add(queue, 1, `a${n}`)
    add(queue, 2, 'many', AGGREGATE_EVENTS_MAX + 1)
    const portions = queue.take()
    assert.equal(portions.length, FLUSH_AGGREGATES_MAX)
    assert.equal(
      portions.find(({ place }) => place.id === 'many')?.submissions.length,
      AGGREGATE_EVENTS_MAX,
    )
  })

  test('leaves the other taker its part', () => {
    const queue = new Queue()
    for (let n = 0; n < 150; n += 1) add(queue, 1, `a${n}`)
    assert.deepEqual(
      [queue.take(2).length, queue.take(2).length, queue.take(2).length],
      [75, 64, 11],
    )
  })

  test('is busy for a project that has a quarter of it, and not for others', () => {
    const queue = new Queue()
    add(queue, 1, 'a', PENDING_MAX / 4)
    assert.deepEqual([queue.isBusy(1), queue.isBusy(2)], [true, false])
  })

  test('lets an aggregate rest after its second conflict in a row', async () => {
    const queue = new Queue(() => 0)
    add(queue, 1, 'a')
    const [first] = queue.take()
    assert.ok(first)
    queue.release(first.place, first.submissions, true)
    const [second] = queue.take()
    assert.ok(second)
    queue.release(second.place, second.submissions, true)
    assert.deepEqual(queue.take(), [])
    await queue.arrival()
    assert.equal(queue.take().length, 1)
  })

  test('gives back everything when it is drained', () => {
    const queue = new Queue()
    add(queue, 1, 'a', 3)
    assert.deepEqual([queue.drain().length, queue.pending, queue.take().length], [3, 0, 0])
  })
})
