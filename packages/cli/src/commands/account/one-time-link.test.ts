import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { failureOf } from '../../command/present-failure.ts'
import { parseOneTimeLink } from './one-time-link.ts'

const SECRET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function refusalOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return failureOf(error).text
  }
  return ''
}

suite('a one-time link', () => {
  test('is the address of a server and a code', () => {
    assert.deepEqual(parseOneTimeLink(`http://one.test:4600/setup#fs_${SECRET}`, 'setup'), {
      server: 'http://one.test:4600',
      code: `fs_${SECRET}`,
    })
  })

  test('that is cut off or none at all is refused with what it looks like', () => {
    for (const link of ['http://one.test/setup#hello', 'http://one.test/setup', 'fs_XX']) {
      assert.match(
        refusalOf(() => parseOneTimeLink(link, 'setup')),
        /is no whole one-time link\.\n.*'http:\/\/127\.0\.0\.1:4600\/setup#fs_…', with everything behind the #/,
      )
    }
    assert.match(
      refusalOf(() => parseOneTimeLink('http://one.test/invitation#in_XX', 'invitation')),
      /^"http:\/\/one\.test\/invitation#in_XX" is no whole one-time link\.\n.*\/invitation#in_…'/,
    )
  })

  test('for something else is refused with the command that takes it, and not repeated', () => {
    const said = refusalOf(() =>
      parseOneTimeLink(`http://one.test/invitation#in_${SECRET}`, 'setup'),
    )
    assert.match(said, /^This link is for something else\.\n.*lockstep user accept LINK/)
    assert.ok(!said.includes(SECRET))
  })
})
