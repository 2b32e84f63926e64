import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'

import { LockTokens } from './lock-tokens.ts'

suite('LockTokens', () => {
  test('a lower token is refused, also after a restart, until the data of the server were restored', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-tokens-'))
    try {
      const tokens = new LockTokens(folder)
      assert.equal(tokens.admit('env_1', 7, 'data/1'), true)
      assert.equal(tokens.admit('env_1', 7, 'data/1'), true)
      const again = new LockTokens(folder)
      assert.equal(again.admit('env_1', 6, 'data/1'), false)
      assert.equal(again.admit('env_2', 1, 'data/1'), true)
      assert.equal(again.admit('env_1', 3, 'data/2'), true)
      assert.equal(again.admit('env_1', 9, 'data/1'), false)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
