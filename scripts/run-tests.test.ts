import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'lockstep-run-tests-'))
after(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const file = join(folder, `${name}.test.mjs`)
  writeFileSync(file, `import { test } from 'node:test'\n${text}\n`)
  return file
}
const passes = write('b-passes', `test('this passes', () => undefined)`)
const passesToo = write('a-passes-too', `test('this passes too', () => undefined)`)
const fails = write('fails', `test('this fails', () => { throw new Error('no') })`)
const breaks = write('breaks', `throw new Error('before any test')`)
const waits = write('waits', `test('this waits for ever', () => new Promise(() => undefined))`)

const PROGRAMS = {
  'one process for each file': ['run-tests.ts', '1', '2000'],
  'processes that files share': ['unit-tests.ts', '2000'],
}

for (const [name, [program = '', ...numbers]] of Object.entries(PROGRAMS)) {
  const play = (...files: readonly string[]): { code: number | null; said: string } => {
    const args = [join(import.meta.dirname, program), ...numbers, ...files]
    // Of a test within a test Node says nothing but to the outer one.
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
    const { status, stdout } = spawnSync(process.execPath, args, {
      env,
      encoding: 'utf8',
      timeout: 60_000,
    })
    return { code: status, said: stdout }
  }

  suite(name, () => {
    test('pass when every test has passed', () => {
      const { code, said } = play(passes, passesToo)
      assert.match(said, /this passes too/)
      assert.match(said, /this passes \(/)
      assert.equal(code, 0)
    })

    test('fail when one test, or the file around it, fails', () => {
      for (const bad of [fails, breaks, waits]) {
        assert.equal(play(passes, bad).code, 1, bad)
      }
    })
  })
}

test('of files that do not begin at once, those named first do', () => {
  const args = [join(import.meta.dirname, 'run-tests.ts'), '1', '2000', passes, passesToo]
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
  const { stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 60_000 })
  assert.match(stdout, /this passes \([^]*this passes too/)
})
