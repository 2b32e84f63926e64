// That the benchmarks with agents run, and lose nothing; what they measure is not looked at.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findChromium } from '../scripts/chromium.ts'

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

test(
  'the budgets of the page are measured in a browser',
  { timeout: 180_000, skip: findChromium() === undefined && 'there is no Chromium here' },
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--quick', 'page'])
    assert.match(stdout, /\| JavaScript before Home is usable, kB gzip \| [1-9]/)
    assert.match(stdout, /\| Longest task while scrolling and updating, ms \(of [1-9].*\) \| [1-9]/)
    assert.match(stdout, /\| From a click on a step to its panel, ms, median of 2 \| [1-9]/)
    assert.match(
      stdout,
      /\| From a change in the database to what 2 pages show, ms, p95 \(.*\) \| [1-9]/,
    )
  },
)
