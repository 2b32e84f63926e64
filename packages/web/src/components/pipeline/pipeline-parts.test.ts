import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isWithin, parseWay, partsOf, valueAt, wayText, type Json } from './pipeline-parts.ts'

const pipeline: Json = {
  kind: 'pipeline',
  on: [{ kind: 'commit' }],
  stages: [
    {
      name: 'staging',
      entry: [{ kind: 'compatible' }],
      tasks: [
        { kind: 'side_by_side', name: 'all', tasks: [{ kind: 'deploy' }, { kind: 'deploy' }] },
        { kind: 'test' },
      ],
      exit: [{ kind: 'side_by_side', rules: [{ kind: 'signed' }] }],
    },
  ],
}

suite('the parts of a pipeline', () => {
  test('stand in reading order, with the way to each', () => {
    assert.deepEqual(
      partsOf(pipeline).map(({ way, is, depth }) => `${depth} ${is} ${wayText(way)}`),
      [
        '0 trigger on.0',
        '0 stage stages.0',
        '1 gate stages.0.entry',
        '2 rule stages.0.entry.0',
        '1 group stages.0.tasks.0',
        '2 task stages.0.tasks.0.tasks.0',
        '2 task stages.0.tasks.0.tasks.1',
        '1 task stages.0.tasks.1',
        '1 gate stages.0.exit',
        '2 rule stages.0.exit.0',
        '3 rule stages.0.exit.0.rules.0',
      ],
    )
  })

  test('are found by their way, as an address writes it', () => {
    for (const { way } of partsOf(pipeline)) {
      assert.deepEqual(parseWay(wayText(way)), way)
      assert.notEqual(valueAt(pipeline, way), undefined)
    }
    assert.equal(valueAt(pipeline, ['stages', 7]), undefined)
    assert.equal(valueAt(pipeline, ['toString']), undefined)
    assert.equal(parseWay('<b>'), undefined)
  })

  test('of what is not a pipeline are none', () => {
    assert.deepEqual(partsOf({ stages: 'x', on: 3 }), [])
    assert.deepEqual(partsOf(null), [])
  })
})

test('a way knows what it is below of', () => {
  assert.ok(isWithin(['stages', 0, 'exit', 1], ['stages', 0, 'exit']))
  assert.ok(!isWithin(['stages', 0], ['stages', 0, 'exit']))
})
