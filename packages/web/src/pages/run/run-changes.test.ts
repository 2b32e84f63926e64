import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { changeOf, commitRange, madeBy, runsSince, subjectOf, ticketsIn } from './run-changes.ts'
import type { Run } from '../../lib/runs.ts'

const made = (number: number, version: string | null) => ({
  number,
  source: { repository: 'car', commit: String(number).repeat(40) },
  brings: [{ application: 'data-backend', version }],
})
const RUNS = [made(6, '2.1.0'), made(5, '2.0.0'), made(4, null), made(3, '1.9.0'), made(2, '1.8.0')]

suite('what is new', () => {
  const since = (from: string | null) =>
    runsSince(RUNS, { application: 'car/data-backend', passed: 5, from }).map(
      ({ number }) => number,
    )

  test('is every run after the one that made what is replaced', () => {
    assert.deepEqual(since('1.8.0'), [5, 4, 3])
  })

  test('is nothing when the same is delivered again', () => {
    assert.deepEqual(since('2.0.0'), [])
  })

  test('is everything where nothing was before, and only the last run where what was before is not known', () => {
    assert.deepEqual(since(null), [5, 4, 3, 2])
    assert.deepEqual(since('0.1.0'), [5])
  })

  test('is written between the commits of both runs', () => {
    const rangeFrom = (from: string | null) =>
      commitRange(RUNS, { application: 'car/data-backend', passed: 5, from })
    const [to, since] = ['5'.repeat(40), '2'.repeat(40)]
    assert.deepEqual(rangeFrom('1.8.0'), { repository: 'car', to, since, isKnown: true })
    assert.deepEqual(rangeFrom(null), { repository: 'car', to, since: undefined, isKnown: true })
    assert.deepEqual(rangeFrom('0.1.0'), {
      repository: 'car',
      to,
      since: undefined,
      isKnown: false,
    })
  })

  test('has no commits where a run was started by hand, or began in another repository', () => {
    const byHand = RUNS.map((run) => ({ ...run, source: null }))
    const brought = { application: 'data-backend', passed: 5, from: '1.8.0' }
    assert.equal(commitRange(byHand, brought), null)
    const moved = RUNS.map((run) =>
      run.number === 2 ? { ...run, source: { ...run.source, repository: 'old-car' } } : run,
    )
    assert.equal(commitRange(moved, brought)?.isKnown, false)
  })

  test('is told for the place where the run takes it last', () => {
    const task = (from: string) => ({ application: 'data-backend', from, to: '2.0.0' })
    const run = {
      stages: [
        { title: 'Staging', tasks: [task('1.9.0')] },
        { title: 'Production', tasks: [task('1.8.0')] },
      ],
    } as unknown as Pick<Run, 'stages'>
    const brought = { application: 'data-backend', snapshot: null, version: '2.0.0', passed: null }
    assert.deepEqual(changeOf(run, brought), { from: '1.8.0', to: '2.0.0', where: 'Production' })
  })
})

suite('the message of a commit', () => {
  test('begins with what it is', () => {
    assert.equal(subjectOf('Count trips\n\nBecause owners ask.'), 'Count trips')
    assert.equal(subjectOf(''), '')
  })

  test('names tickets, each once', () => {
    assert.deepEqual(ticketsIn('CAR-1042, CAR-7: count trips (#17)\n\nSee CAR-1042.'), [
      'CAR-1042',
      'CAR-7',
      '#17',
    ])
  })

  test('names none where a standard, a colour or a part of another word is meant', () => {
    assert.deepEqual(ticketsIn('Read UTF-8 and SHA-256; colour &#38; x-CAR-1, abc#12, a/b#3'), [])
  })
})

suite('the run that tells the commits', () => {
  const source = { repository: 'widget', branch: 'main', commit: 'c'.repeat(40) }
  const run = { address: 'car/widget/3', parent: null, source }

  test('is this one when a commit has started it, and none when nothing is known', () => {
    assert.equal(madeBy(run, { passed: null }), 'car/widget/3')
    assert.equal(madeBy(run, { passed: 'car/lamp/7' }), 'car/lamp/7')
    assert.equal(madeBy({ ...run, source: null }, { passed: null }), null)
  })
})
