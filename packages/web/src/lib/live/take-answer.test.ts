import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { QueryClient } from '@tanstack/react-query'
import { takeAnswer } from './take-answer.ts'

const KEY: readonly unknown[] = ['waiting']

/** A tab that shows the gates that wait. */
function arrange() {
  const queries = new QueryClient()
  const query = queries.getQueryCache().build(queries, {
    queryKey: KEY,
    meta: { read: { of: 'waiting gates' } },
  })
  query.setData('old')
  return { queries, query }
}

suite('what was read for all tabs', () => {
  test('is shown', async () => {
    const { queries, query } = arrange()
    assert.equal(await takeAnswer(queries, query, () => Promise.resolve('new')), true)
    assert.equal(queries.getQueryData(KEY), 'new')
  })

  test('does not come back after everything was thrown away', async () => {
    const { queries, query } = arrange()
    const answer = Promise.withResolvers<string>()
    const taken = takeAnswer(queries, query, () => answer.promise)
    queries.clear()
    answer.resolve('of somebody who has signed out')
    assert.equal(await taken, true)
    assert.equal(queries.getQueryData(KEY), undefined)
  })

  test('does not overwrite what this tab has read meanwhile', async () => {
    const { queries, query } = arrange()
    const answer = Promise.withResolvers<string>()
    const taken = takeAnswer(queries, query, () => answer.promise)
    query.setData('newest')
    answer.resolve('new')
    assert.equal(await taken, false)
    assert.equal(queries.getQueryData(KEY), 'newest')
  })
})
