import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { wayText, type Json } from '../../components/pipeline/pipeline-parts.ts'
import { append, remove, withValue } from './edits.ts'
import { editMarks, partAround } from './marks.ts'

const pipeline: Json = {
  stages: [
    {
      name: 'staging',
      entry: [],
      tasks: [
        { kind: 'side_by_side', name: 'all', tasks: [{ kind: 'test', name: 'a', run: ['x'] }] },
        { kind: 'test', name: 'b', run: ['y'] },
      ],
      exit: [{ kind: 'signed' }],
    },
  ],
}
const marksOf = (after: Json): Readonly<Record<string, string>> =>
  Object.fromEntries(editMarks(pipeline, after))

suite('what a draft changes', () => {
  test('is nothing at first, whatever the order of fields', () => {
    assert.deepEqual(marksOf(JSON.parse(JSON.stringify(pipeline)) as Json), {})
    const turned = withValue(pipeline, ['stages', 0, 'tasks', 1], {
      run: ['y'],
      name: 'b',
      kind: 'test',
    })
    assert.deepEqual(marksOf(turned), {})
  })

  test('is marked where it is, and not around it', () => {
    const inner = withValue(pipeline, ['stages', 0, 'tasks', 0, 'tasks', 0, 'run'], ['z'])
    assert.deepEqual(marksOf(inner), { 'stages.0.tasks.0.tasks.0': 'changed' })
    const gate = append(pipeline, ['stages', 0, 'exit'], { kind: 'healthy' })
    assert.deepEqual(marksOf(gate), { 'stages.0.exit': 'changed' })
    const stage = withValue(pipeline, ['stages', 0, 'title'], 'Bench')
    assert.deepEqual(marksOf(stage), { 'stages.0': 'changed' })
  })

  test('is new where there was none of its name; what only moved is not', () => {
    const more = append(pipeline, ['stages', 0, 'tasks'], { kind: 'test', name: 'c' })
    assert.deepEqual(marksOf(more), { 'stages.0.tasks.2': 'new' })
    assert.deepEqual(marksOf(remove(pipeline, ['stages', 0, 'tasks', 0])), {})
  })
})

test('a mistake belongs to the innermost part around it', () => {
  const part = partAround(pipeline, ['stages', 0, 'exit', 0, 'sbom'])
  assert.equal(part && wayText(part.way), 'stages.0.exit.0')
  assert.equal(partAround(pipeline, ['title']), undefined)
})
