import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { mainJob, orderJobs, type Job } from './find-step.ts'

const job = (resource: string, state: Job['state'], more: Partial<Job> = {}): Job =>
  ({
    id: `job_${resource}`,
    resource,
    state,
    link: 'restart',
    attempt: 1,
    startedAt: '2026-11-17T14:00:00.000Z',
    logLength: 10,
    ...more,
  }) as Job

suite('the job whose log is meant', () => {
  test('is the one in trouble before the one that works', () => {
    assert.equal(
      mainJob([job('a', 'succeeded'), job('b', 'failed'), job('c', 'running')])?.resource,
      'b',
    )
    assert.equal(mainJob([job('a', 'succeeded'), job('c', 'running')])?.resource, 'c')
  })

  test('is not one that was tried again since', () => {
    const again = job('b', 'succeeded', { attempt: 2, startedAt: '2026-11-17T15:00:00.000Z' })
    assert.equal(mainJob([job('b', 'failed'), again])?.attempt, 2)
  })

  test('is the one that wrote last, when all is well', () => {
    const late = job('z', 'succeeded', { startedAt: '2026-11-17T15:00:00.000Z', logLength: 0 })
    assert.equal(mainJob([job('a', 'succeeded'), late])?.resource, 'a')
    assert.equal(mainJob([]), undefined)
  })
})

test('jobs are listed by resource, with numbers in order', () => {
  assert.deepEqual(
    orderJobs([job('car-10', 'running'), job('car-9', 'running')]).map(({ resource }) => resource),
    ['car-9', 'car-10'],
  )
})
