import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { presentDraftAsYaml } from '../notation/present-yaml.ts'
import { parseDefinition } from '../schema/definition.ts'
import { readYamlDraft } from './yaml-draft.ts'

const TEXT = `pipeline: p
stages:
  - stage: build
    tasks:
      - command: compile
        argv: [make, all]
      - manual: look
        by:
          - group: qa
        instructions: Look.
    exit:
      - approval: QA
        by:
          - group: qa
`

suite('a definition that is being written as YAML', () => {
  const read = readYamlDraft(TEXT)
  assert.ok(read.ok)
  const { body, locate } = read
  const lineAt = (at: readonly (string | number)[]): string =>
    TEXT.slice(locate(at).start).split('\n', 1)[0] ?? ''

  test('has every default once it is valid, and is printed as it was written', () => {
    const parsed = parseDefinition(body)
    assert.ok(parsed.ok)
    assert.deepEqual(parsed.definition, body)
    const again = readYamlDraft(presentDraftAsYaml(body))
    assert.deepEqual(again.ok && again.body, body)
  })

  test('tells where each part stands, or what is around it', () => {
    assert.equal(lineAt(['stages', 0]), 'stage: build')
    assert.equal(lineAt(['stages', 0, 'tasks', 1]), 'manual: look')
    assert.equal(lineAt(['stages', 0, 'tasks', 1, 'instructions']), 'Look.')
    // A default that nobody wrote.
    assert.equal(lineAt(['stages', 0, 'tasks', 0, 'timeout']), 'command: compile')
    assert.equal(lineAt(['on']), 'pipeline: p')
  })

  test('is kept as it is written while it is no valid definition, and printed so', () => {
    const half = readYamlDraft('pipeline: p\nstages:\n  - stage: build\n    taskz: []\n')
    assert.ok(half.ok)
    assert.deepEqual(half.body, {
      kind: 'pipeline',
      name: 'p',
      stages: [{ kind: 'stage', name: 'build', taskz: [] }],
    })
    assert.equal(
      presentDraftAsYaml(half.body),
      'pipeline: p\nstages:\n  - stage: build\n    taskz: []\n',
    )
  })

  test('that cannot be read is refused with its place', () => {
    const refused = (text: string): readonly [string, string] => {
      const draft = readYamlDraft(text)
      assert.ok(!draft.ok)
      const { message, start } = draft.mistake
      return [message, text.slice(start).split('\n', 1)[0] ?? '']
    }
    assert.deepEqual(refused(''), ['There is nothing here yet.', ''])
    assert.match(refused('pipeline: p\n---\npipeline: q\n')[0], /^Here stands one definition/)
    assert.deepEqual(refused('pipeline: p\nstages:\n  - stag: build\n'), [
      'A stage begins with "stage". Did you mean "stage"?',
      'stag: build',
    ])
    assert.match(refused('pipeline: &a p\n')[0], /no YAML anchors/)
    assert.match(refused('pipeline: [p\n')[0], /^This is not readable as YAML: /)
  })
})
