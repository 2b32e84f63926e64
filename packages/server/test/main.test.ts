import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createClient } from '@lockstep/client'
import { PASSWORD } from '../testing/api.ts'
import { until } from '../testing/until.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

interface Program extends AsyncDisposable {
  readonly child: ChildProcess
  /** All lines up to the one that says that it is ready. */
  ready(): Promise<string>
  readonly errors: () => string
}

function startProgram(environment: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
  return {
    child,
    errors: () => errors,
    async ready() {
      await until('the server is ready', () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${errors}`)
        return /ready at .*\n/.test(output)
      })
      return output
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

suite('the server program', () => {
  test('a first start leads to an administrator, and the next start knows them', async () => {
    const data = await mkdtemp(join(tmpdir(), 'lockstep-main-'))
    try {
      const settings = { LOCKSTEP_PORT: '0', LOCKSTEP_DATA: data }
      {
        await using first = startProgram(settings)
        const [, server, code] =
          /(http:\/\/127\.0\.0\.1:\d+)\/setup#(fs_\w+)/.exec(await first.ready()) ?? []
        assert.ok(server !== undefined && code !== undefined)
        const client = createClient({ server })
        await client.setUp({ code, name: 'admin', email: 'admin@example.test', password: PASSWORD })
        assert.equal(
          (await client.createProject({ name: 'embedded', title: 'Embedded' })).version,
          1,
        )
        first.child.kill('SIGTERM')
        assert.deepEqual(await once(first.child, 'exit'), [0, null])
      }
      await using second = startProgram(settings)
      const output = await second.ready()
      assert.doesNotMatch(output, /setup/)
      const client = createClient({ server: /ready at (\S+)/.exec(output)?.[1] ?? '' })
      await client.signIn({ name: 'admin', password: PASSWORD })
      assert.deepEqual(
        (await client.listProjects()).items.map(({ name }) => name),
        ['embedded'],
      )
    } finally {
      await rm(data, { recursive: true, force: true })
    }
  })

  test('a setting that cannot be used is refused with a sentence', async () => {
    await using program = startProgram({ LOCKSTEP_PORT: 'abc' })
    assert.deepEqual(await once(program.child, 'exit'), [1, null])
    assert.match(program.errors(), /^LOCKSTEP_PORT must be .+\n$/)
  })
})
