import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isSingleLetter, keyOf, matchKeys, type Pressed } from './key-match.ts'

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})

suite('keyOf', () => {
  test('writes keys as people say them', () => {
    assert.equal(keyOf(press('k', { metaKey: true })), 'mod+k')
    assert.equal(keyOf(press('K', { ctrlKey: true })), 'mod+k')
    assert.equal(keyOf(press('E', { shiftKey: true })), 'shift+e')
    assert.equal(keyOf(press('?', { shiftKey: true })), '?')
    assert.equal(keyOf(press('ArrowDown')), 'down')
    assert.equal(keyOf(press(' ')), 'space')
  })
})

suite('matchKeys', () => {
  const go = [{ keys: 'g h' }, { keys: 'g r' }, { keys: 'a' }, { keys: 'h' }]

  test('remembers the beginning of a sequence', () => {
    assert.deepEqual(matchKeys(go, null, 'g'), { pending: 'g' })
    assert.deepEqual(matchKeys(go, 'g', 'h'), { hit: { keys: 'g h' } })
  })

  test('takes a key for itself when no sequence goes on with it', () => {
    assert.deepEqual(matchKeys(go, 'g', 'a'), { hit: { keys: 'a' } })
    assert.equal(matchKeys(go, 'g', 'z'), null)
  })

  test('means what was opened last', () => {
    const [page, panel] = [
      { keys: 'escape', of: 'page' },
      { keys: 'escape', of: 'panel' },
    ]
    assert.deepEqual(matchKeys([page, panel], null, 'escape'), { hit: panel })
  })
})

test('single letters can be told from keys with a modifier', () => {
  assert.deepEqual(['a', 'g h', '?', 'mod+k', 'escape'].map(isSingleLetter), [
    true,
    true,
    true,
    false,
    false,
  ])
})
