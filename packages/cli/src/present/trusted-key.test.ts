import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { sayWhatFollows } from './trusted-key.ts'

const [OURS, OTHER] = [{ name: 'release-key' }, { name: 'other-key' }]

function follows(
  signed: readonly (readonly string[])[],
  { keys = [OURS, OTHER], next = null }: { keys?: readonly unknown[]; next?: string | null } = {},
): string {
  const items = signed.map((signedBy, index) => ({
    component: 'api',
    version: `1.${index}`,
    signedBy: [...signedBy],
  }))
  return sayWhatFollows({
    name: 'release-key',
    project: 'backend',
    keys,
    artifacts: { items, next },
  })
}

suite('sayWhatFollows', () => {
  test('names what no other key has signed, five at most', () => {
    assert.equal(
      follows([['release-key'], ['release-key', 'other-key'], [], ['other-key']]),
      'Signatures by release-key count no more, and that cannot be undone. Signed by no other key: api 1.0.',
    )
    assert.match(follows(Array.from({ length: 7 }, () => ['release-key'])), / api 1\.4, 2 more\.$/)
  })

  test('says that the check stays shut after the last key', () => {
    assert.match(
      follows([], { keys: [OURS] }),
      /It is the last key that backend trusts: the check "signed" then holds for nothing until it trusts one again\.$/,
    )
    assert.doesNotMatch(follows([]), /last key/)
  })

  test('says that it has looked at the newest only, where there are more', () => {
    assert.match(
      follows([[]], { next: 'x' }),
      /It alone has signed none of the newest 1 artifacts\./,
    )
  })
})
