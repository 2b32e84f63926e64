import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'

import { COMMANDS } from './catalogue.ts'
import { PAGES } from './help-pages.ts'
import { presentReference } from './reference.ts'

const PAGE = new URL('../../../../docs/reference/cli.md', import.meta.url)

suite('the reference of the command line', () => {
  test('is what the commands say; npm run generate writes it', () => {
    assert.equal(readFileSync(PAGE, 'utf8'), presentReference(COMMANDS))
  })

  test('has an example of every command that begins with the command itself', () => {
    for (const { words, examples } of COMMANDS) {
      for (const example of examples) {
        assert.match(
          example,
          new RegExp(`\\blockstep ${words[0] ?? ''}`),
          `${words.join(' ')}: ${example}`,
        )
      }
    }
  })

  test('does not say that the browser has the addresses of the command line', () => {
    assert.match(PAGES['addresses'] ?? '', /browser has others: .* \/runs\/run_….*\/gates\/gat_…/s)
  })

  test('names each command once', () => {
    const names = COMMANDS.map(({ words }) => words.join(' '))
    assert.deepEqual(names, [...new Set(names)])
  })
})
