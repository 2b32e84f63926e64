import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { RULE_FIELDS, TASK_FIELDS, TRIGGER_FIELDS } from '../../components/pipeline/part-fields.ts'
import {
  isFields,
  valueAt,
  wayText,
  type Json,
  type Way,
} from '../../components/pipeline/pipeline-parts.ts'
import { append, duplicate, move, moveTo, newPart, newStage, remove, withValue } from './edits.ts'

const whole: Json = {
  stages: [{ name: 'a', tasks: [{ name: 'one' }, { name: 'Two b' }] }, { name: 'b' }],
}
const namesAt = (json: Json, way: readonly (string | number)[]): readonly unknown[] => {
  const list = valueAt(json, way)
  return Array.isArray(list) ? list.map((one: Json) => (isFields(one) ? one['name'] : one)) : []
}
const TASKS = ['stages', 0, 'tasks'] as const

suite('an edit', () => {
  test('sets a field, or takes it away, and leaves the rest and the old one alone', () => {
    const before = JSON.stringify(whole)
    const set = withValue(whole, [...TASKS, 1, 'timeout'], '30m')
    assert.deepEqual(valueAt(set, [...TASKS, 1]), { name: 'Two b', timeout: '30m' })
    assert.deepEqual(withValue(set, [...TASKS, 1, 'timeout'], undefined), whole)
    assert.equal(JSON.stringify(whole), before)
  })

  test('adds, copies under another name, and removes', () => {
    assert.deepEqual(namesAt(append(whole, TASKS, { name: 'three' }), TASKS), [
      'one',
      'Two b',
      'three',
    ])
    assert.deepEqual(
      namesAt(append(whole, ['stages', 1, 'exit'], { name: 'x' }), ['stages', 1, 'exit']),
      ['x'],
    )
    assert.deepEqual(namesAt(duplicate(whole, [...TASKS, 0]), TASKS), ['one', 'one-copy', 'Two b'])
    assert.deepEqual(namesAt(duplicate(whole, [...TASKS, 1]), TASKS), [
      'one',
      'Two b',
      'Two b copy',
    ])
    assert.deepEqual(namesAt(remove(whole, [...TASKS, 0]), TASKS), ['Two b'])
  })

  test('moves within a list, and no further', () => {
    const moved = move(whole, ['stages', 0], 1)
    assert.deepEqual(moved && namesAt(moved.whole, ['stages']), ['b', 'a'])
    assert.deepEqual(moved?.way, ['stages', 1])
    assert.equal(move(whole, ['stages', 0], -1), undefined)
    assert.equal(move(whole, ['stages', 0, 'exit'], 1), undefined)
  })

  test('moves a task through groups, and from one stage into the next and back', () => {
    const group = { name: 'g', tasks: [{ name: 'x' }] }
    let now: { readonly whole: Json; readonly way: Way } = {
      whole: { stages: [{ tasks: [{ name: 'a' }, group] }, { name: 'empty' }] },
      way: [...TASKS, 0],
    }
    const go = (step: 1 | -1): string | undefined => {
      const moved = move(now.whole, now.way, step)
      if (moved !== undefined) now = moved
      return moved && wayText(moved.way)
    }
    const down = [go(1), go(1), go(1), go(1), go(1)]
    assert.deepEqual(down, [
      'stages.0.tasks.0.tasks.0',
      'stages.0.tasks.0.tasks.1',
      'stages.0.tasks.1',
      'stages.1.tasks.0',
      undefined,
    ])
    assert.deepEqual(namesAt(now.whole, ['stages', 1, 'tasks']), ['a'])
    assert.deepEqual(
      [go(-1), go(-1), go(-1), go(-1), go(-1)],
      [...down.slice(0, 3).toReversed(), 'stages.0.tasks.0', undefined],
    )
    assert.deepEqual(namesAt(now.whole, TASKS), ['a', 'g'])
  })

  test('moves to another place, of the same list or of another', () => {
    const tasks = (...names: readonly string[]): Json => names.map((name) => ({ name }))
    const group = { name: 'g', tasks: tasks('x', 'y') }
    const from: Json = { stages: [{ tasks: ['a', group, 'b'] }, { tasks: [] }] }
    const put = (way: Way, place: Way) => {
      const moved = moveTo(from, way, place)
      return moved && [moved.way.join('.'), JSON.stringify(valueAt(moved.whole, ['stages']))]
    }
    const at = (...more: Way): Way => ['stages', 0, 'tasks', ...more]
    const said = JSON.stringify(group)
    assert.deepEqual(put(at(0), at(3)), [
      'stages.0.tasks.2',
      `[{"tasks":[${said},"b","a"]},{"tasks":[]}]`,
    ])
    assert.deepEqual(put(at(2), at(0)), [
      'stages.0.tasks.0',
      `[{"tasks":["b","a",${said}]},{"tasks":[]}]`,
    ])
    assert.deepEqual(put(at(2), ['stages', 1, 'tasks', 0]), [
      'stages.1.tasks.0',
      `[{"tasks":["a",${said}]},{"tasks":["b"]}]`,
    ])
    // Into the group behind it, which moves up by that.
    assert.deepEqual(put(at(0), at(1, 'tasks', 1)), [
      'stages.0.tasks.0.tasks.1',
      `[{"tasks":[{"name":"g","tasks":[{"name":"x"},"a",{"name":"y"}]},"b"]},{"tasks":[]}]`,
    ])
    assert.deepEqual(put(['stages', 1], ['stages', 0])?.[0], 'stages.0')
  })

  test('leaves a part where it is when it cannot stand there', () => {
    assert.equal(moveTo(whole, ['stages', 0], [...TASKS, 0]), undefined, 'a stage among tasks')
    assert.equal(moveTo(whole, [...TASKS, 0], [...TASKS, 1]), undefined, 'before its next')
    const group: Json = { stages: [{ tasks: [{ tasks: [] }] }] }
    assert.equal(moveTo(group, [...TASKS, 0], [...TASKS, 0, 'tasks', 0]), undefined, 'in itself')
  })

  test('makes something new of every kind', () => {
    for (const kind of Object.keys(TASK_FIELDS)) assert.equal(kindOf(newPart('task', kind)), kind)
    for (const kind of Object.keys(RULE_FIELDS)) assert.equal(kindOf(newPart('rule', kind)), kind)
    for (const kind of Object.keys(TRIGGER_FIELDS))
      assert.equal(kindOf(newPart('trigger', kind)), kind)
    const one = append(whole, ['stages'], newStage(whole))
    assert.deepEqual(namesAt(append(one, ['stages'], newStage(one)), ['stages']), [
      'a',
      'b',
      'new-stage',
      'new-stage-2',
    ])
  })
})

function kindOf(part: Json): unknown {
  return isFields(part) ? part['kind'] : undefined
}
