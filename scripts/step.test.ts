import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import type { Step, StepLists } from './step.ts'

const folder = mkdtempSync(join(tmpdir(), 'lockstep-steps-'))
after(() => rmSync(folder, { recursive: true }))

/** A step that runs this script in the folder. */
function step(name: string, script: string): Step {
  return { name, command: ['sh', '-c', `cd '${folder}' && ${script}`] }
}

function play(lists: StepLists): { code: number | null; said: string } {
  const program = `import { runSteps } from ${JSON.stringify(join(import.meta.dirname, 'step.ts'))}
await runSteps(${JSON.stringify(lists)})`
  const args = ['--input-type=module', '--eval', program]
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, said: stdout }
}

suite('steps', () => {
  test('of a list run at once, and a list begins when the one before has ended', () => {
    // Who opens one end of a pipe waits for who opens the other.
    spawnSync('mkfifo', [join(folder, 'pipe')])
    const writes = step('writes', 'echo hello > pipe && touch written')
    const reads = step('reads', 'read word < pipe && touch read')
    const last = step('last', 'test -e written && test -e read')
    const { code, said } = play([[writes, reads], [last]])
    assert.equal(code, 0, said)
    assert.match(said, /✓ (writes|reads) .*\n✓ (writes|reads) .*\n✓ last .*\n$/)
  })

  test('that fail are named, with what they said, and the others run all the same', () => {
    const wrong = step('wrong', 'echo it is wrong; false')
    const { code, said } = play([[wrong], [step('right', 'true')]])
    assert.equal(code, 1)
    assert.match(said, /^it is wrong\n\n✗ wrong .*\n✓ right .*\n\nFailed: wrong\n$/)
  })
})
