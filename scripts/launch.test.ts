import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { ChildProcess } from 'node:child_process'

suite('the launcher', () => {
  test('installs once in a fresh clone, and nothing the second time', async () => {
    await using clone = await arrange()
    assert.deepEqual(await clone.launch('program.mjs'), { exitCode: 0, output: 'ran \n' })
    assert.deepEqual(await clone.launch('program.mjs'), { exitCode: 0, output: 'ran \n' })
    assert.deepEqual(await clone.installs(), [
      'ci --ignore-scripts --no-audit --no-fund --loglevel=error',
    ])
  })

  test('passes arguments and the exit code on', async () => {
    await using clone = await arrange()
    assert.deepEqual(await clone.launch('program.mjs', '--exit', '7'), {
      exitCode: 7,
      output: 'ran --exit 7\n',
    })
  })

  test('installs once when two commands start at the same time', async () => {
    await using clone = await arrange()
    const outcomes = await Promise.all([clone.launch('program.mjs'), clone.launch('program.mjs')])
    assert.deepEqual(
      outcomes.map(({ exitCode }) => exitCode),
      [0, 0],
    )
    assert.equal((await clone.installs()).length, 1)
  })

  test('does not install after somebody installed by hand', async () => {
    await using clone = await arrange()
    await clone.npm()
    assert.equal((await clone.launch('program.mjs')).exitCode, 0)
    assert.equal((await clone.installs()).length, 1)
  })

  test('installs again when the lock file asks for another version', async () => {
    await using clone = await arrange()
    await clone.launch('program.mjs')
    await clone.lock('2.0.0')
    await clone.launch('program.mjs')
    assert.equal((await clone.installs()).length, 2)
  })

  test('goes on when the command that was installing died', async () => {
    await using clone = await arrange()
    const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await once(dead, 'exit')
    await mkdir(join(clone.root, '.installing'))
    await writeFile(join(clone.root, '.installing', 'pid'), String(dead.pid))
    assert.equal((await clone.launch('program.mjs')).exitCode, 0)
  })

  test('starts nothing when the installation fails, and says so', async () => {
    await using clone = await arrange()
    const { exitCode, output } = await clone.launchWith({ NPM_FAILS: '1' }, 'program.mjs')
    assert.equal(exitCode, 1)
    assert.match(output, /npm ci did not succeed \(exit 1\); nothing was started/)
    assert.doesNotMatch(output, /ran/)
  })

  test('keeps the compiled code of programs beside the modules, unless it was told where', async () => {
    await using clone = await arrange()
    await clone.launchWith({ NODE_COMPILE_CACHE: '' }, 'program.mjs')
    const elsewhere = join(clone.root, 'elsewhere')
    await clone.launchWith({ NODE_COMPILE_CACHE: elsewhere }, 'program.mjs')
    for (const folder of [join(clone.root, 'node_modules', '.cache', 'node'), elsewhere]) {
      assert.equal((await readdir(folder)).length, 1)
    }
  })

  test('passes a request to stop on to the program', async () => {
    await using clone = await arrange()
    const child = clone.start({}, 'waits.mjs')
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const [exitCode] = await once(child, 'exit')
    assert.equal(exitCode, 5)
  })
})

/** Stands for npm: notes each call and leaves the record that npm leaves. */
const NPM = `
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, rmSync } from 'node:fs'
appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n')
if (process.env.NPM_FAILS) process.exit(1)
rmSync('node_modules', { recursive: true, force: true })
mkdirSync('node_modules/.bin', { recursive: true })
symlinkSync(process.execPath, 'node_modules/.bin/node')
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
delete packages['']
delete packages['node_modules/elsewhere']
writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }))
`
const PROGRAM = `
const args = process.argv.slice(2)
console.log('ran', args.join(' '))
process.exitCode = args[0] === '--exit' ? Number(args[1]) : 0
`
const WAITS = `
const alive = setInterval(() => {}, 60_000)
process.on('SIGTERM', () => { process.exitCode = 5; clearInterval(alive) })
console.log('waits')
`

async function arrange() {
  const root = await mkdtemp(join(tmpdir(), 'lockstep-launch-'))
  await mkdir(join(root, 'scripts'))
  await cp(join(import.meta.dirname, 'launch.js'), join(root, 'scripts', 'launch.js'))
  const texts = {
    'package.json': '{"type":"module"}',
    'npm.js': NPM,
    'program.mjs': PROGRAM,
    'waits.mjs': WAITS,
  }
  for (const [name, text] of Object.entries(texts)) await writeFile(join(root, name), text)
  const lock = (version: string): Promise<void> =>
    writeFile(
      join(root, 'package-lock.json'),
      JSON.stringify({
        packages: {
          '': { name: 'clone' },
          'node_modules/thing': { version, integrity: `sha512-${version}` },
          'node_modules/elsewhere': { version, integrity: 'sha512-0', optional: true },
        },
      }),
    )
  await lock('1.0.0')
  const start = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    spawn(process.execPath, [join(root, 'scripts', 'launch.js'), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...env,
        npm_execpath: join(root, 'npm.js'),
        npm_node_execpath: process.execPath,
      },
    })
  const launchWith = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    outcomeOf(start(env, ...args))
  return {
    root,
    lock,
    start,
    launchWith,
    launch: (...args: readonly string[]) => launchWith({}, ...args),
    npm: () => outcomeOf(spawn(process.execPath, [join(root, 'npm.js'), 'ci'], { cwd: root })),
    installs: async () => (await readFile(join(root, 'npm-calls'), 'utf8')).trim().split('\n'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  }
}

/** The exit code, and the output without the line that tells of the installation. */
async function outcomeOf(child: ChildProcess): Promise<{ exitCode: number; output: string }> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const [exitCode] = await once(child, 'close')
  return { exitCode, output: output.replace(/^Installing .*\n/, '') }
}
