import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'

import { idFrom, idOf, IDS_PER_EVENT, isIdText, parseId, uuidOf, type IdBlock } from './id.ts'

const BLOCK = '01930000-0000-7000-8000-000000000000' as IdBlock

suite('ids', () => {
  test('name a uuid in 26 letters, and give it back', () => {
    assert.equal(
      idOf('run', '01930000-0000-7000-8000-00000000000a'),
      'run_01JC000000E00800000000000A',
    )
  })

  test('of any uuid give it back', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const id = idOf('job', uuid)
        assert.ok(isIdText(id))
        assert.equal(uuidOf(id), uuid)
      }),
    )
  })

  test('sort like their uuids', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        assert.equal(idOf('job', a) < idOf('job', b), a < b)
      }),
    )
  })

  for (const text of [
    '',
    'run_',
    '01930000-0000-7000-8000-00000000000',
    '01930000-0000-7000-8000-00000000000G',
    '01930000-0000-7000-8000-00000000000A',
    '0193000000000-7000-8000-000000000000',
  ]) {
    test(`are not made of "${text}"`, () => {
      assert.throws(() => idOf('run', text), /not a uuid/)
    })
  }

  for (const text of [
    '',
    'run_1',
    'run_81930000000000000000000000',
    'run_0193000000000000000000000U',
    'run_0193000000000000000000000é',
  ]) {
    test(`are not "${text}"`, () => {
      assert.throws(() => uuidOf(text), /not an id/)
      assert.equal(parseId('run', text), undefined)
    })
  }

  test('from a block differ by their ordinal, up to so many', () => {
    assert.equal(uuidOf(idFrom(BLOCK, 'job', 0x1f)), '01930000-0000-7000-8000-00000000001f')
    assert.throws(() => idFrom(BLOCK, 'job', IDS_PER_EVENT))
    assert.throws(() => idFrom(BLOCK, 'job', -1))
  })
})
