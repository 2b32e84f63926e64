import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { FieldForm } from '../../components/pipeline/part-fields.ts'
import type { Json } from '../../components/pipeline/pipeline-parts.ts'
import { fieldText, readField } from './field-text.ts'

suite('a field as text', () => {
  const pairs: readonly (readonly [FieldForm, Json, string])[] = [
    ['line', 'main', 'main'],
    ['number', 0.3, '0.3'],
    ['duration', '30m', '30m'],
    ['duration', { parameter: 'soak' }, '$soak'],
    ['condition', { cel: 'size(x) > 1' }, 'size(x) > 1'],
    ['application', { name: 'data-backend' }, 'data-backend'],
    ['application', { project: 'car', name: 'app' }, 'car/app'],
    ['approvers', [{ group: 'qa' }, { user: 'qa-lead' }], 'qa\nuser:qa-lead'],
    ['groups', [{ group: 'qa' }], 'qa'],
    ['arguments', ['sh', '-c', 'a  b'], 'sh\n-c\na  b'],
    ['arguments', ['ota', { parameter: 'slot' }], 'ota\n{"parameter":"slot"}'],
    ['lines', ['a', 'b'], 'a\nb'],
    ['pairs', { A: '1', B: 'x=y', C: { secret: 'key' } }, 'A=1\nB=x=y\nC={"secret":"key"}'],
    ['json', { retry: 2, every: '30s' }, '{"retry":2,"every":"30s"}'],
    [{ oneOf: ['wait', 'continue'] }, 'wait', 'wait'],
  ]
  for (const [form, value, text] of pairs) {
    test(`${JSON.stringify(form)}: ${text.replaceAll('\n', ' ⏎ ')}`, () => {
      assert.equal(fieldText(form, value), text)
      assert.deepEqual(readField(form, text), { ok: true, value })
    })
  }

  test('nothing takes the field away; lists become empty', () => {
    assert.deepEqual(readField('line', ' '), { ok: true, value: undefined })
    assert.deepEqual(readField('approvers', ''), { ok: true, value: [] })
    assert.deepEqual(readField('arguments', '\n'), { ok: true, value: [] })
  })

  test('what cannot be read says why', () => {
    assert.deepEqual(readField('number', 'ten'), { ok: false, why: 'This is not a number.' })
    assert.deepEqual(readField('json', '{'), { ok: false, why: 'This is not JSON.' })
    assert.deepEqual(readField('pairs', 'A'), { ok: false, why: '“A” has no “=”.' })
  })
})
