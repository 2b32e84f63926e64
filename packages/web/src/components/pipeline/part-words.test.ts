import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { detailOfPart, settingsOf, titleOfPart } from './part-words.ts'
import type { Json, Part } from './pipeline-parts.ts'

const words = (
  is: Part['is'],
  value: Json,
  way: Part['way'] = ['stages', 0],
): readonly string[] => [titleOfPart({ is, way }, value), detailOfPart({ is, way }, value)]

suite('a part of a pipeline in words', () => {
  test('is named as definitions name it', () => {
    const backend = { name: 'data-backend' }
    assert.deepEqual(words('task', { kind: 'deploy', application: backend }), [
      'Deploy data-backend',
      'deploy · data-backend',
    ])
    assert.deepEqual(words('task', { kind: 'test', name: 'Round trip', run: ['sh', 'trip.sh'] }), [
      'Round trip',
      'test · sh trip.sh',
    ])
    assert.deepEqual(words('stage', { name: 'pre-production' }), [
      'Pre production',
      'the release says where',
    ])
  })

  test('a gate counts its rules, also those in groups', () => {
    const rules = [
      { kind: 'all_tasks_passed' },
      { kind: 'side_by_side', rules: [{ kind: 'signed' }, { kind: 'approval' }] },
    ]
    assert.deepEqual(words('gate', rules, ['stages', 0, 'exit']), [
      'Exit gate',
      '2 checks · 1 approval',
    ])
    assert.equal(words('gate', [], ['stages', 0, 'entry'])[1], 'no rules: it passes')
  })

  test('a rule says what it asks for', () => {
    const by = [{ group: 'qa' }, { user: 'embedded-lead' }]
    assert.equal(
      words('rule', { kind: 'approval', name: 'QA', by, need: 2 })[1],
      '2 of qa, user:embedded-lead',
    )
    const metric = { kind: 'metric', name: 'Errors', below: 0.3, for: { parameter: 'soak' } }
    assert.equal(words('rule', metric)[1], 'below 0.3 for parameter soak')
  })

  test('while it is written, nothing is amiss', () => {
    assert.deepEqual(words('task', {}), ['Nothing yet', ''])
    assert.deepEqual(words('rule', null), ['Nothing yet', ''])
    assert.deepEqual(settingsOf({ is: 'task' }, 'x'), [])
  })

  test('lists its settings, and leaves out what is not set', () => {
    const task = {
      kind: 'deploy',
      name: 'Deploy',
      application: { project: 'backend', name: 'data-backend' },
      force: false,
      always: true,
      timeout: '30m',
    }
    assert.deepEqual(
      settingsOf({ is: 'task' }, task).map(({ field, words: said }) => [field.label, said]),
      [
        ['Application', 'backend/data-backend'],
        ['Limit', '30m'],
        ['Also after a failure or an abort', 'yes'],
      ],
    )
  })
})
