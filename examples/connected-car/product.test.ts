// The demo product itself: every version of every application is tested, packed and run as its team
// would do it, without a server of Lockstep.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { loadFolder } from '@lockstep/define/check'
import { carryPg } from './tools/carry-pg.ts'
import { treeDigest } from './tools/tree-digest.ts'

const run = promisify(execFile)
const product = import.meta.dirname
const work = mkdtempSync(join(tmpdir(), 'connected-car-'))
after(() => rmSync(work, { recursive: true, force: true }))

const COMPONENTS = {
  'vehicle-firmware': ['battery-light', 'telemetry-agent'],
  'data-backend': ['charge-store', 'fleet-dashboard', 'ingest-api'],
  'mobile-app': ['owner-app', 'push-relay'],
} as const
const REPOSITORIES = ['vehicle-firmware', 'data-backend', 'mobile-app'] as const
type Repository = (typeof REPOSITORIES)[number]

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

let carried: string | undefined

/** The content of a repository after its first commit, or after its second. */
function checkOut(repository: Repository, version: 'v1' | 'v2'): string {
  const folder = mkdtempSync(join(work, `${repository}-${version}-`))
  cpSync(join(product, repository, 'v1'), folder, { recursive: true })
  if (version === 'v2') cpSync(join(product, repository, 'v2'), folder, { recursive: true })
  if (repository === 'data-backend') {
    carried ??= carryPg(mkdtempSync(join(work, 'carried-'))).path
    cpSync(carried, join(folder, 'vendor', 'pg.tgz'))
  }
  return folder
}

async function pack(folder: string) {
  await run(process.execPath, ['tools/pack.mjs'], { cwd: folder })
  const dist = join(folder, 'dist')
  return new Map(filesBelow(dist).map((name) => [name, readFileSync(join(dist, name))]))
}

/** Below the ports that systems give to whoever asks for any: nobody else takes it between two starts. */
async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    server.close()
    if (isFree) return port
  }
}

suite('repositories', () => {
  for (const folder of ['run', 'tools']) {
    test(`what is copied from repository to repository stays the same in ${folder}`, () => {
      const [first, ...others] = REPOSITORIES.map((repository) =>
        treeDigest(join(product, repository, 'v1', folder)),
      )
      for (const other of others) assert.equal(other, first)
    })
  }

  for (const repository of REPOSITORIES) {
    test(`v2 of ${repository} holds only files that it changes or adds`, () => {
      const [v1, v2] = [join(product, repository, 'v1'), join(product, repository, 'v2')]
      const before = new Set(filesBelow(v1))
      const same = filesBelow(v2).filter(
        (path) =>
          before.has(path) && readFileSync(join(v1, path)).equals(readFileSync(join(v2, path))),
      )
      assert.deepEqual(same, [])
    })

    for (const version of ['v1', 'v2'] as const) {
      test(`${repository} ${version} passes its own unit tests`, async () => {
        const folder = checkOut(repository, version)
        await run(process.execPath, ['tools/test.mjs', 'unit', 'src/**/*.test.js'], { cwd: folder })
        const report = readFileSync(join(folder, 'reports', 'unit.xml'), 'utf8')
        assert.match(report, /<testcase /)
      })

      test(`${repository} ${version} packs the same bytes from another checkout`, async () => {
        const first = await pack(checkOut(repository, version))
        carried = undefined // The other checkout carries its own copy.
        const second = await pack(checkOut(repository, version))
        const names = COMPONENTS[repository].map((name) => `${name}.tar.gz`)
        assert.deepEqual([...first.keys()], names)
        assert.deepEqual(second, first)
      })
    }
  }
})

suite('definitions', () => {
  const folders = REPOSITORIES.flatMap((repository) =>
    (['v1', 'v2'] as const).map(
      (version) => [`${repository} ${version}`, repository, version] as const,
    ),
  )
  for (const [name, repository, version] of folders) {
    test(`of ${name} have no mistake`, async () => {
      const folder = mkdtempSync(join(work, 'definitions-'))
      cpSync(join(product, repository, 'v1', 'lockstep'), folder, { recursive: true })
      if (version === 'v2')
        cpSync(join(product, repository, 'v2', 'lockstep'), folder, { recursive: true })
      const { definitions, mistakes } = await loadFolder(folder)
      assert.deepEqual(mistakes, [])
      assert.equal(definitions.length, 4)
    })
  }

  test('of the release have no mistake', async () => {
    const { definitions, mistakes } = await loadFolder(join(product, 'connected-car', 'lockstep'))
    assert.deepEqual(mistakes, [])
    assert.equal(definitions.length, 5)
  })
})

suite('a component on a host', () => {
  const host = mkdtempSync(join(work, 'host-'))
  const placed = join(host, 'opt', 'car', 'telemetry-agent')
  const state = join(host, 'state')
  let env: NodeJS.ProcessEnv
  let address: string
  const perform = (script: string) =>
    run(process.execPath, [join(placed, 'run', script)], { cwd: host, env })
  const readStarts = () =>
    readFileSync(join(state, 'telemetry-agent.starts'), 'utf8').trim().split('\n').map(parseStart)
  const readVersion = async () =>
    (await (await fetch(`${address}/version`)).json()) as {
      version: string
      sha256: string
      pid: number
    }

  before(async () => {
    const folder = checkOut('vehicle-firmware', 'v2')
    await pack(folder)
    mkdirSync(placed, { recursive: true })
    await run('tar', ['-xzf', join(folder, 'dist', 'telemetry-agent.tar.gz'), '-C', placed])
    const port = await findFreePort()
    address = `http://127.0.0.1:${port}`
    env = {
      PATH: process.env['PATH'],
      PORT_BASE: String(port - 2),
      HOST_STATE: state,
      CAR_ID: 'car-1',
      BACKEND_URL: 'http://127.0.0.1:1',
      LOCKSTEP_JOB: 'job_1',
      LOCKSTEP_ATTEMPT: '1',
    }
  })
  after(() => perform('stop.js'))

  test('restart starts it, and what runs says the digest of what was packed', async () => {
    await perform('restart.js')
    const { version, sha256 } = await readVersion()
    assert.equal(version, '2.0.0')
    assert.equal(sha256, treeDigest(placed))
  })

  test('restart again leaves one copy, and both executions are counted with their job', async () => {
    const { pid: earlier } = await readVersion()
    await perform('restart.js')
    const { pid } = await readVersion()
    assert.notEqual(pid, earlier)
    assert.equal(isAlive(earlier), false)
    assert.deepEqual(readStarts(), [
      { version: '2.0.0', pid: earlier, job: 'job_1', attempt: '1' },
      { version: '2.0.0', pid, job: 'job_1', attempt: '1' },
    ])
  })

  test('two restarts at the same time leave one copy', async () => {
    await Promise.all([perform('restart.js'), perform('restart.js')])
    const pids = readStarts().map(({ pid }) => pid)
    const { pid } = await readVersion()
    assert.deepEqual(pids.filter(isAlive), [pid])
  })

  test('a copy whose pid file was lost is found by its port', async () => {
    const { pid: earlier } = await readVersion()
    rmSync(join(state, 'telemetry-agent.pid'))
    await perform('restart.js')
    assert.equal(isAlive(earlier), false)
  })

  test('a program that does not come up fails the step, with the end of its log', async () => {
    await perform('stop.js')
    const failing = run(process.execPath, [join(placed, 'run', 'restart.js')], {
      cwd: host,
      env: { ...env, CAR_ID: '' },
    })
    await assert.rejects(failing, /CAR_ID is not set: a car needs its name/)
  })
})

function parseStart(line: string) {
  const { version, pid, job, attempt } = JSON.parse(line) as Record<
    'version' | 'job' | 'attempt',
    string
  > & { pid: number }
  return { version, pid, job, attempt }
}

/** Alive and no zombie: whoever adopted the process may not have asked for its end yet. */
function isAlive(pid: number) {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
