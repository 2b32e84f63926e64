import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { secretsNamed } from './secrets-named.ts'

suite('secretsNamed', () => {
  test('each secret is named once, wherever in a plan its name stands, and nothing else is', () => {
    const plan = {
      steps: [
        { links: [{ work: { kind: 'command', argv: ['secret'], env: { KEY: { secret: 'b' } } } }] },
        { links: [{ work: { kind: 'command', argv: [], env: { KEY: { secret: 'b' }, A: 'x' } } }] },
      ],
      variables: { STORE_KEY: { secret: 'a' }, OTHER: { secret: 1 }, MORE: { secret: 'x', of: 2 } },
    }
    assert.deepEqual(secretsNamed(plan), ['a', 'b'])
    assert.deepEqual(secretsNamed({ env: { secret: null } }), [])
  })
})
