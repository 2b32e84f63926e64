// That the benchmarks with agents run, and lose nothing; what they measure is not looked at.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const MAIN = fileURLToPath(new URL('../bench/main.ts', import.meta.url))

test(
  'agents work through HTTP, and no byte of their logs is lost when the server is killed',
  { timeout: 180_000 },
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      MAIN,
      '--quick',
      'agents',
      'logs',
    ])
    assert.match(stdout, /\| transitions per second through agents \| [1-9]/)
    assert.match(stdout, /\| logs that differ, of all, both times \| 0 of 40,/)
    assert.match(stdout, /\| invariants of the data that do not hold \| 0 \|/)
  },
)
