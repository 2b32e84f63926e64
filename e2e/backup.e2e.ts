import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { createClient, type Client } from '@lockstep/client'

import { runDatabaseCommand, startServerProgram, type ServerProgram } from './server-program.ts'
import { until } from '../packages/server/testing/until.ts'

const PASSWORD = 'long enough for a test 7'

suite('a backup', () => {
  let folder = ''
  let server: ServerProgram
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-backup-e2e-'))
    server = await startServerProgram({ LOCKSTEP_DATA: join(folder, 'data') })
    const client = createClient({ server: server.url })
    const person = { name: 'admin', email: 'admin@example.test', password: PASSWORD }
    await client.setUp({ code: server.setupCode, ...person })
    await client.createProject({ name: 'before', title: 'Made before the backup' })
    const made = await runDatabaseCommand(['backup', join(folder, 'backup')], join(folder, 'data'))
    assert.deepEqual(made.code, 0, made.said)
    await client.createProject({ name: 'later', title: 'Made after the backup' })
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  suite('that was restored elsewhere', () => {
    let data = ''
    let restored: ServerProgram
    before(async () => {
      data = join(folder, 'restored')
      const made = await runDatabaseCommand(['restore', join(folder, 'backup')], data)
      assert.equal(made.code, 0, made.said)
      restored = await startServerProgram({ LOCKSTEP_DATA: data })
    })
    after(() => restored[Symbol.asyncDispose]())

    const signIn = async (): Promise<Client> => {
      const client = createClient({ server: restored.url })
      await client.signIn({ name: 'admin', password: PASSWORD })
      return client
    }

    test('starts with what was there when it was made', async () => {
      const { items } = await (await signIn()).listProjects()
      assert.deepEqual(
        items.map(({ name }) => name),
        ['before'],
      )
    })

    test('lets nothing go out, until an administrator says so, also after a restart', async () => {
      const client = await signIn()
      assert.match((await client.showHold()).because ?? '', /^restored from a backup of \d{4}-/)
      await client.testNotification({})
      await client.releaseHold({ comment: 'Looked at everything' })
      await until('the test is sent', async () => {
        const { items } = await client.listNotifications()
        return items[0]?.state === 'sent'
      })
      await restored[Symbol.asyncDispose]()
      restored = await startServerProgram({ LOCKSTEP_DATA: data })
      assert.equal((await (await signIn()).showHold()).held, false)
    })

    test('has a log whose checkpoints hold, until somebody changes what they signed', async () => {
      assert.notEqual(restored.url, server.url)
      const file = join(data, 'checkpoints.log')
      await until('a checkpoint is written', async () => (await readText(file)) !== '')
      const holds = await runDatabaseCommand(['check'], data)
      assert.equal(holds.code, 0, holds.said)
      const changed = (await readText(file)).replace('hash\\":\\"', 'hash\\":\\"0')
      await writeFile(file, changed)
      const broken = await runDatabaseCommand(['check'], data)
      assert.equal(broken.code, 1, broken.said)
      assert.match(broken.said, /not signed by this key/)
    })
  })

  test('is refused for a PostgreSQL of your own, with the way to make one', async () => {
    const url = { DATABASE_URL: 'postgres://lockstep@db.example.test/lockstep' }
    for (const verb of ['backup', 'restore']) {
      const refused = await runDatabaseCommand([verb, join(folder, 'none')], folder, url)
      assert.equal(refused.code, 1)
      assert.match(refused.said, /^Refused: DATABASE_URL .*\n.*pg_(dump|restore)/)
    }
  })

  test('never replaces a database', async () => {
    const refused = await runDatabaseCommand(
      ['restore', join(folder, 'backup')],
      join(folder, 'data'),
    )
    assert.equal(refused.code, 1)
    assert.match(refused.said, /LOCKSTEP_DATA|in use|uses/)
  })

  test('that somebody changed is not verified, and the file is named', async () => {
    const copy = join(folder, 'changed')
    assert.equal((await runDatabaseCommand(['backup', copy], join(folder, 'data'))).code, 0)
    assert.equal((await runDatabaseCommand(['check', copy], folder)).code, 0)
    await writeFile(join(copy, 'pg', 'PG_VERSION'), '17\n')
    const refused = await runDatabaseCommand(['check', copy], folder)
    assert.equal(refused.code, 1)
    assert.match(refused.said, /PG_VERSION/)
  })

  test('is refused where no server runs, with the way out', async () => {
    const refused = await runDatabaseCommand(
      ['backup', join(folder, 'none')],
      join(folder, 'empty'),
    )
    assert.equal(refused.code, 1)
    assert.match(refused.said, /npm start/)
  })
})

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
