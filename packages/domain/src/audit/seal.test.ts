import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { suite, test } from 'node:test'

import type { IdBlock } from '../kernel/id.ts'
import { CHAIN_START, findSealFault, leafTextOf, type SealedEvent, type Sha256 } from './seal.ts'

const SHA256: Sha256 = {
  ofText: (text) => hash('sha256', text),
  ofHex: (hex) => hash('sha256', Buffer.from(hex, 'hex')),
}
const EVENT: SealedEvent = {
  project: 3,
  root: '01930000-0000-7000-8000-000000000001',
  id: '01930000-0000-7000-8000-000000000002',
  seq: 4,
  kind: 'gate_run',
  type: 'decision_recorded',
  v: 1,
  actor: 'user:usr_1',
  at: 1_763_298_000_123,
  ids: '01930000-0000-7000-8000-000000000000' as IdBlock,
  origin: undefined,
  body: '{"decision":"approve"}',
}

suite('leafTextOf', () => {
  // What was sealed once is sealed for ever: this text may not change.
  test('is the columns as canonical JSON', () => {
    assert.equal(
      leafTextOf(EVENT),
      '[3,"01930000-0000-7000-8000-000000000001","01930000-0000-7000-8000-000000000002",4,"gate_run",' +
        '"decision_recorded",1,"user:usr_1",1763298000123,"01930000-0000-7000-8000-000000000000",null,{"decision":"approve"}]',
    )
  })

  test('has the origin where there is one', () => {
    assert.match(leafTextOf({ ...EVENT, origin: '{"address":"::1"}' }), /,\{"address":"::1"\},\{/)
  })
})

suite('findSealFault', () => {
  const leaves = 'aa'.repeat(32) + 'bb'.repeat(32)
  // sha256 of 32 zero bytes, 32 bytes aa and 32 bytes bb.
  const sealed = '9842e08b7901c43338eb0609554632630b64452c9dccce8d155c3962ac5ebc97'
  const seal = { previous: CHAIN_START, hash: sealed, leaves }

  test('finds none in a seal over the head and the leaves', () => {
    assert.equal(findSealFault(seal, CHAIN_START, SHA256), undefined)
  })

  test('finds that it follows another head', () => {
    const head = 'cc'.repeat(32)
    assert.deepEqual(findSealFault(seal, head, SHA256), {
      why: 'not_following',
      written: CHAIN_START,
      computed: head,
    })
  })

  test('finds that it covers other leaves, also the same in another order', () => {
    const turned = 'bb'.repeat(32) + 'aa'.repeat(32)
    assert.equal(
      findSealFault({ ...seal, leaves: turned }, CHAIN_START, SHA256)?.why,
      'not_covered',
    )
  })
})
