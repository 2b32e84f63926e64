import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { SecretFault, type SecretPlace } from '../ports/secret-vault.ts'
import { keyIdOf, openValue, sealValue } from './seal.ts'

const KEY = Buffer.alloc(32, 7)
const PLACE: SecretPlace = {
  id: '01890000-0000-7000-8000-000000000000',
  project: 3,
  environment: null,
  name: 'store-key',
  version: 1,
}
const VALUE = 'a value with ünïcode\nand lines'

suite('a sealed value', () => {
  test('is opened with the same key at the same place', () => {
    assert.equal(openValue(KEY, PLACE, sealValue(KEY, PLACE, VALUE)), VALUE)
  })

  test('of the first format is opened by every later program', () => {
    const sealed =
      '01d1c3d080a073c6bf367005be3a0e9697bb2ff9f87b4e121747c91de96ebad6700a4f40ffb69acf36'
    assert.equal(openValue(KEY, PLACE, Buffer.from(sealed, 'hex')), 'known answer')
  })

  test('is another each time, so that equal values cannot be seen', () => {
    assert.notDeepEqual(sealValue(KEY, PLACE, VALUE), sealValue(KEY, PLACE, VALUE))
  })

  test('cannot be opened at another place or with another key', () => {
    const sealed = sealValue(KEY, PLACE, VALUE)
    const others: readonly Partial<SecretPlace>[] = [
      { id: '01890000-0000-7000-8000-000000000001' },
      { project: 4 },
      { environment: '01890000-0000-7000-8000-000000000002' },
      { name: 'other-key' },
      { version: 2 },
    ]
    for (const other of others)
      assert.throws(() => openValue(KEY, { ...PLACE, ...other }, sealed), SecretFault)
    assert.throws(() => openValue(Buffer.alloc(32, 8), PLACE, sealed), SecretFault)
  })

  test('cannot be opened when any bit was changed, or when it was cut off', () => {
    const sealed = sealValue(KEY, PLACE, 'abcdef')
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.throws(() => openValue(KEY, PLACE, changed), SecretFault, `byte ${at}`)
      assert.throws(() => openValue(KEY, PLACE, sealed.subarray(0, at)), SecretFault)
    }
  })

  test('does not show its key in the name of the key', () => {
    assert.match(keyIdOf(KEY), /^[0-9a-f]{32}$/)
    assert.ok(!keyIdOf(KEY).includes('0707'))
  })
})
