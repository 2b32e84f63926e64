import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { loadYamlText } from '../load/folder.ts'
import type { Mistake } from './mistake.ts'
import { presentMistakes } from './present.ts'

const source = [
  ...Array.from({ length: 36 }, () => ''),
  `          that('No open Sev-1', cel\`facts.incidents.sev1 == "0"\`),`,
  `        ]),`,
  `        approval('Ready for Production', { oneFromEach: [group('qa'), group('embedded-leads'), group('release-manager')], expires: '16h' }),`,
].join('\n')

const mistakes: Mistake[] = [
  {
    code: 'unknown_name',
    file: 'lockstep/release.ts',
    line: 39,
    column: 102,
    length: 17,
    path: 'pipelines/connected-car › stages/staging › exit[2] › oneFromEach[2]',
    message: 'There is no group "release-manager". Did you mean "release-managers"?',
    nearest: 'release-managers',
  },
  {
    code: 'condition_wrong_type',
    file: 'lockstep/release.ts',
    line: 37,
    column: 61,
    length: 3,
    path: 'pipelines/connected-car › stages/staging › exit[1][2] › No open Sev-1',
    message: 'The condition compares a whole number, facts.incidents.sev1, with text, "0".',
    right: 'facts.incidents.sev1 == 0',
  },
]

suite('presentMistakes', () => {
  test('a mistake shows its place, its sentence, its line with an underline, and what would be right', () => {
    assert.equal(
      presentMistakes(mistakes, new Map([['lockstep/release.ts', source]])),
      `Refused: 2 mistakes in 1 file. Nothing was applied.

lockstep/release.ts:39:102      pipelines/connected-car › stages/staging › exit[2] › oneFromEach[2]
  There is no group "release-manager". Did you mean "release-managers"?
  39 │ … [group('qa'), group('embedded-leads'), group('release-manager')], expires: '16h' }),
     │                                                ─────────────────

lockstep/release.ts:37:61      pipelines/connected-car › stages/staging › exit[1][2] › No open Sev-1
  The condition compares a whole number, facts.incidents.sev1, with text, "0".
  37 │ that('No open Sev-1', cel\`facts.incidents.sev1 == "0"\`),
     │                                                   ───
  Right would be: facts.incidents.sev1 == 0`,
    )
  })

  test('in YAML the line with the right key is what would be right', () => {
    const text = `pipeline: mobile-app
stages:
  - stage: qa
    tasks: [{ test: t, run: [t] }]
    exit:
      - tests: { noNewFailures: true }
      - approval: Mobile QA
        approvers: [{ group: mobile-qa }]`
    const loaded = loadYamlText(
      text,
      { project: 'mobile', source: 'mobile-app' },
      'lockstep/mobile-app.yaml',
    )
    assert.equal(
      presentMistakes(loaded.mistakes, loaded.sources),
      `Refused: 1 mistake in 1 file. Nothing was applied.

lockstep/mobile-app.yaml:8:9      pipelines/mobile-app › stages/qa › exit[1] › Mobile QA
  "approvers" is not known here. An approval has by, need, oneFromEach, expires, onReject.
  8 │ approvers: [{ group: mobile-qa }]
    │ ─────────
  Right would be: by: [{ group: mobile-qa }]`,
    )
  })

  test('a mistake without a place shows where it is in the definition', () => {
    const [first] = mistakes
    assert.ok(first !== undefined)
    assert.equal(
      presentMistakes([{ ...first, file: '', line: 0, column: 0 }], new Map()).split('\n')[2],
      'pipelines/connected-car › stages/staging › exit[2] › oneFromEach[2]',
    )
  })
})
